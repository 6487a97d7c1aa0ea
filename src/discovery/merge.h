#pragma once
#include "discovery/candidate.h"

namespace discovery {

/// Of several finds of one work the one that tells most stays, with the pages of the others in `also_on`. The same
/// work: the same id, the same page however it is written, the same video of a platform however it is linked (youtu.be,
/// /shorts/, /embed/), or, on different platforms, nearly the same title and duration. Numbers are never mixed: what
/// stays says what its own platform said. In the order of the kept ids' fullness, then id; the order of the input does
/// not matter. n log n.
void merge_duplicates(std::vector<Candidate>& candidates);

/// "youtube:abc" for any way to link to that video; nothing for a page of a platform whose links it does not know.
std::optional<std::string> work_key(std::string_view url);

/// Titles that share so much of their words are nearly the same.
inline constexpr double title_overlap_min = 0.8;
inline constexpr std::size_t title_words_min = 4; ///< shorter titles need the same author too
inline constexpr double duration_apart_max = 1.5; ///< seconds
inline constexpr double duration_share_max = 0.015;
inline constexpr std::size_t also_on_max = 20;

} // namespace discovery
