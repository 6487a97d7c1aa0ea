#include "discovery/keywords.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace discovery {

namespace {

/// Words that stand in any title. Sorted.
constexpr std::array<std::string_view, 118> fillers{
    "about", "after",   "again", "all",    "also",   "am",    "an",   "and",  "any",   "are",     "as",    "at",
    "be",    "because", "been",  "before", "being",  "but",   "by",   "can",  "could", "day",     "did",   "do",
    "does",  "don",     "down",  "en",     "every",  "for",   "from", "full", "get",   "go",      "got",   "had",
    "has",   "have",    "he",    "her",    "here",   "him",   "his",  "how",  "if",    "in",      "into",  "is",
    "it",    "its",     "just",  "ll",     "like",   "made",  "make", "me",   "more",  "most",    "my",    "new",
    "no",    "not",     "now",   "of",     "off",    "on",    "one",  "only", "or",    "other",   "our",   "out",
    "over",  "part",    "re",    "she",    "should", "so",    "some", "than", "that",  "the",     "their", "them",
    "then",  "there",   "these", "they",   "this",   "those", "time", "to",   "too",   "two",     "up",    "us",
    "ve",    "very",    "video", "videos", "vs",     "was",   "we",   "were", "what",  "when",    "where", "which",
    "while", "who",     "why",   "will",   "with",   "would", "you",  "your", "yours", "yourself"};

bool is_filler(std::string_view word) { return std::ranges::find(fillers, word) != fillers.end(); }

bool is_number(std::string_view word) { return word.find_first_not_of("0123456789") == std::string_view::npos; }

/// "#word" in a text, without the #.
void add_hashtags(std::string_view text, std::set<std::string>& out)
{
    for (auto at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
        auto const words = base::words_of(text.substr(at + 1, text.substr(at + 1).find_first_of(" \n\t#")));
        if (!words.empty() && !is_number(words.front()) && words.front().size() <= term_bytes_max)
            out.insert(words.front());
    }
}

using Counts = std::map<std::string, std::pair<std::int64_t, double>>;

void count(Counts& counts, std::set<std::string> const& terms, double score)
{
    for (auto const& term : terms) {
        auto& [items, sum] = counts[term];
        ++items;
        sum += score;
    }
}

void take(std::vector<Learned>& out, LearnedKind kind, Counts const& counts, std::int64_t least)
{
    std::vector<Learned> all;
    for (auto const& [term, count] : counts)
        if (count.first >= least) all.push_back({kind, term, count.first, count.second});
    std::ranges::stable_sort(all, [](auto const& a, auto const& b) { // by term already
        return a.count != b.count ? a.count > b.count : a.score_sum > b.score_sum;
    });
    if (all.size() > terms_max) all.resize(terms_max);
    out.insert(out.end(), all.begin(), all.end());
}

/// Tags as platforms give them ("AI Tools") as people would write them behind a #.
std::string as_hashtag(std::string_view tag)
{
    std::string out;
    for (auto const& word : base::words_of(tag)) out += word;
    return out;
}

} // namespace

std::vector<std::string> telling_words(std::string_view text)
{
    auto words = base::words_of(text);
    std::erase_if(words, [](auto const& word) {
        return word.size() < 2 || word.size() > term_bytes_max || is_number(word) || is_filler(word);
    });
    return words;
}

std::vector<Learned> learn_terms(std::vector<Candidate> const& candidates, std::string_view niche)
{
    auto const own_words = base::words_of(niche);
    std::set<std::string> const own(own_words.begin(), own_words.end());
    auto const own_tag = as_hashtag(niche);
    Counts keywords;
    Counts hashtags;
    Counts topics;
    Counts named;
    for (auto const& one : candidates) {
        auto const words = telling_words(one.title);
        std::set<std::string> single;
        std::set<std::string> pairs;
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (!own.contains(words[i])) single.insert(words[i]);
            if (i > 0 && words[i] != words[i - 1] && !(own.contains(words[i]) && own.contains(words[i - 1])))
                pairs.insert(words[i - 1] + " " + words[i]);
        }
        std::set<std::string> tags;
        add_hashtags(one.title, tags);
        add_hashtags(one.description, tags);
        for (auto const& tag : one.tags)
            if (auto text = as_hashtag(tag); text.size() > 1 && text.size() <= term_bytes_max && !is_number(text))
                tags.insert(std::move(text));
        tags.erase(own_tag);
        count(keywords, single, one.score);
        count(hashtags, tags, one.score);
        if (one.kind == CandidateKind::Topic)
            count(named, {base::truncate_utf8(base::lower_ascii(one.title), term_bytes_max)}, one.score);
        else
            count(topics, pairs, one.score);
    }
    std::erase_if(topics, [](auto const& entry) { return entry.second.first < 2; }); // once may be chance
    for (auto const& [term, counted] : named) {
        topics[term].first += counted.first;
        topics[term].second += counted.second;
    }
    std::vector<Learned> out;
    take(out, LearnedKind::Keyword, keywords, 1);
    take(out, LearnedKind::Hashtag, hashtags, 1);
    take(out, LearnedKind::Topic, topics, 1);
    return out;
}

} // namespace discovery
