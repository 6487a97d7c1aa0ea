#include "studio/speed.h"

#include "plan/timeline.h"

#include <algorithm>
#include <limits>

namespace studio {

static constexpr double piece_seconds_min = 0.02; // of the source; shorter pieces join their neighbour

static double value_of(plan::FilterCall const& call, std::string const& name, double otherwise)
{
    auto const found = call.values.find(name);
    return found == call.values.end() ? otherwise : found->second;
}

/// The part of a cut between two moments of the source, with the speeds it has there.
static plan::Cut piece_of(plan::Cut const& cut, double start, double end)
{
    auto piece = cut;
    piece.start = start;
    piece.end = end;
    if (!cut.speed_to) return piece;
    auto const at = [&](double source) {
        return cut.speed + (*cut.speed_to - cut.speed) * (source - cut.start) / cut.length();
    };
    piece.speed = at(start);
    piece.speed_to = at(end);
    return piece;
}

static void apply(plan::FilterCall const& call, std::vector<plan::Cut>& cuts)
{
    plan::Timeline const timeline(cuts);
    auto const from = std::max(0.0, value_of(call, "from", 0));
    auto const to = std::min(timeline.duration(), value_of(call, "to", std::numeric_limits<double>::infinity()));
    auto const factor = value_of(call, "factor", 1);
    auto const factor_to = value_of(call, "factor_to", factor);
    if (to <= from) return;
    std::vector<plan::Cut> out;
    for (std::size_t i = 0; i < cuts.size(); ++i) {
        auto const& cut = cuts[i];
        auto const start = timeline.cut_start(i);
        auto const end = timeline.cut_start(i + 1);
        auto const inside = [&](double at) {
            return timeline.at(std::clamp(at, start, std::max(start, end - 1e-9))).source;
        };
        auto const first = from <= start ? cut.start : from >= end ? cut.end : inside(from);
        auto const last = to >= end ? cut.end : to <= start ? cut.start : inside(to);
        auto const keep = [&](double begin, double stop, bool changed) {
            if (stop - begin < piece_seconds_min) return;
            auto piece = piece_of(cut, begin, stop);
            if (changed) {
                auto const share = [&](double at) { return (timeline.clip_time(i, at) - from) / (to - from); };
                piece.speed *= std::lerp(factor, factor_to, share(begin));
                auto const end_speed = piece.speed_to.value_or(cut.speed) * std::lerp(factor, factor_to, share(stop));
                if (std::abs(end_speed - piece.speed) > 1e-9) piece.speed_to = end_speed;
                piece.reason += fmt::format("; at {:.2f} times its speed", factor);
            }
            out.push_back(std::move(piece));
        };
        keep(cut.start, std::min(first, last), false);
        keep(first, last, true);
        keep(std::max(first, last), cut.end, false);
    }
    cuts = std::move(out);
}

void apply_speeds(std::vector<plan::FilterCall>& filters, std::vector<plan::Cut>& cuts,
                  std::vector<plan::Decision>& decisions)
{
    for (auto const& call : filters) {
        if (call.name != "speed") continue;
        auto const before = plan::Timeline(cuts).duration();
        apply(call, cuts);
        decisions.push_back({"speed", fmt::format("{:.2f}x", value_of(call, "factor", 1)),
                             fmt::format("{:.2f} s become {:.2f} s", before, plan::Timeline(cuts).duration())});
    }
    std::erase_if(filters, [](plan::FilterCall const& call) { return call.name == "speed"; });
}

} // namespace studio
