#include "media/speech/onset.h"

#include <algorithm>
#include <cmath>

namespace media::speech {

namespace {

constexpr std::size_t hop = sample_rate / 200; ///< 5 ms
constexpr double hop_seconds = 0.005;
constexpr double reach_seconds = 0.12;   ///< how far a start may be moved
constexpr double pause_seconds = 0.06;   ///< shorter gaps between words are no pause
constexpr std::size_t quiet_hops = 8;    ///< of silence before an onset
constexpr std::size_t sounding_hops = 4; ///< of sound after it
constexpr double above_floor_db = 9;
constexpr double below_loud_db = 34;
constexpr double word_seconds_min = 0.03;

std::vector<double> levels_of(std::span<std::int16_t const> samples)
{
    std::vector<double> levels;
    for (std::size_t i = 0; i + hop <= samples.size(); i += hop) {
        double sum = 0;
        for (auto const sample : samples.subspan(i, hop)) sum += static_cast<double>(sample) * sample;
        levels.push_back(10 * std::log10(std::max(sum / hop, 1e-3)));
    }
    return levels;
}

double quantile(std::vector<double> values, double share)
{
    auto const at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

bool is_onset(std::vector<double> const& levels, std::size_t at, double threshold)
{
    if (at < quiet_hops || at + sounding_hops > levels.size()) return false;
    auto const from = levels.begin() + static_cast<std::ptrdiff_t>(at);
    return std::all_of(from - quiet_hops, from, [&](double level) { return level < threshold; }) &&
           std::all_of(from, from + sounding_hops, [&](double level) { return level >= threshold; });
}

} // namespace

void snap_to_onsets(std::vector<plan::Word>& words, std::span<std::int16_t const> samples, double offset)
{
    auto const levels = levels_of(samples);
    if (levels.size() < 2 * quiet_hops) return;
    auto const threshold = std::max(quantile(levels, 0.1) + above_floor_db, quantile(levels, 0.95) - below_loud_db);
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto& word = words[i];
        auto const before = i > 0 ? words[i - 1].end : offset;
        if (i > 0 && word.start - before < pause_seconds) continue;
        auto const middle = std::llround((word.start - offset) / hop_seconds);
        auto const reach = static_cast<long long>(reach_seconds / hop_seconds);
        auto best = reach + 1;
        for (auto away = -reach; away <= reach; ++away) {
            auto const at = middle + away;
            if (at < 0 || std::abs(away) >= std::abs(best)) continue;
            if (is_onset(levels, static_cast<std::size_t>(at), threshold)) best = away;
        }
        if (best > reach) continue;
        auto const onset = offset + static_cast<double>(middle + best) * hop_seconds;
        word.start = std::clamp(onset, before, std::max(before, word.end - word_seconds_min));
    }
}

} // namespace media::speech
