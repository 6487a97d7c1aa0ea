#include "discovery/request_template.h"

#include "base/text.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace discovery {

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

bool is_token(std::string_view name)
{
    static constexpr std::array<std::string_view, 10> names{"query",      "query_words", "query_lucene", "since_iso",
                                                            "since_date", "since_epoch", "limit",        "offset",
                                                            "page",       "key"};
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

std::string token_value(std::string_view name, Question const& question)
{
    auto const seconds = std::chrono::floor<std::chrono::seconds>(question.since);
    if (name == "query") return question.niche;
    if (name == "query_words") return fmt::format("{}", fmt::join(base::words_of(question.niche), " "));
    if (name == "query_lucene") return lucene(question.niche);
    if (name == "since_iso") return base::format_time(seconds);
    if (name == "since_date") return base::format_time(seconds).substr(0, 10);
    if (name == "since_epoch") return std::to_string(seconds.time_since_epoch().count());
    if (name == "limit") return std::to_string(question.limit);
    if (name == "offset") return std::to_string(question.offset);
    if (name == "page") return std::to_string(question.page);
    return name == "key" ? question.key : "";
}

} // namespace discovery
