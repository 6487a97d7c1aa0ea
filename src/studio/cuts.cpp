#include "studio/cuts.h"

#include "base/error.h"
#include "plan/timeline.h"
#include "studio/engagement.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace studio {

static constexpr double opening_seconds = 3; // viewers decide within these
static constexpr double opening_weight = 0.5;
static constexpr double unbounded_cost = 0.12;   // of a start that is no shot, sentence or pause
static constexpr double end_tolerance = 0.2;     // of the target: a clip may be so much shorter to end well
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

namespace {

/// The film with its dead parts taken out: a clip's time runs over what is left.
class LiveFilm {
public:
    LiveFilm(double duration, std::vector<DeadPart> const& dead)
    {
        double at = 0;
        for (auto const& part : dead) {
            if (part.span.start > at) parts_.push_back({at, part.span.start});
            at = std::max(at, part.span.end);
        }
        if (duration > at) parts_.push_back({at, duration});
    }

    /// What is kept from `start` on until there is `length` of it; less at the film's end.
    std::vector<plan::Span> from(double start, double length) const
    {
        std::vector<plan::Span> kept;
        for (auto const& part : parts_) {
            plan::Span const piece{std::max(part.start, start), part.end};
            if (piece.length() < cut_seconds_min) continue;
            auto const take = std::min(piece.length(), length);
            kept.push_back({piece.start, piece.start + take});
            length -= take;
            if (length <= 1e-9) break;
        }
        return kept;
    }

private:
    std::vector<plan::Span> parts_;
};

struct Hook {
    std::vector<plan::Span> kept;
    double opening = 0;
    double score = -1;
};

} // namespace

static double length_of(std::vector<plan::Span> const& spans)
{
    double sum = 0;
    for (auto const& span : spans) sum += span.length();
    return sum;
}

static Hook judge(std::vector<plan::Span> kept, Engagement const& engagement)
{
    Hook hook{std::move(kept)};
    double body = 0;
    double opening = 0;
    auto left = opening_seconds;
    for (auto const& span : hook.kept) {
        body += engagement.mean(span.start, span.end) * span.length();
        auto const part = std::min(left, span.length());
        if (part > 0) opening += engagement.mean(span.start, span.start + part) * part;
        left -= part;
    }
    hook.opening = opening / opening_seconds;
    hook.score = body / std::max(1.0, length_of(hook.kept)) + opening_weight * hook.opening;
    return hook;
}

static std::string_view name_of(BoundaryKind kind)
{
    switch (kind) {
    case BoundaryKind::Sentence: return "a sentence";
    case BoundaryKind::Shot: return "a shot";
    case BoundaryKind::Breath: break;
    }
    return "a pause in the speech";
}

/// Ends the clip at a boundary near its end: a sentence before a shot before a breath, then the nearest.
static std::string end_well(std::vector<plan::Span>& kept, std::vector<Boundary> const& boundaries, double target)
{
    auto& last = kept.back();
    Boundary const* best = nullptr;
    auto const cost = [&](Boundary const& boundary) {
        return std::abs(boundary.at - last.end) / target + 0.05 * static_cast<double>(boundary.kind);
    };
    for (auto const& boundary : boundaries) {
        if (boundary.at < last.end - end_tolerance * target || boundary.at > last.end + 0.01) continue;
        if (boundary.at < last.start + cut_seconds_min) continue;
        if (!best || cost(boundary) < cost(*best)) best = &boundary;
    }
    if (!best) return "at the target length: no sentence, shot or pause ends near it";
    last.end = best->at;
    return fmt::format("with {}", name_of(best->kind));
}

static std::vector<plan::Cut> hook_cuts(plan::Analysis const& analysis, Trim const& trim,
                                        std::vector<plan::Word> const& words, std::vector<plan::Decision>& decisions)
{
    auto const duration = analysis.media.duration_seconds;
    auto const engagement = rate_engagement(analysis);
    auto const dead = find_dead_parts(analysis, engagement);
    auto const boundaries = find_boundaries(analysis, words);
    LiveFilm const film(duration, dead);
    auto candidates = boundaries;
    candidates.insert(candidates.begin(), {0, BoundaryKind::Shot});
    // Where the film gives no boundaries, any step will do.
    for (std::size_t i = 0; i < engagement.values.size(); ++i)
        candidates.push_back({static_cast<double>(i) * engagement.step_seconds, BoundaryKind::Breath});
    auto const whole = film.from(0, duration);
    auto const wanted = std::min(trim.target_seconds, length_of(whole));
    Hook best;
    Boundary best_start;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        auto const kept = film.from(candidates[i].at, trim.target_seconds);
        if (length_of(kept) < wanted - 1e-6) continue;
        auto hook = judge(kept, engagement);
        if (i > boundaries.size()) hook.score -= unbounded_cost;
        if (hook.score <= best.score + 1e-9) continue; // the earlier of equals
        best = std::move(hook);
        best_start = i > boundaries.size() ? Boundary{-1, BoundaryKind::Breath} : candidates[i];
    }
    if (best.kept.empty()) return {{0, std::min(duration, trim.target_seconds), "nothing stands out"}};
    auto const shorter = length_of(whole) > trim.target_seconds;
    auto const ending = shorter ? end_well(best.kept, boundaries, trim.target_seconds) : std::string("with the film");
    auto const start = best.kept.front().start;
    decisions.push_back({"hook", fmt::format("opens at {:.2f} s", start),
                         fmt::format("its first {:.0f} s score {:.2f} of 1, the film's median is {:.2f}; it ends {}",
                                     opening_seconds, best.opening, engagement.median, ending)});
    auto const first = best_start.at < 0 ? std::string("starts where motion and sound are strongest")
                       : best_start.kind == BoundaryKind::Shot && start > 0
                           ? "starts with the shot in which motion and sound are strongest"
                           : fmt::format("starts with {}", start > 0 ? name_of(best_start.kind) : "the film");
    std::vector<plan::Cut> cuts;
    for (auto const& span : best.kept) {
        auto const gap = std::find_if(dead.begin(), dead.end(), [&](DeadPart const& part) {
            return !cuts.empty() && std::abs(part.span.end - span.start) < 1e-6;
        });
        cuts.push_back({span.start, span.end, gap == dead.end() ? first : "after " + gap->reason + " was dropped"});
    }
    return cuts;
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

static std::vector<plan::Cut> cuts_for(plan::Analysis const& analysis, Trim const& trim, double duration,
                                       std::vector<plan::Word> const& words, std::vector<plan::Decision>& decisions)
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
    return hook_cuts(analysis, trim, words, decisions);
}

std::vector<plan::Cut> choose_cuts(plan::Analysis const& analysis, Trim const& trim,
                                   std::vector<plan::Word> const& words, std::vector<plan::Decision>& decisions)
{
    auto const duration = analysis.media.duration_seconds;
    if (duration <= 0)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"check the file with `ettametta probe`"},
                   "{}: it has no duration", analysis.media.path);
    if (trim.mode == TrimMode::Range && trim.range.start >= duration)
        base::fail(base::ErrorCode::InvalidInput, "trim: {} s lies past the end of {} at {:.2f} s", trim.range.start,
                   analysis.media.path, duration);
    auto cuts = cuts_for(analysis, trim, duration, words, decisions);
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
    plan::Timeline const timeline(cuts);
    std::vector<plan::Word> out;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        for (auto const& word : words) {
            auto const start = std::max(word.start, cuts[i].start);
            auto const end = std::min(word.end, cuts[i].end);
            // A word of which less than half is heard is not captioned.
            if (end - start < 0.5 * (word.end - word.start) || end <= start) continue;
            out.push_back({word.text, timeline.clip_time(i, start), timeline.clip_time(i, end), word.confidence});
        }
    }
    return out;
}

} // namespace studio
