#include "app/progress.h"

#include "base/clock.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace app {

static constexpr int bar_width = 28;

ProgressBar::ProgressBar(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}
ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear()
{
    std::scoped_lock const lock(mutex_);
    if (drawn_) fmt::print(stderr, "\r\x1B[K");
    drawn_ = false;
}

void ProgressBar::update(std::string_view stage, double done, std::optional<double> eta_seconds)
{
    if (quiet_) return;
    std::scoped_lock const lock(mutex_);
    done = std::clamp(done, 0.0, 1.0);
    auto const eta = eta_seconds
                         ? ", " + base::format_duration(base::Milliseconds(std::llround(*eta_seconds * 1000))) + " left"
                         : "";
    if (terminal_) {
        auto const full = static_cast<std::size_t>(std::lround(done * bar_width));
        fmt::print(stderr, "\r\x1B[K{:<11} [{}{}] {:3.0f} %{}", stage, std::string(full, '#'),
                   std::string(bar_width - full, ' '), done * 100, eta);
        std::fflush(stderr);
        drawn_ = true;
        return;
    }
    auto const tenth = static_cast<int>(done * 10);
    if (stage == stage_ && tenth == tenth_) return;
    stage_ = stage;
    tenth_ = tenth;
    fmt::print(stderr, "{}: {:.0f} %{}\n", stage, done * 100, eta);
}

} // namespace app
