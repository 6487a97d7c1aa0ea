#include "media/analysis/focus.h"

#include <cmath>
#include <numeric>
#include <span>

namespace media::analysis {

static constexpr double step_seconds = 0.5;
static constexpr double window_share = 0.32; // of the width: a 9:16 window in a 16:9 picture
static constexpr double above_mean = 2;      // less is noise, or the camera
static constexpr double movement_min = 4;    // of 255
static constexpr std::size_t steps_max = 48 * 3600 * 2;

void FocusMeter::add(Look const& before, Look const& now)
{
    auto const step = static_cast<std::size_t>(std::max(0.0, now.at) / step_seconds);
    if (step >= steps_max) return;
    if (step != step_) {
        close_step();
        step_ = step;
    }
    auto const mean = 255 * luma_difference(before, now);
    auto const threshold = std::max(movement_min, above_mean * mean);
    for (std::size_t y = 0; y < look_height; ++y)
        for (std::size_t x = 0; x < look_width; ++x) {
            auto const moved = std::abs(before.luma[y * look_width + x] - now.luma[y * look_width + x]) - threshold;
            if (moved <= 0) continue;
            columns_[x] += moved;
            rows_[y] += moved;
        }
}

static double centroid(std::span<double const> profile)
{
    double sum = 0;
    double weighted = 0;
    for (std::size_t i = 0; i < profile.size(); ++i) {
        sum += profile[i];
        weighted += profile[i] * (static_cast<double>(i) + 0.5);
    }
    return sum > 0 ? weighted / sum / static_cast<double>(profile.size()) : 0.5;
}

void FocusMeter::close_step()
{
    auto const all = std::accumulate(columns_.begin(), columns_.end(), 0.0);
    if (all > 0) {
        constexpr auto width = static_cast<std::size_t>(window_share * look_width);
        double best = -1;
        std::size_t best_first = 0;
        for (std::size_t first = 0; first + width <= look_width; ++first) {
            auto const inside = std::accumulate(columns_.begin() + static_cast<std::ptrdiff_t>(first),
                                                columns_.begin() + static_cast<std::ptrdiff_t>(first + width), 0.0);
            if (inside <= best) continue;
            best = inside;
            best_first = first;
        }
        std::span<double const> const window(columns_.data() + best_first, width);
        auto const x = (static_cast<double>(best_first) + centroid(window) * static_cast<double>(width)) / look_width;
        found_.push_back({static_cast<double>(step_) * step_seconds, x, centroid(rows_), best / all});
    }
    columns_.fill(0);
    rows_.fill(0);
}

std::vector<plan::Focus> FocusMeter::finish()
{
    close_step();
    return std::move(found_);
}

} // namespace media::analysis
