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

/// Calls `found(word)` for each word of a text, lower case and in the singular; until it says that it has enough.
template <class Found> static void each_word(std::string_view text, Found found)
{
    std::string word;
    auto const end_word = [&] {
        if (word.empty()) return true;
        auto const more = found(word = singular(std::move(word)));
        word.clear();
        return more;
    };
    for (auto const c : text) {
        auto const lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || (static_cast<unsigned char>(c) & 0x80U))
            word += lower;
        else if (!end_word())
            return;
    }
    end_word();
}

Matcher::Matcher(std::string_view niche)
{
    std::set<std::string> all;
    each_word(niche, [&](std::string const& word) { return all.insert(word).first != all.end(); });
    for (auto const& word : all)
        if (!is_filler(word)) words_.push_back(word);
    if (words_.empty()) words_.assign(all.begin(), all.end());
}

/// Marks the words of the niche that a text holds with what they are worth there, where they have no mark yet.
void Matcher::mark(std::string_view text, double worth, std::vector<double>& marks, std::size_t& left) const
{
    if (left == 0) return;
    each_word(text, [&](std::string const& word) {
        for (std::size_t i = 0; i < words_.size(); ++i)
            if (marks[i] == 0 && words_[i] == word) {
                marks[i] = worth;
                --left;
            }
        return left > 0;
    });
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
