#include "studio/cuts.h"

#include "base/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace studio {

static constexpr double opening_seconds = 3; // viewers decide within these
static constexpr double opening_weight = 0.5;
static constexpr double snap_seconds = 1;        // to a shot boundary
static constexpr double word_snap_seconds = 1.2; // to a word's edge
static constexpr double word_margin_seconds = 0.06;
static constexpr double silence_seconds_min = 0.7;
static constexpr double silence_keep_seconds = 0.15; // stays on both sides, as breath
static constexpr double cut_seconds_min = 0.2;

Trim parse_trim(std::string_view text)
{
    if (text == "off") return {.mode = TrimMode::Off};
    if (text == "hook") return {.mode = TrimMode::Hook};
    if (text == "silence") return {.mode = TrimMode::Silence};
    auto const dash = text.find('-');
    Trim trim{.mode = TrimMode::Range};
    auto const number = [](std::string_view part, double& value) {
        auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
        return !part.empty() && error == std::errc{} && end == part.data() + part.size() && std::isfinite(value);
    };
    if (dash == std::string_view::npos || !number(text.substr(0, dash), trim.range.start) ||
        !number(text.substr(dash + 1), trim.range.end) || trim.range.end <= trim.range.start)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"give off, hook, silence, or seconds like 3.5-12"},
                   "trim: '{}' is not understood", text);
    return trim;
}

/// The 95th percentile, so that one loud moment does not flatten the rest.
static double high_quantile(std::vector<double> values)
{
    if (values.empty()) return 0;
    auto const at = static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

/// Motion and sound together, one value for each step of the motion curve.
static plan::Curve energy(plan::Analysis const& analysis)
{
    plan::Curve curve{
        analysis.motion.values.empty() ? analysis.audio_energy.step_seconds : analysis.motion.step_seconds, {}};
    auto const steps =
        static_cast<std::size_t>(std::ceil(analysis.media.duration_seconds / std::max(0.05, curve.step_seconds)));
    auto const value = [&](plan::Curve const& part, double scale, std::size_t step) {
        auto const index = static_cast<std::size_t>(static_cast<double>(step) * curve.step_seconds /
                                                    std::max(0.05, part.step_seconds));
        return scale > 0 && index < part.values.size() ? std::min(1.5, part.values[index] / scale) : 0.0;
    };
    auto const motion = high_quantile(analysis.motion.values);
    auto const sound = high_quantile(analysis.audio_energy.values);
    for (std::size_t i = 0; i < steps; ++i)
        curve.values.push_back(0.5 * value(analysis.motion, motion, i) + 0.5 * value(analysis.audio_energy, sound, i));
    return curve;
}

static double mean(std::vector<double> const& sums, std::size_t first, std::size_t last)
{
    last = std::min(last, sums.size() - 1);
    return last > first ? (sums[last] - sums[first]) / static_cast<double>(last - first) : 0;
}

static plan::Cut best_window(plan::Analysis const& analysis, double target)
{
    auto const curve = energy(analysis);
    auto const duration = analysis.media.duration_seconds;
    std::vector<double> sums{0};
    for (auto const value : curve.values) sums.push_back(sums.back() + value);
    auto const steps_of = [&](double seconds) {
        return static_cast<std::size_t>(std::lround(seconds / curve.step_seconds));
    };
    std::size_t best = 0;
    double best_score = -1;
    double best_mean = 0;
    for (std::size_t first = 0; static_cast<double>(first) * curve.step_seconds + target <= duration + 1e-9; ++first) {
        auto const body = mean(sums, first, first + steps_of(target));
        auto const score = body + opening_weight * mean(sums, first, first + steps_of(opening_seconds));
        if (score <= best_score + 1e-9) continue; // the earlier of equals
        best = first;
        best_score = score;
        best_mean = body;
    }
    auto start = static_cast<double>(best) * curve.step_seconds;
    std::string where = "starts where motion and sound are strongest";
    for (auto const& shot : analysis.shots)
        if (shot.start > 0 && std::abs(shot.start - start) <= snap_seconds && shot.start + target <= duration) {
            start = shot.start;
            where = "starts with the shot in which motion and sound are strongest";
            break;
        }
    auto const overall = mean(sums, 0, sums.size() - 1);
    return {start, std::min(duration, start + target),
            fmt::format("{}: energy {:.2f} against {:.2f} over the whole file", where, best_mean, overall)};
}

static std::vector<plan::Cut> without_silences(plan::Analysis const& analysis, double duration)
{
    std::vector<plan::Cut> cuts;
    double at = 0;
    auto const keep = [&](double until) {
        if (until - at >= cut_seconds_min) cuts.push_back({at, until, "between silences"});
    };
    for (auto const& silence : analysis.silences) {
        if (silence.length() < silence_seconds_min) continue;
        auto const end = silence.start <= 0 ? 0 : silence.start + silence_keep_seconds;
        keep(end);
        at = std::max(at, std::min(duration, silence.end) - silence_keep_seconds);
        if (silence.end >= duration - 0.05) at = duration;
    }
    keep(duration);
    return cuts;
}

static std::vector<plan::Cut> cuts_for(plan::Analysis const& analysis, Trim const& trim, double duration)
{
    switch (trim.mode) {
    case TrimMode::Off: return {{0, duration, "trimming is off"}};
    case TrimMode::Range: return {{trim.range.start, std::min(trim.range.end, duration), "as asked for"}};
    case TrimMode::Silence: {
        auto cuts = without_silences(analysis, duration);
        if (cuts.empty()) return {{0, duration, "it is silent from end to end, so nothing was cut"}};
        return cuts;
    }
    case TrimMode::Hook: break;
    }
    if (duration <= trim.target_seconds)
        return {{0, duration, fmt::format("shorter than the target of {:.0f} s already", trim.target_seconds)}};
    return {best_window(analysis, trim.target_seconds)};
}

std::vector<plan::Cut> choose_cuts(plan::Analysis const& analysis, Trim const& trim,
                                   std::vector<plan::Decision>& decisions)
{
    auto const duration = analysis.media.duration_seconds;
    if (duration <= 0)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"check the file with `ettametta probe`"},
                   "{}: it has no duration", analysis.media.path);
    if (trim.mode == TrimMode::Range && trim.range.start >= duration)
        base::fail(base::ErrorCode::InvalidInput, "trim: {} s lies past the end of {} at {:.2f} s", trim.range.start,
                   analysis.media.path, duration);
    auto cuts = cuts_for(analysis, trim, duration);
    double kept = 0;
    for (auto const& cut : cuts) kept += cut.length();
    decisions.push_back(
        {"trim",
         fmt::format("{:.2f} s of {:.2f} s in {} part{}", kept, duration, cuts.size(), cuts.size() == 1 ? "" : "s"),
         cuts.front().reason});
    return cuts;
}

static plan::Word const* word_at(std::vector<plan::Word> const& words, double at)
{
    for (auto const& word : words)
        if (word.start + 1e-3 < at && at < word.end - 1e-3) return &word;
    return nullptr;
}

void snap_to_words(std::vector<plan::Cut>& cuts, std::vector<plan::Word> const& words, double source_seconds)
{
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        auto& cut = cuts[i];
        auto const floor = i > 0 ? cuts[i - 1].end : 0.0;
        auto const ceiling = i + 1 < cuts.size() ? cuts[i + 1].start : source_seconds;
        if (auto const* word = cut.start > 0 ? word_at(words, cut.start) : nullptr) {
            // The whole word, where it begins near enough and there is room; else without it.
            auto const before = std::max(floor, word->start - word_margin_seconds);
            cut.start = cut.start - word->start <= word_snap_seconds && before <= word->start
                            ? before
                            : std::min(word->end, cut.end - cut_seconds_min);
        }
        if (auto const* word = cut.end < source_seconds ? word_at(words, cut.end) : nullptr) {
            auto const after = std::min(ceiling, word->end + word_margin_seconds);
            cut.end = word->end - cut.end <= word_snap_seconds && after >= word->end
                          ? after
                          : std::max(word->start, cut.start + cut_seconds_min);
        }
    }
}

int mid_word_cuts(std::vector<plan::Cut> const& cuts, std::vector<plan::Word> const& words, double source_seconds)
{
    int count = 0;
    for (auto const& cut : cuts) {
        if (cut.start > 0 && word_at(words, cut.start)) ++count;
        if (cut.end < source_seconds && word_at(words, cut.end)) ++count;
    }
    return count;
}

std::vector<plan::Word> on_clip_timeline(std::vector<plan::Cut> const& cuts, std::vector<plan::Word> const& words)
{
    std::vector<plan::Word> out;
    double at = 0;
    for (auto const& cut : cuts) {
        for (auto const& word : words) {
            auto const start = std::max(word.start, cut.start);
            auto const end = std::min(word.end, cut.end);
            // A word of which less than half is heard is not captioned.
            if (end - start < 0.5 * (word.end - word.start) || end <= start) continue;
            out.push_back({word.text, at + start - cut.start, at + end - cut.start, word.confidence});
        }
        at += cut.length();
    }
    return out;
}

} // namespace studio
