#include "studio/virtual_camera.h"

#include <algorithm>
#include <cmath>

namespace studio {

static constexpr double look_back_seconds = 0.3; // the subject's place at a moment is the median around it:
static constexpr double look_ahead_seconds = 1;  // one wrong sighting moves nothing
static constexpr double first_seconds = 1.5;
static constexpr double speed_max = 0.22; // of the picture's width a second
static constexpr double glide_seconds_min = 0.6;

/// The median place of the samples in [start, end]; of the nearest one where there is none.
static Sample place_in(std::vector<Sample> const& samples, double start, double end)
{
    Person part;
    for (auto const& sample : samples)
        if (sample.at >= start && sample.at <= end) part.samples.push_back(sample);
    if (!part.samples.empty()) return part.middle();
    return *std::min_element(samples.begin(), samples.end(), [&](Sample const& a, Sample const& b) {
        return std::abs(a.at - start) < std::abs(b.at - start);
    });
}

void follow(std::vector<Sample> const& samples, plan::Span const& part, CameraStyle const& style,
            std::function<double(double)> const& clip_time, std::vector<plan::FramingKey>& path)
{
    auto const key = [&](double at, Sample const& place, bool jump) {
        path.push_back({clip_time(at), place.x, std::clamp(place.y + style.y_offset, 0.0, 1.0), jump, style.zoom});
    };
    auto current = place_in(samples, part.start, part.start + first_seconds);
    key(part.start, current, true);
    auto free_at = part.start; // the camera is moving until then
    for (auto const& sample : samples) {
        if (sample.at < free_at) continue;
        auto const next = place_in(samples, sample.at - look_back_seconds, sample.at + look_ahead_seconds);
        auto const distance = std::hypot(next.x - current.x, next.y - current.y);
        if (distance < style.dead_zone) continue;
        auto const end = std::min(part.end, sample.at + std::max(glide_seconds_min, distance / speed_max));
        if (end - sample.at < glide_seconds_min / 2) break; // the cut comes first
        key(sample.at, current, false);
        current = next;
        key(end, current, false);
        free_at = end;
    }
}

} // namespace studio
