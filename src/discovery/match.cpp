#include "discovery/match.h"

#include <algorithm>
#include <array>
#include <set>

namespace discovery {

static constexpr double tag_weight = 0.9;
static constexpr double description_weight = 0.5;

static bool is_filler(std::string_view word)
{
    static constexpr std::array<std::string_view, 16> fillers{"a",  "an", "and", "at", "by",  "for", "from", "in",
                                                              "is", "of", "on",  "or", "the", "to",  "with", "my"};
    return std::find(fillers.begin(), fillers.end(), word) != fillers.end();
}

/// "stories" -> "story", "dishes" -> "dish", "loaves" stays: only what is plain to see.
static std::string singular(std::string word)
{
    auto const ends = [&](std::string_view end) { return word.ends_with(end); };
    if (word.size() > 4 && ends("ies")) return word.substr(0, word.size() - 3) + "y";
    if (word.size() > 4 && (ends("ches") || ends("shes") || ends("xes") || ends("sses") || ends("zes")))
        return word.substr(0, word.size() - 2);
    if (word.size() > 3 && ends("s") && !ends("ss") && !ends("us") && !ends("is")) word.pop_back();
    return word;
}

static std::set<std::string> word_set(std::string_view text)
{
    std::set<std::string> out;
    for (auto& word : base::words_of(text)) out.insert(singular(std::move(word)));
    return out;
}

Matcher::Matcher(std::string_view niche)
{
    auto const all = word_set(niche);
    for (auto const& word : all)
        if (!is_filler(word)) words_.push_back(word);
    if (words_.empty()) words_.assign(all.begin(), all.end());
}

double Matcher::share_in(std::string_view text) const
{
    if (words_.empty()) return 0;
    auto const there = word_set(text);
    auto const hits =
        std::count_if(words_.begin(), words_.end(), [&](auto const& word) { return there.contains(word); });
    return static_cast<double>(hits) / static_cast<double>(words_.size());
}

double Matcher::strength(Candidate const& candidate) const
{
    if (words_.empty()) return 0;
    std::string tag_text;
    for (auto const& tag : candidate.tags) tag_text += tag + " ";
    auto const title = word_set(candidate.title);
    auto const tags = word_set(tag_text);
    auto const description = word_set(candidate.description);
    double sum = 0;
    for (auto const& word : words_)
        sum += title.contains(word)         ? 1.0
               : tags.contains(word)        ? tag_weight
               : description.contains(word) ? description_weight
                                            : 0.0;
    return sum / static_cast<double>(words_.size());
}

} // namespace discovery
