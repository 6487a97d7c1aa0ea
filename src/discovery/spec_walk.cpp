#include "discovery/spec_walk.h"

#include <algorithm>
#include <array>

namespace discovery {

Range const* spec_range(std::string_view type, std::string_view member)
{
    static constexpr std::array<Range, 25> ranges{{
        {"Paging.first", 0, 1'000},
        {"Paging.size_min", 1, 1'000},
        {"Paging.size_max", 1, 1'000},
        {"Paging.pages_max", 1, 20},
        {"ValueRule.values_max", 1, 50},
        {"Step.each_max", 1, 50},
        {"Step.items_max", 1, 500},
        {"Step.batch", 1, 100},
        {"Step.costs", 0, 1'000'000},
        {"Step.cache_seconds", 0, 30 * 86'400},
        {"TokenRule.lifetime_seconds", 60, 400 * 86'400},
        {"Bucket.hours", 0, 24 * 3'660},
        {"Since.window_days", 0, 3'660},
        {"Since.until_lag_seconds", 0, 86'400},
        {"Reset.seconds", 0, 32 * 86'400},
        {"Reset.seconds_max", 1, 32 * 86'400},
        {"ErrorRule.status", 100, 599},
        {"Quota.units", 1, 1'000'000'000},
        {"Breaker.failures", 1, 100},
        {"Breaker.open_seconds", 1, 86'400},
        {"Limits.interval_ms", 0, 60'000},
        {"Limits.burst", 1, 1'000},
        {"Limits.concurrency", 1, 64},
        {"Limits.deadline_ms", 100, 120'000},
        {"Limits.answer_bytes_max", 1'000, 64 << 20},
    }};
    auto const name = std::string(type) + "." + std::string(member);
    auto const it = std::find_if(ranges.begin(), ranges.end(), [&](auto const& range) { return range.member == name; });
    return it == ranges.end() ? nullptr : &*it;
}

} // namespace discovery
