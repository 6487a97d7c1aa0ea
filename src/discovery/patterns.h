#pragma once
#include "discovery/keywords.h"

namespace discovery {

/// How often something was seen, and how well those items scored on average.
struct Pattern {
    std::string name;
    std::int64_t count = 0;
    double mean_score = 0;
};
BOOST_DESCRIBE_STRUCT(Pattern, (), (name, count, mean_score))

/// When items of one hour and weekday were published (UTC).
struct PostingTime {
    std::string weekday; ///< "mon"
    int hour = 0;
    std::int64_t count = 0;
    double mean_score = 0;
};
BOOST_DESCRIBE_STRUCT(PostingTime, (), (weekday, hour, count, mean_score))

/// What the finds of a niche have in common; each with the number of items behind it.
struct PatternReport {
    std::string niche;
    base::Time since{};
    std::int64_t items = 0;   ///< that were looked at
    std::int64_t undated = 0; ///< of them, without a date: not in `posting_times`
    std::int64_t lengthless = 0;
    std::vector<Pattern> keywords;
    std::vector<Pattern> hashtags;
    std::vector<Pattern> topics;
    std::vector<Pattern> hooks;    ///< shapes of titles: "question", "number", "how to" ...
    std::vector<Pattern> openings; ///< first words that two titles or more begin with
    std::vector<Pattern> lengths;  ///< "15-30 s" ..., in the order of length
    std::vector<Pattern> platforms;
    std::vector<PostingTime> posting_times; ///< most items first
};
BOOST_DESCRIBE_STRUCT(PatternReport, (),
                      (niche, since, items, undated, lengthless, keywords, hashtags, topics, hooks, openings, lengths,
                       platforms, posting_times))

/// Most frequent first, then the higher mean score, then the name; lists end after `top`. Items published before
/// `since` are left out.
PatternReport find_patterns(std::vector<Candidate> const& candidates, std::string_view niche, base::Time since,
                            std::size_t top = 15);

/// The shapes a title has: "question", "number", "how to", "why", "list", "contrast", "command", "personal",
/// "shouting".
std::vector<std::string_view> hook_shapes(std::string_view title);

} // namespace discovery
