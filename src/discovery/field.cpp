#include "discovery/field.h"

#include "base/hash.h"
#include "discovery/license.h"
#include "discovery/request_template.h"
#include "net/url.h"

#include <algorithm>

namespace discovery {

using base::json::value;

namespace {

constexpr std::size_t texts_max = 500; ///< found by one rule
constexpr std::size_t hash_digits = 16;

std::optional<std::string> cut(FieldRule const& rule, std::string text)
{
    if (rule.between.empty()) return text;
    for (auto const& [after, before] : rule.between) {
        auto const mark = after.empty() ? 0 : text.find(after);
        if (mark == std::string::npos) continue;
        auto const begin = mark + after.size();
        auto const end = before.empty() ? std::string::npos : text.find(before, begin);
        if (!before.empty() && end == std::string::npos) continue;
        if (auto const part = base::trim(std::string_view(text).substr(begin, end - begin)); !part.empty())
            return std::string(part);
    }
    return std::nullopt;
}

std::optional<std::string> shape(FieldRule const& rule, std::string text)
{
    auto out = cut(rule, std::move(text));
    if (!out) return out;
    for (auto const& [from, to] : rule.replace)
        for (auto at = out->find(from); at != std::string::npos; at = out->find(from, at + to.size()))
            out->replace(at, from.size(), to);
    if (rule.map.empty()) return out;
    auto said = rule.map.find(*out);
    if (said == rule.map.end()) said = rule.map.find("*");
    if (said == rule.map.end()) return out;
    return said->second.empty() ? std::nullopt : std::optional(said->second);
}

/// Booleans are texts only where a map says what they mean.
void add_texts(FieldRule const& rule, value const& found, std::vector<std::string>& out)
{
    if (out.size() >= texts_max) return;
    if (auto const* array = found.if_array()) {
        for (auto const& entry : *array) add_texts(rule, entry, out);
        return;
    }
    auto text = text_of(found);
    if (auto const* flag = found.if_bool(); flag && !rule.map.empty()) text = *flag ? "true" : "false";
    if (!text) return;
    if (auto shaped = shape(rule, std::move(*text)); shaped && !shaped->empty()) out.push_back(std::move(*shaped));
}

std::optional<std::string> composed(FieldRule const& rule, Place const& place)
{
    auto whole = true;
    auto text = fill(rule.compose, [&](std::string const& token) -> std::string {
        if (token == "endpoint") return place.endpoint;
        auto const part = token == "native_id" ? std::optional(place.native_id) : text_at(token, place);
        whole = whole && part && !part->empty();
        return part ? net::percent_encode(*part, "/:@") : "";
    });
    return whole ? shape(rule, std::move(text)) : std::nullopt;
}

/// The texts of one path after the other, until `use` takes something of them. A constant or composed text counts as
/// the only path.
template <class Use> bool each_path(FieldRule const& rule, Place const& place, Use use)
{
    std::vector<std::string> texts;
    if (rule.paths.empty()) {
        auto text = rule.value.empty() ? composed(rule, place) : std::optional(rule.value);
        if (text) texts.push_back(std::move(*text));
        return use(texts);
    }
    for (auto const& path : rule.paths) {
        texts.clear();
        for (auto const* found : place.all(path)) add_texts(rule, *found, texts);
        if (use(texts)) return true;
    }
    return false;
}

/// The texts of the first path that gives any; of all of them where they are to be added up.
std::vector<std::string> found_texts(FieldRule const& rule, Place const& place)
{
    std::vector<std::string> out;
    each_path(rule, place, [&](std::vector<std::string> const& texts) {
        out.insert(out.end(), texts.begin(), texts.end());
        return !out.empty() && !rule.sum;
    });
    return out;
}

std::string converted(FieldRule const& rule, std::string const& text)
{
    switch (rule.as) {
    case Convert::Html: return base::strip_html(text);
    case Convert::FileTitle: return file_title(text);
    case Convert::SlugTitle: return slug_title(text);
    case Convert::FirstLine: return first_line(text);
    case Convert::Hash: return base::sha256(text).substr(0, hash_digits);
    default: return text;
    }
}

/// The first value that a path gives and that can be read.
template <class Read> auto first_read(FieldRule const& rule, Place const& place, Read read) -> decltype(read(""))
{
    decltype(read("")) out;
    each_path(rule, place, [&](std::vector<std::string> const& texts) {
        for (auto const& text : texts)
            if ((out = read(text))) return true;
        return false;
    });
    return out;
}

std::optional<std::string> read_text(FieldRule const& rule, Place const& place)
{
    auto out = first_read(rule, place, [&](std::string const& text) -> std::optional<std::string> {
        auto one = converted(rule, text);
        return one.empty() ? std::nullopt : std::optional(std::move(one));
    });
    return out || rule.otherwise.empty() ? out : std::optional(rule.otherwise);
}

std::optional<base::Time> time_of(FieldRule const& rule, std::string const& text)
{
    auto const number = number_of(value(text));
    switch (rule.as) {
    case Convert::EpochSeconds: return number ? epoch_time(*number) : std::nullopt;
    case Convert::EpochMilliseconds: return number ? epoch_time(*number / 1000) : std::nullopt;
    case Convert::Rfc2822: return base::parse_rfc2822(text);
    case Convert::IdTime: return id_time(text);
    default: return base::parse_time(text);
    }
}

std::optional<std::int64_t> read_count(FieldRule const& rule, Place const& place)
{
    if (!rule.sum) return first_read(rule, place, [](std::string const& text) { return parse_count(text); });
    std::optional<std::int64_t> sum;
    for (auto const& text : found_texts(rule, place))
        if (auto const count = parse_count(text))
            sum = std::min<std::int64_t>(sum.value_or(0) + *count, 9'000'000'000'000'000);
    return sum;
}

std::optional<double> read_length(FieldRule const& rule, Place const& place)
{
    return first_read(rule, place, [&](std::string const& text) -> std::optional<double> {
        if (rule.as != Convert::Milliseconds) return parse_length(text);
        auto const number = number_of(value(text)); // a month in thousandths is beyond what a length may be
        return number ? parse_length(fmt::format("{:.3f}", *number / 1000)) : std::nullopt;
    });
}

std::vector<std::string> read_list(FieldRule const& rule, Place const& place)
{
    std::string joined;
    auto const separator = rule.as == Convert::Hashtags ? "\n" : rule.separators.substr(0, 1);
    for (auto const& text : found_texts(rule, place)) joined += text + separator;
    auto tags = rule.as == Convert::Hashtags ? hashtags(joined) : split_list(joined, rule.separators);
    for (auto& tag : tags)
        while (tag.starts_with('#')) tag.erase(0, 1);
    std::erase(tags, "");
    return tags;
}

/// Only URLs that a browser or the client could open; a relative one needs a base.
std::optional<std::string> url_of(FieldRule const& rule, std::string const& text)
{
    try {
        if (text.starts_with("//")) return net::parse_url("https:" + text).text();
        if (!rule.base.empty() && text.find("://") == std::string::npos)
            return net::resolve_reference(net::parse_url(rule.base), text).text();
        return net::parse_url(text).text();
    } catch (base::Error const&) {
        return std::nullopt;
    }
}

std::optional<std::string> read_url(FieldRule const& rule, Place const& place)
{
    return first_read(rule, place, [&](std::string const& text) { return url_of(rule, text); });
}

void read_license(FieldRule const& rule, Place const& place, Candidate& out)
{
    auto const found = first_read(rule, place, [&](std::string const& text) -> std::optional<std::string> {
        auto const said = place.spec.licenses.find(text);
        auto license = said != place.spec.licenses.end() ? said->second : normal_license(text);
        return license == "unknown" ? std::nullopt : std::optional(std::move(license));
    });
    if (found) out.license = *found;
}

void read_kind(FieldRule const& rule, Place const& place, Candidate& out)
{
    if (auto const text = read_text(rule, place)) {
        try {
            out.kind = base::enum_value<CandidateKind>(*text, "kind");
        } catch (base::Error const&) {
        } // what the platform calls it means nothing to us
    }
}

template <class Value> void keep_if_given(std::optional<Value>& field, std::optional<Value> found)
{
    if (found) field = std::move(found);
}

using Apply = void (*)(FieldRule const&, Place const&, Candidate&);

template <auto member> void apply_count(FieldRule const& rule, Place const& place, Candidate& out)
{
    keep_if_given(out.*member, read_count(rule, place));
}
template <auto member> void apply_url(FieldRule const& rule, Place const& place, Candidate& out)
{
    keep_if_given(out.*member, read_url(rule, place));
}
template <auto member> void apply_text(FieldRule const& rule, Place const& place, Candidate& out)
{
    if (auto text = read_text(rule, place)) out.*member = base::truncate_utf8(*text, title_bytes_max);
}

std::map<std::string, Apply, std::less<>> const& appliers()
{
    static std::map<std::string, Apply, std::less<>> const all{
        {"native_id", [](FieldRule const&, Place const&, Candidate&) {}},
        {"url", [](FieldRule const& rule, Place const& place,
                   Candidate& out) { out.url = read_url(rule, place).value_or(out.url); }},
        {"title", apply_text<&Candidate::title>},
        {"description",
         [](FieldRule const& rule, Place const& place, Candidate& out) {
             if (auto text = read_text(rule, place))
                 out.description = base::truncate_utf8(*text, description_bytes_max);
         }},
        {"author", apply_text<&Candidate::author>},
        {"author_id", apply_text<&Candidate::author_id>},
        {"rights", apply_text<&Candidate::rights>},
        {"followers", apply_count<&Candidate::followers>},
        {"views", apply_count<&Candidate::views>},
        {"likes", apply_count<&Candidate::likes>},
        {"comments", apply_count<&Candidate::comments>},
        {"shares", apply_count<&Candidate::shares>},
        {"width", apply_count<&Candidate::width>},
        {"height", apply_count<&Candidate::height>},
        {"thumbnail_url", apply_url<&Candidate::thumbnail_url>},
        {"license_url", apply_url<&Candidate::license_url>},
        {"media_url", apply_url<&Candidate::media_url>},
        {"source_url", apply_url<&Candidate::source_url>},
        {"published_at",
         [](FieldRule const& rule, Place const& place, Candidate& out) {
             keep_if_given(out.published_at,
                           first_read(rule, place, [&](auto const& text) { return time_of(rule, text); }));
         }},
        {"duration_seconds", [](FieldRule const& rule, Place const& place,
                                Candidate& out) { keep_if_given(out.duration_seconds, read_length(rule, place)); }},
        {"tags",
         [](FieldRule const& rule, Place const& place, Candidate& out) {
             if (auto tags = read_list(rule, place); !tags.empty()) out.tags = std::move(tags);
         }},
        {"license", read_license},
        {"kind", read_kind},
        {"language",
         [](FieldRule const& rule, Place const& place, Candidate& out) {
             keep_if_given(out.language, first_read(rule, place, [](auto const& text) { return language_tag(text); }));
         }},
    };
    return all;
}

} // namespace

bool is_field(std::string_view name) { return appliers().contains(name); }

std::vector<std::string> all_fields()
{
    std::vector<std::string> out;
    for (auto const& [name, apply] : appliers()) out.push_back(name);
    return out;
}

std::vector<std::string> rule_texts(FieldRule const& rule, Place const& place)
{
    auto texts = found_texts(rule, place);
    for (auto& text : texts) text = converted(rule, text);
    std::erase(texts, "");
    if (texts.empty() && !rule.otherwise.empty()) texts.push_back(rule.otherwise);
    return texts;
}

void apply_fields(FieldRules const& rules, Place& place, Candidate& out)
{
    if (auto const rule = rules.find("native_id"); rule != rules.end())
        place.native_id = base::truncate_utf8(read_text(rule->second, place).value_or(""), title_bytes_max);
    auto known = appliers().begin(); // both in the order of names
    for (auto const& [name, rule] : rules) {
        while (known != appliers().end() && known->first < name) ++known;
        if (known != appliers().end() && known->first == name) known->second(rule, place, out);
    }
}

} // namespace discovery
