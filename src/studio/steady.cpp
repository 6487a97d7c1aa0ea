#include "plan/timeline.h"
#include "studio/framing.h"

#include <algorithm>
#include <cmath>

namespace studio {

static constexpr double smooth_seconds = 0.6; // standard deviation of the smoothing
static constexpr double margin = 0.04;        // of the picture: the window may be moved so far
static constexpr double still = 1e-4;

/// The way that the picture's content has gone, by summing up its steps, less the smoothed way.
static std::vector<double> shake(std::vector<plan::CameraStep> const& steps, double plan::CameraStep::*axis)
{
    std::vector<double> way;
    double at = 0;
    for (auto const& step : steps) way.push_back(at += step.*axis);
    std::vector<double> rest(way.size());
    for (std::size_t i = 0; i < way.size(); ++i) {
        double sum = 0;
        double weights = 0;
        auto const add = [&](std::size_t k) {
            auto const distance = (steps[k].at - steps[i].at) / smooth_seconds;
            if (std::abs(distance) > 3) return false;
            auto const weight = std::exp(-0.5 * distance * distance);
            sum += weight * way[k];
            weights += weight;
            return true;
        };
        for (auto k = i; k < way.size() && add(k); ++k) {}
        for (auto k = i; k-- > 0 && add(k);) {}
        rest[i] = std::clamp(way[i] - sum / weights, -margin, margin);
    }
    return rest;
}

std::vector<plan::FramingKey> steady_path(plan::Analysis const& analysis, std::vector<plan::Cut> const& cuts)
{
    plan::Timeline const timeline(cuts);
    std::vector<plan::FramingKey> path;
    auto shots = analysis.shots;
    if (shots.empty()) shots.push_back({0, analysis.media.duration_seconds});
    for (std::size_t i = 0; i < cuts.size(); ++i)
        for (auto const& shot : shots) {
            std::vector<plan::CameraStep> steps;
            for (auto const& step : analysis.camera)
                if (step.at >= std::max(shot.start, cuts[i].start) && step.at < std::min(shot.end, cuts[i].end))
                    steps.push_back(step);
            if (steps.size() < 3) continue;
            steps.front() = {steps.front().at, 0, 0}; // its step led here from the shot before
            auto const x = shake(steps, &plan::CameraStep::x);
            auto const y = shake(steps, &plan::CameraStep::y);
            for (std::size_t k = 0; k < steps.size(); ++k)
                path.push_back({timeline.clip_time(i, steps[k].at), x[k], y[k], k == 0, 1 + 2 * margin});
        }
    auto const quiet = std::all_of(path.begin(), path.end(), [](plan::FramingKey const& key) {
        return std::abs(key.x) < still && std::abs(key.y) < still;
    });
    return quiet ? std::vector<plan::FramingKey>{} : path;
}

} // namespace studio
