#pragma once
#include "api/live/measure.h"
#include "base/log.h"
#include "bus/bus.h"
#include "store/database.h"

#include <mutex>
#include <thread>

namespace api::live {

struct QueueSample {
    std::int64_t queued = 0;
    std::int64_t running = 0;
    std::int64_t waiting = 0;
    std::optional<double> oldest_due_seconds; ///< how long the first that may run has waited; null: none waits
};
BOOST_DESCRIBE_STRUCT(QueueSample, (), (queued, running, waiting, oldest_due_seconds))

/// Jobs without a parent, in the last five minutes.
struct JobsSample {
    double done_per_minute = 0;
    double failed_per_minute = 0;
};
BOOST_DESCRIBE_STRUCT(JobsSample, (), (done_per_minute, failed_per_minute))

/// In the last hour.
struct RenderSample {
    std::int64_t clips = 0;
    std::optional<double> speed_x; ///< seconds of clip a second of work, on average; null: no clip was made
};
BOOST_DESCRIBE_STRUCT(RenderSample, (), (clips, speed_x))

struct SourcesSample {
    std::int64_t known = 0;
    std::int64_t resting = 0;
    std::int64_t failing = 0;
};
BOOST_DESCRIBE_STRUCT(SourcesSample, (), (known, resting, failing))

/// One look at a machine and at the store. Null is what could not be measured.
struct TelemetrySample {
    std::string node; ///< which machine and process
    base::Time at{};
    double uptime_seconds = 0;
    CpuSample cpu;
    MemorySample memory;
    DiskSample disk;
    NetworkSample network;
    std::optional<QueueSample> queue; ///< null: the database did not answer
    std::optional<JobsSample> jobs;
    std::optional<RenderSample> render;
    std::optional<SourcesSample> sources;
    std::optional<std::int64_t> connections; ///< WebSockets of this process
};
BOOST_DESCRIBE_STRUCT(TelemetrySample, (),
                      (node, at, uptime_seconds, cpu, memory, disk, network, queue, jobs, render, sources, connections))

struct TelemetryParts {
    store::Database& database;
    bus::Bus& bus;
    base::Clock const& clock;
    base::Log& log;
    std::filesystem::path data;
    std::string node;
    std::function<std::size_t()> connections = nullptr;
    std::filesystem::path proc = "/proc";
};

/// Looks at the machine again and again, and tells the bus ("telemetry.sample").
class Telemetry {
public:
    static constexpr base::Milliseconds interval{2'000};
    static constexpr base::Milliseconds store_interval{10'000}; ///< the store is asked less often
    explicit Telemetry(TelemetryParts parts);
    ~Telemetry();
    Telemetry(Telemetry const&) = delete;
    Telemetry& operator=(Telemetry const&) = delete;
    /// Looks now and tells nobody.
    TelemetrySample sample();
    /// Begins the rounds in a thread of its own.
    void start();
    /// The newest one; looks where there is none yet.
    TelemetrySample latest();

private:
    void ask_store(TelemetrySample& out);

    TelemetryParts parts_;
    std::chrono::steady_clock::time_point begin_;
    std::mutex mutex_;
    SystemCounters before_;
    TelemetrySample latest_;
    std::chrono::steady_clock::time_point store_asked_{};
    std::jthread thread_; // last: joined first
};

} // namespace api::live
