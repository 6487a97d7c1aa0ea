#pragma once
#include "discovery/candidate.h"

#include <string_view>

namespace discovery {

enum class LearnedKind { Keyword, Hashtag, Topic };
BOOST_DESCRIBE_ENUM(LearnedKind, Keyword, Hashtag, Topic)

/// A word, a #tag or a phrase that stands in what was found.
struct Learned {
    LearnedKind kind = LearnedKind::Keyword;
    std::string term;
    std::int64_t count = 0; ///< different items that it stands in
    double score_sum = 0;   ///< of those items
};
BOOST_DESCRIBE_STRUCT(Learned, (), (kind, term, count, score_sum))

/// What goes with the niche besides its own words: keywords of titles, hashtags (also tags that platforms give), and
/// topics (titles of topics, and pairs of words that stand together in two titles or more). Most frequent first, then
/// by score, then by term; at most terms_max of a kind.
std::vector<Learned> learn_terms(std::vector<Candidate> const& candidates, std::string_view niche);

/// The words of a text in lower case, those that say something: no filler, no number, two letters or more.
std::vector<std::string> telling_words(std::string_view text);

inline constexpr std::size_t terms_max = 200;
inline constexpr std::size_t term_bytes_max = 60;

} // namespace discovery
