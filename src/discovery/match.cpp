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

/// The lower case of what words consist of (letters, digits, bytes of other scripts), 0 for what ends them.
static constexpr auto kind_of = [] {
    std::array<unsigned char, 256> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        auto const c = static_cast<unsigned char>(i);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) out[i] = c;
        if (c >= 'A' && c <= 'Z') out[i] = c | 0x20;
    }
    return out;
}();

Matcher::Matcher(std::string_view niche)
{
    std::set<std::string> all;
    for (auto& word : base::words_of(niche)) all.insert(singular(std::move(word)));
    for (auto const& word : all)
        if (!is_filler(word)) words_.push_back(word);
    if (words_.empty()) words_.assign(all.begin(), all.end());
    for (auto const& word : words_) firsts_[static_cast<unsigned char>(word.front())] = true;
}

/// Marks the words of the niche that a text holds with what they are worth there, where they have no mark yet. Most
/// words begin with another letter than those of the niche, and cost no more than that look.
void Matcher::mark(std::string_view text, double worth, std::vector<double>& marks, std::size_t& left) const
{
    std::size_t at = 0;
    while (left > 0) {
        while (at < text.size() && !kind_of[static_cast<unsigned char>(text[at])]) ++at;
        if (at == text.size()) return;
        auto const begin = at;
        while (at < text.size() && kind_of[static_cast<unsigned char>(text[at])]) ++at;
        if (!firsts_[kind_of[static_cast<unsigned char>(text[begin])]]) continue;
        auto const word = singular(base::lower_ascii(text.substr(begin, at - begin)));
        for (std::size_t i = 0; i < words_.size(); ++i)
            if (marks[i] == 0 && words_[i] == word) {
                marks[i] = worth;
                --left;
            }
    }
}

double Matcher::share_in(std::string_view text) const
{
    if (words_.empty()) return 0;
    std::vector<double> marks(words_.size());
    auto left = words_.size();
    mark(text, 1.0, marks, left);
    return static_cast<double>(words_.size() - left) / static_cast<double>(words_.size());
}

double Matcher::strength(Candidate const& candidate) const
{
    if (words_.empty()) return 0;
    std::vector<double> marks(words_.size());
    auto left = words_.size();
    mark(candidate.title, 1.0, marks, left);
    for (auto const& tag : candidate.tags) mark(tag, tag_weight, marks, left);
    mark(candidate.description, description_weight, marks, left);
    double sum = 0;
    for (auto const value : marks) sum += value;
    return sum / static_cast<double>(words_.size());
}

} // namespace discovery
