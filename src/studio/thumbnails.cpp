#include "studio/thumbnails.h"

#include "plan/timeline.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace studio {

static constexpr double step_seconds = 0.25;
static constexpr double edge_seconds = 0.3; // from a cut: pictures there are often half of something else
static constexpr double apart_seconds = 2;
static constexpr double apart_share = 0.15; // of the clip
static constexpr double face_near_seconds = 0.5;
static constexpr std::ptrdiff_t sightings_min = 4;
static constexpr double good_face_width = 0.2; // of the picture's: larger gains nothing

namespace {

struct Still {
    double at = 0;
    double score = 0;
    std::string reason;
};

} // namespace

static double value_at(plan::Curve const& curve, double at, double otherwise)
{
    auto const index = static_cast<std::size_t>(at / std::max(0.05, curve.step_seconds));
    return index < curve.values.size() ? curve.values[index] : otherwise;
}

/// Seen often enough to be no chance: foam and foliage look like faces, too.
static bool is_certain(std::vector<plan::Face> const& faces, plan::Face const& face)
{
    if (face.track < 0) return true;
    return std::count_if(faces.begin(), faces.end(), [&](auto const& other) { return other.track == face.track; }) >=
           sightings_min;
}

static plan::Face const* face_near(std::vector<plan::Face> const& faces, double at)
{
    plan::Face const* best = nullptr;
    for (auto const& face : faces)
        if (is_certain(faces, face) && std::abs(face.at - at) <= face_near_seconds &&
            (!best || face.width > best->width))
            best = &face;
    return best;
}

static Still rate(plan::Analysis const& analysis, double source, double at)
{
    auto const sharp = value_at(analysis.sharpness, source, 0.5);
    auto const light = value_at(analysis.brightness, source, 0.5);
    auto const moving = std::min(1.0, value_at(analysis.motion, source, 0) / 0.1);
    auto const lit = std::clamp(1 - std::abs(light - 0.5) / 0.4, 0.0, 1.0);
    auto const* face = face_near(analysis.faces, source);
    double shown = 0;
    if (face) {
        auto const placed = 1 - std::min(1.0, std::abs(face->y + face->height / 2 - 0.4) / 0.4);
        shown = std::min(1.0, face->width / good_face_width) * (0.7 + 0.3 * placed);
    }
    return {at, 0.35 * sharp + 0.25 * lit + 0.3 * shown + 0.1 * (1 - moving),
            fmt::format("sharpness {:.2f}, brightness {:.2f}, {}", sharp, light,
                        face ? fmt::format("a face of {:.0f} % of the width", 100 * face->width) : "no face")};
}

std::vector<plan::Thumbnail> choose_thumbnails(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts,
                                               std::string const& title, double from)
{
    plan::Timeline const timeline(cuts);
    std::vector<Still> stills;
    auto const first = from + 1 < timeline.duration() ? std::max(edge_seconds, from) : edge_seconds;
    for (auto at = first; at + edge_seconds < timeline.duration(); at += step_seconds) {
        auto const place = timeline.at(at);
        auto const& cut = cuts[place.cut];
        auto const near_edge = [&](double edge) { return std::abs(place.source - edge) < edge_seconds; };
        if (near_edge(cut.start) || near_edge(cut.end)) continue;
        if (std::any_of(analysis.shots.begin(), analysis.shots.end(),
                        [&](plan::Span const& shot) { return shot.start > 0 && near_edge(shot.start); }))
            continue;
        stills.push_back(rate(analysis, place.source, at));
    }
    if (stills.empty()) return {{timeline.duration() / 2, title, "the middle: the clip is too short to choose"}};
    std::stable_sort(stills.begin(), stills.end(), [](Still const& a, Still const& b) { return a.score > b.score; });
    std::vector<plan::Thumbnail> chosen{{stills.front().at, title, stills.front().reason}};
    auto const duration = timeline.duration();
    auto const apart = std::min(std::max(apart_seconds, apart_share * duration), duration / 3);
    for (auto const& still : stills)
        if (chosen.size() < 2 && std::abs(still.at - chosen.front().at) >= apart)
            chosen.push_back({still.at, title, still.reason});
    return chosen;
}

} // namespace studio
