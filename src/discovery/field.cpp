#include "discovery/field.h"

#include "discovery/json_path.h"
#include "discovery/license.h"
#include "net/url.h"

#include <algorithm>

namespace discovery {

using base::json::value;

std::optional<std::string> text_at(std::string const& path, Place const& place)
{
    for (auto const* found : JsonPath(path).all(place.document, place.item))
        if (auto text = text_of(*found)) return text;
    return std::nullopt;
}

std::optional<double> number_at(std::string const& path, Place const& place)
{
    for (auto const* found : JsonPath(path).all(place.document, place.item)) {
        if (auto const number = number_of(*found)) return number;
        if (auto const text = text_of(*found))
            if (auto const seconds = parse_length(*text)) return seconds; // "1:02:03" among plain numbers
    }
    return std::nullopt;
}

bool keeps(Keep const& rule, Place const& place)
{
    auto const text = text_at(rule.path, place);
    if (!text) return false;
    auto const lower = base::lower_ascii(*text);
    return std::find(rule.any_of.begin(), rule.any_of.end(), *text) != rule.any_of.end() ||
           std::any_of(rule.ends_with.begin(), rule.ends_with.end(),
                       [&](auto const& end) { return lower.ends_with(end); });
}

namespace {

/// The text a rule gives, converted where the converter makes text of text.
std::optional<std::string> read_text(FieldRule const& rule, Place const& place)
{
    if (!rule.compose.empty()) {
        auto whole = true;
        auto text = fill(rule.compose, [&](std::string const& token) -> std::string {
            if (token == "endpoint") return place.endpoint;
            auto const part = token == "native_id" ? std::optional(place.native_id) : text_at(token, place);
            whole = whole && part && !part->empty();
            return part ? net::percent_encode(*part, "/") : "";
        });
        return whole ? std::optional(std::move(text)) : std::nullopt;
    }
    for (auto const& path : rule.paths) {
        auto text = text_at(path, place);
        if (!text) continue;
        if (rule.as == Convert::Html) text = base::strip_html(*text);
        if (rule.as == Convert::FileTitle) text = file_title(*text);
        if (!text->empty()) return text;
    }
    return std::nullopt;
}

std::optional<base::Time> read_time(FieldRule const& rule, Place const& place)
{
    for (auto const& path : rule.paths) {
        auto const text = text_at(path, place);
        if (!text) continue;
        auto const number = number_at(path, place);
        std::optional<base::Time> time;
        if (rule.as == Convert::EpochSeconds && number)
            time = epoch_time(*number);
        else if (rule.as == Convert::EpochMilliseconds && number)
            time = epoch_time(*number / 1000);
        else if (rule.as == Convert::Rfc2822)
            time = base::parse_rfc2822(*text);
        else if (rule.as == Convert::Time)
            time = base::parse_time(*text);
        if (time) return time;
    }
    return std::nullopt;
}

std::optional<std::int64_t> read_count(FieldRule const& rule, Place const& place)
{
    for (auto const& path : rule.paths)
        if (auto const text = text_at(path, place))
            if (auto const count = parse_count(*text)) return count;
    return std::nullopt;
}

std::optional<double> read_length(FieldRule const& rule, Place const& place)
{
    for (auto const& path : rule.paths)
        if (auto const text = text_at(path, place))
            if (auto const seconds = parse_length(*text))
                return rule.as == Convert::Milliseconds ? *seconds / 1000 : *seconds;
    return std::nullopt;
}

std::vector<std::string> read_list(FieldRule const& rule, Place const& place)
{
    for (auto const& path : rule.paths) {
        std::string joined;
        for (auto const* found : JsonPath(path).all(place.document, place.item)) {
            if (auto const* array = found->if_array()) {
                for (auto const& entry : *array)
                    if (auto const text = text_of(entry)) joined += *text + rule.separators.substr(0, 1);
            } else if (auto const text = text_of(*found)) {
                joined += *text + rule.separators.substr(0, 1);
            }
        }
        if (auto list = split_list(joined, rule.separators); !list.empty()) return list;
    }
    return {};
}

/// Only URLs that a browser or the client could open; a relative one has no meaning here.
std::optional<std::string> read_url(FieldRule const& rule, Place const& place)
{
    auto const text = read_text(rule, place);
    if (!text) return std::nullopt;
    try {
        return net::parse_url(*text).text();
    } catch (base::Error const&) {
        return std::nullopt;
    }
}

void read_license(FieldRule const& rule, Place const& place, Candidate& out)
{
    for (auto const& path : rule.paths) {
        auto const text = text_at(path, place);
        if (!text) continue;
        auto const said = place.spec.licenses.find(*text);
        auto const license = said != place.spec.licenses.end() ? said->second : normal_license(*text);
        if (license == "unknown") continue;
        out.license = license;
        return;
    }
}

template <class Value> void keep_if_given(std::optional<Value>& field, std::optional<Value> found)
{
    if (found) field = std::move(found);
}

void apply(std::string const& name, FieldRule const& rule, Place const& place, Candidate& out)
{
    auto const count = [&](auto& field) { keep_if_given(field, read_count(rule, place)); };
    auto const short_text = [&](std::optional<std::string>& field) {
        if (auto text = read_text(rule, place)) field = base::truncate_utf8(*text, title_bytes_max);
    };
    if (name == "url")
        out.url = read_url(rule, place).value_or(out.url);
    else if (name == "title")
        out.title = base::truncate_utf8(read_text(rule, place).value_or(out.title), title_bytes_max);
    else if (name == "description")
        out.description = base::truncate_utf8(read_text(rule, place).value_or(out.description), description_bytes_max);
    else if (name == "author")
        short_text(out.author);
    else if (name == "published_at")
        keep_if_given(out.published_at, read_time(rule, place));
    else if (name == "duration_seconds")
        keep_if_given(out.duration_seconds, read_length(rule, place));
    else if (name == "views")
        count(out.views);
    else if (name == "likes")
        count(out.likes);
    else if (name == "comments")
        count(out.comments);
    else if (name == "shares")
        count(out.shares);
    else if (name == "width")
        count(out.width);
    else if (name == "height")
        count(out.height);
    else if (name == "tags")
        out.tags = read_list(rule, place);
    else if (name == "license")
        read_license(rule, place, out);
    else if (name == "license_url")
        keep_if_given(out.license_url, read_url(rule, place));
    else if (name == "rights")
        short_text(out.rights);
    else if (name == "language")
        keep_if_given(out.language, language_tag(read_text(rule, place).value_or("")));
    else if (name == "thumbnail_url")
        keep_if_given(out.thumbnail_url, read_url(rule, place));
    else if (name == "media_url")
        keep_if_given(out.media_url, read_url(rule, place));
}

} // namespace

void apply_fields(std::map<std::string, FieldRule> const& rules, Place& place, Candidate& out)
{
    if (auto const rule = rules.find("native_id"); rule != rules.end())
        place.native_id = base::truncate_utf8(read_text(rule->second, place).value_or(""), title_bytes_max);
    for (auto const& [name, rule] : rules) apply(name, rule, place, out);
}

} // namespace discovery
