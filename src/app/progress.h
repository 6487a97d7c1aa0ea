#pragma once
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace app {

/// Progress on standard error: a bar with ETA on a terminal, a line now and then otherwise, nothing when quiet.
class ProgressBar {
public:
    explicit ProgressBar(bool quiet);
    ~ProgressBar();
    /// done in [0, 1]. Thread-safe.
    void update(std::string_view stage, double done, std::optional<double> eta_seconds = std::nullopt);
    /// Ends the bar's line, before anything else is printed.
    void clear();

private:
    bool quiet_;
    bool terminal_;
    std::mutex mutex_;
    std::string stage_;
    int tenth_ = -1;
    bool drawn_ = false;
};

} // namespace app
