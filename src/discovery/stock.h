#pragma once
#include "discovery/scan.h"

#include <set>

namespace discovery {

enum class Orientation { Portrait, Landscape, Square };
BOOST_DESCRIBE_ENUM(Orientation, Portrait, Landscape, Square)

/// Footage to go with what is said.
struct StockRequest {
    std::vector<std::string> sentences; ///< 1..stock_sentences_max
    Orientation orientation = Orientation::Portrait;
    double seconds_min = 3;          ///< of each clip
    std::set<std::string> used = {}; ///< ids that must not come again: what the video shows already
    std::string source = "pexels";
};

inline constexpr std::size_t stock_sentences_max = 60;

/// The clip for one sentence.
struct StockPick {
    std::string sentence;
    std::string query;             ///< the words that were looked for
    std::optional<Candidate> clip; ///< absent where nothing fits
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(StockPick, (), (sentence, query, clip, reason))

/// A clip for each sentence, no clip twice. Where a sentence's words find nothing, fewer of them are looked for. Errors
/// of the source are raised: Unavailable where it has no key.
std::vector<StockPick> choose_stock(Scanner& scanner, StockRequest const& request, std::stop_token const& stop = {});

/// At full stops, question and exclamation marks and line ends; without empty ones.
std::vector<std::string> split_sentences(std::string_view text);

} // namespace discovery
