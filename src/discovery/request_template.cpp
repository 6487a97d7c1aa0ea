#include "discovery/request_template.h"

#include "base/text.h"
#include "net/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace discovery {

using namespace std::chrono_literals;

static constexpr std::string_view number_mark = ":number";
static constexpr auto window_margin = 60s; ///< platforms refuse the very edge of their window

std::string fill(std::string_view text, std::function<std::string(std::string const& token)> const& value)
{
    std::string out;
    while (!text.empty()) {
        auto const open = text.find('{');
        auto const close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, open));
        out += value(std::string(text.substr(open + 1, close - open - 1)));
        text.remove_prefix(close + 1);
    }
    return out;
}

std::vector<std::string> tokens_of(std::string_view text)
{
    std::vector<std::string> tokens;
    fill(text, [&](std::string const& token) {
        tokens.push_back(token);
        return "";
    });
    return tokens;
}

bool is_common_token(std::string_view name)
{
    static constexpr std::array<std::string_view, 26> names{
        "query",        "query_words", "query_lucene",  "query_hashtag", "query_slug",    "since_iso",
        "since_iso_ms", "since_date",  "since_compact", "since_epoch",   "since_ms",      "since_snowflake",
        "since_bucket", "until_iso",   "until_iso_ms",  "until_date",    "until_compact", "until_epoch",
        "until_ms",     "limit",       "offset",        "page",          "language",      "region",
        "region_lower", "each"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Each word as a phrase of its own, so that nothing in it is an operator: "ai" AND "c\"x".
static std::string lucene(std::string_view niche)
{
    std::string out;
    std::string spaced(niche);
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    for (auto const& word : base::split(spaced, ' ')) {
        if (word.empty()) continue;
        out += out.empty() ? "\"" : " AND \"";
        for (auto const c : word) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out;
}

base::Time asked_since(Question const& question, Since const& rules)
{
    if (rules.window_days == 0) return question.since;
    return std::max(question.since, question.now - rules.window_days * 24h + window_margin);
}

static std::string bucket_of(Question const& question, Since const& rules)
{
    auto const age = question.now - question.since;
    Bucket const* best = nullptr;
    for (auto const& bucket : rules.buckets) {
        if (bucket.hours != 0 && bucket.hours * 1h < age) continue;
        auto const smaller = best && bucket.hours != 0 && (best->hours == 0 || bucket.hours < best->hours);
        if (!best || smaller) best = &bucket;
    }
    return best ? best->value : "";
}

/// "iso" of "since_iso".
static std::string format_as(std::string_view form, base::Time time)
{
    auto const seconds = std::chrono::floor<std::chrono::seconds>(time);
    auto const epoch = static_cast<std::int64_t>(seconds.time_since_epoch().count());
    auto const iso = base::format_time(seconds);
    if (form == "iso") return iso;
    if (form == "iso_ms") return iso.substr(0, 19) + ".000Z";
    if (form == "date") return iso.substr(0, 10);
    if (form == "compact") return iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2);
    if (form == "epoch") return std::to_string(epoch);
    if (form == "ms") return std::to_string(epoch * 1000);
    if (form == "snowflake") return epoch > 0 ? std::to_string(static_cast<std::uint64_t>(epoch) * 1000U << 16U) : "0";
    return "";
}

std::string Tokens::time_value(std::string_view name) const
{
    if (name == "since_bucket") return bucket_of(question_, rules_);
    if (name.starts_with("since_")) return format_as(name.substr(6), asked_since(question_, rules_));
    if (name.starts_with("until_"))
        return format_as(name.substr(6), question_.now - std::chrono::seconds(rules_.until_lag_seconds));
    return "";
}

std::string Tokens::value(std::string_view name) const
{
    if (auto const own = own_.find(name); own != own_.end()) return own->second;
    auto const words = [&](std::string_view between) {
        return fmt::format("{}", fmt::join(base::words_of(question_.niche), between));
    };
    if (name == "query") return question_.niche;
    if (name == "query_words") return words(" ");
    if (name == "query_hashtag") return words("");
    if (name == "query_slug") return words("-");
    if (name == "query_lucene") return lucene(question_.niche);
    if (name == "limit") return std::to_string(question_.limit);
    if (name == "language") return question_.language;
    if (name == "region") return question_.region;
    if (name == "region_lower") return base::lower_ascii(question_.region);
    return time_value(name);
}

std::optional<std::string> Tokens::text(std::string_view pattern) const
{
    if (pattern.find('{') == std::string_view::npos) return std::string(pattern);
    auto out = fill(pattern, [&](std::string const& token) { return value(token); });
    return out.empty() ? std::nullopt : std::optional(std::move(out));
}

std::string Tokens::path(std::string_view pattern) const
{
    return fill(pattern, [&](std::string const& token) { return net::percent_encode(value(token)); });
}

base::json::value Tokens::json(base::json::value const& pattern) const
{
    if (auto const* object = pattern.if_object()) {
        base::json::object out;
        for (auto const& member : *object) {
            auto filled = json(member.value());
            if (!filled.is_null() || member.value().is_null()) out.emplace(member.key(), std::move(filled));
        }
        return out;
    }
    if (auto const* array = pattern.if_array()) {
        base::json::array out;
        for (auto const& entry : *array) {
            auto filled = json(entry);
            if (!filled.is_null() || entry.is_null()) out.push_back(std::move(filled));
        }
        return out;
    }
    auto const* string = pattern.if_string();
    if (!string) return pattern;
    std::string_view const text_pattern(string->data(), string->size());
    if (text_pattern.starts_with('{') && text_pattern.ends_with(std::string(number_mark) + "}")) {
        auto const number = value(text_pattern.substr(1, text_pattern.size() - 2 - number_mark.size()));
        std::int64_t whole = 0;
        auto const [end, error] = std::from_chars(number.data(), number.data() + number.size(), whole);
        if (error != std::errc{} || end != number.data() + number.size()) return nullptr;
        return whole;
    }
    auto out = text(text_pattern);
    return out ? base::json::value(std::move(*out)) : base::json::value(nullptr);
}

} // namespace discovery
