#pragma once
#include "discovery/candidate.h"

#include <span>

namespace discovery {

/// An item's numbers at a moment; what the platform did not give is empty.
struct Reading {
    base::Time at{};
    std::optional<std::int64_t> views;
    std::optional<std::int64_t> likes;
    std::optional<std::int64_t> comments;
    std::optional<std::int64_t> shares;
};

inline constexpr double comment_worth = 2.0; ///< in likes
inline constexpr double share_worth = 3.0;

/// Likes, comments and shares in one number; nothing where none of them is known.
std::optional<double> reactions(std::optional<std::int64_t> likes, std::optional<std::int64_t> comments,
                                std::optional<std::int64_t> shares);

/// What the readings say of an item's growth lately: of its views, or of its reactions where it has no views. Readings
/// may come in any order. A count that falls a little (a platform that corrects itself, or answers from an older cache)
/// counts as standing still; one that falls below half began anew, and only what follows is looked at. Nothing with
/// fewer than two readings `span_min` apart.
std::optional<Growth> growth_of(std::span<Reading const> readings);

inline constexpr base::Milliseconds growth_span_min{10 * 60'000};
/// Older readings tell nothing of the present, unless there are no others.
inline constexpr base::Milliseconds growth_window{48 * 3600'000LL};

} // namespace discovery
