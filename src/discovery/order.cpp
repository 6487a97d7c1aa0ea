#include "discovery/rank.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace discovery {

void sort_by_score(std::vector<Candidate>& candidates)
{
    std::vector<std::uint32_t> order(candidates.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](auto left, auto right) {
        auto const& a = candidates[left];
        auto const& b = candidates[right];
        if (a.score != b.score) return a.score > b.score;
        if (a.published_at != b.published_at) return a.published_at > b.published_at; // none comes last
        return a.id < b.id;
    });
    std::vector<Candidate> sorted;
    sorted.reserve(candidates.size());
    for (auto const i : order) sorted.push_back(std::move(candidates[i]));
    candidates = std::move(sorted);
}

void shorten(std::vector<Candidate>& ranked, std::size_t limit)
{
    if (ranked.size() <= limit) return;
    std::set<std::string_view> platforms;
    for (auto const& one : ranked) platforms.insert(one.platform);
    auto bests = std::min(platforms.size(), limit);
    auto others = limit - bests;
    std::vector<Candidate> kept;
    kept.reserve(limit);
    std::set<std::string> met;
    for (auto& one : ranked) {
        auto& room = met.insert(one.platform).second ? bests : others;
        if (room == 0) continue;
        --room;
        kept.push_back(std::move(one));
    }
    ranked = std::move(kept);
}

} // namespace discovery
