#pragma once
#include "app/app.h"
#include "bus/bus.h"
#include "jobs/payloads.h"
#include "jobs/runner.h"
#include "jobs/services.h"
#include "jobs/workers.h"

namespace app {

/// Whoever uses the command line owns what it makes; accounts come with their own ids.
inline constexpr std::string_view local_owner = "local";

/// The settings of the queue's threads; InvalidInput where a value will not do.
struct JobSettings {
    int network_threads = 8;
    int compute_threads = 1;
    int ahead = 0;
    base::Milliseconds lease{60'000};
};
JobSettings job_settings_from(base::Config const& config);
jobs::BackupPlace backup_place(App const& app);

/// This machine's name for others.
std::string host_name();

/// Queue, kinds of work and the threads that do it, wired top to bottom.
class Engine {
public:
    explicit Engine(App& app);
    ~Engine();
    jobs::Queue& queue() { return *queue_; }
    bus::Bus& bus() { return *bus_; }
    /// "host:pid", as in the rows of what it works on.
    std::string const& worker_name() const { return worker_.id; }

    /// Enqueues work of that kind and does it, here, until it has ended. What else waits in the queue is worked on
    /// too.
    store::Job run(std::string const& kind, std::string const& payload);

private:
    App& app_;
    std::unique_ptr<base::Clock> shared_clock_; ///< where several machines work on one database
    base::Clock const& clock_;
    jobs::Services services_;
    store::Worker worker_;
    std::unique_ptr<bus::Bus> bus_;
    std::unique_ptr<jobs::Queue> queue_;
    std::unique_ptr<jobs::Runner> runner_;
};

/// What a finished run made, for people and programs.
struct RunReport {
    std::string job_id;
    jobs::AutopilotResult result;
    std::vector<studio::TransformResult> clips;
};
BOOST_DESCRIBE_STRUCT(RunReport, (), (job_id, result, clips))
/// Runs it to its end, prints what it made (as JSON where asked for) and gives it back.
RunReport run_and_report(App& app, jobs::AutopilotPayload const& payload);

} // namespace app
