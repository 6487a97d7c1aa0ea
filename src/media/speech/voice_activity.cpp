#include "media/speech/voice_activity.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace media::speech {

namespace {

constexpr std::size_t hop = sample_rate / 100; ///< 10 ms
constexpr std::size_t voice_window = 3 * hop;  ///< long enough for two periods of a deep voice
constexpr std::size_t shortest_period = 40;    ///< samples: 400 Hz
constexpr std::size_t longest_period = 200;    ///< 80 Hz
constexpr double audible_db = -50;             ///< below it nobody speaks to the viewer
constexpr double below_loud_db = 28;           ///< speech reaches this far down from its loud parts
constexpr double above_floor_db = 6;
constexpr std::size_t pause_hops = 40; ///< shorter pauses lie inside an utterance
constexpr std::size_t padding_hops = 20;
constexpr std::size_t utterance_hops_min = 20;
constexpr auto utterance_hops_max = static_cast<std::size_t>(utterance_seconds_max * 100);
constexpr double voiced_correlation = 0.6;
constexpr double voiced_share_min = 0.2;       ///< of an utterance; speech has about a half, noise nearly none
constexpr double loudness_spread_min_db = 3.5; ///< standard deviation; a tone or a steady noise has about 1

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t length() const { return end - begin; }
};

std::vector<double> loudness_of(std::span<std::int16_t const> samples)
{
    std::vector<double> loudness;
    for (std::size_t i = 0; i + hop <= samples.size(); i += hop) {
        double sum = 0;
        for (auto const sample : samples.subspan(i, hop)) sum += static_cast<double>(sample) * sample;
        loudness.push_back(10 * std::log10(std::max(sum / hop / (32768.0 * 32768.0), 1e-12)));
    }
    return loudness;
}

double quantile(std::vector<double> values, double share)
{
    auto const at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

std::vector<Range> loud_ranges(std::vector<double> const& loudness)
{
    auto const loud = quantile(loudness, 0.95);
    if (loud < audible_db) return {};
    auto const threshold = std::max(
        {loud - below_loud_db, std::min(quantile(loudness, 0.05) + above_floor_db, loud - 10), audible_db - 10});
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < loudness.size(); ++i) {
        if (loudness[i] < threshold) continue;
        if (!ranges.empty() && i - ranges.back().end < pause_hops)
            ranges.back().end = i + 1;
        else
            ranges.push_back({i, i + 1});
    }
    return ranges;
}

bool is_voiced(std::span<std::int16_t const> window)
{
    double energy = 0;
    for (auto const sample : window) energy += static_cast<double>(sample) * sample;
    if (energy <= 0) return false;
    for (auto period = shortest_period; period <= longest_period; period += 2) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (std::size_t i = 0; i + period < window.size(); ++i) {
            auto const a = static_cast<double>(window[i]);
            auto const b = static_cast<double>(window[i + period]);
            product += a * b;
            first += a * a;
            second += b * b;
        }
        if (product > voiced_correlation * std::sqrt(first * second) && product > 0) return true;
    }
    return false;
}

bool is_like_speech(std::span<std::int16_t const> samples, std::vector<double> const& loudness, Range range)
{
    auto const count = static_cast<double>(range.length());
    auto const begin = loudness.begin() + static_cast<std::ptrdiff_t>(range.begin);
    auto const end = loudness.begin() + static_cast<std::ptrdiff_t>(range.end);
    auto const mean = std::accumulate(begin, end, 0.0) / count;
    auto const squares = std::accumulate(
        begin, end, 0.0, [&](double sum, double value) { return sum + (value - mean) * (value - mean); });
    if (std::sqrt(squares / count) < loudness_spread_min_db) return false;
    std::size_t voiced = 0;
    std::size_t looked = 0;
    for (auto i = range.begin; i < range.end; i += 2) {
        if (i * hop + voice_window > samples.size()) break;
        ++looked;
        voiced += is_voiced(samples.subspan(i * hop, voice_window));
    }
    return looked > 0 && static_cast<double>(voiced) >= voiced_share_min * static_cast<double>(looked);
}

/// Splits at the quietest moment of the second half until every part is short enough.
void split(std::vector<double> const& loudness, Range range, std::vector<Range>& parts)
{
    while (range.length() > utterance_hops_max) {
        auto const from = loudness.begin() + static_cast<std::ptrdiff_t>(range.begin + utterance_hops_max / 2);
        auto const to = loudness.begin() + static_cast<std::ptrdiff_t>(range.begin + utterance_hops_max);
        auto const cut = static_cast<std::size_t>(std::min_element(from, to) - loudness.begin());
        parts.push_back({range.begin, cut});
        range.begin = cut;
    }
    parts.push_back(range);
}

} // namespace

std::vector<Utterance> find_utterances(std::span<std::int16_t const> samples)
{
    auto const loudness = loudness_of(samples);
    if (loudness.empty()) return {};
    std::vector<Utterance> utterances;
    for (auto range : loud_ranges(loudness)) {
        if (range.length() < utterance_hops_min || !is_like_speech(samples, loudness, range)) continue;
        range.begin -= std::min(range.begin, padding_hops);
        range.end = std::min(range.end + padding_hops, loudness.size());
        std::vector<Range> parts;
        split(loudness, range, parts);
        for (auto const& part : parts) utterances.push_back({part.begin * hop, part.end * hop});
    }
    return utterances;
}

std::size_t find_pause(std::span<std::int16_t const> samples)
{
    constexpr std::size_t pause = 20 * hop;
    auto best = samples.size();
    auto quietest = std::numeric_limits<double>::infinity();
    for (auto i = samples.size() * 2 / 3; i + pause <= samples.size(); i += 5 * hop) {
        double sum = 0;
        for (auto const sample : samples.subspan(i, pause)) sum += static_cast<double>(sample) * sample;
        if (sum >= quietest) continue;
        quietest = sum;
        best = i + pause / 2;
    }
    return best;
}

} // namespace media::speech
