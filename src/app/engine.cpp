#include "app/engine.h"

#include "app/models.h"
#include "app/version.h"
#include "bus/nats_bus.h"
#include "jobs/rescans.h"
#include "jobs/schedules.h"
#include "jobs/upkeep.h"
#include "jobs/webhooks.h"
#include "net/settings.h"
#include "store/database_clock.h"
#include "store/tables/clips.h"

#include <thread>
#include <unistd.h>

namespace app {

/// Machines whose clocks differ must agree on when a lease ends. None where one machine or `--now` tells the time.
static std::unique_ptr<base::Clock> shared_clock(App& app)
{
    auto& database = app.database();
    if (database.engine() == store::Engine::Sqlite || !app.clock_is_real()) return nullptr;
    return std::make_unique<store::DatabaseClock>(database);
}

static jobs::Services services_of(App& app, base::Clock const& clock)
{
    auto const& data = app.data_folder();
    auto const secret = [&app](std::string const& owner_id, std::string const& name) {
        return app.vault().find(owner_id, name).value_or("");
    };
    return {
        app.scanner(),
        app.discovery(),
        app.client(),
        app.studio(),
        app.database(),
        clock,
        app.ids(),
        discovery::acquire_options_from(app.config(), data / "downloads", app.blobs(), net::options_from(app.config())),
        secret,
        data / "clips",
        data / "outbox",
        std::string(version),
        model_place(app),
        backup_place(app)};
}

std::string host_name()
{
    char host[256] = "host";
    ::gethostname(host, sizeof host - 1);
    return host;
}

static constexpr base::Milliseconds lease_min{1'000};
static constexpr base::Milliseconds lease_max{3'600'000};

JobSettings job_settings_from(base::Config const& config)
{
    JobSettings out;
    out.network_threads = static_cast<int>(config.integer("jobs.network_threads", 0, 64));
    out.compute_threads = static_cast<int>(config.integer("jobs.compute_threads", 0, 64));
    out.ahead = static_cast<int>(config.integer("jobs.ahead", 0, 1000));
    out.lease = config.duration("jobs.lease");
    if (out.lease < lease_min || out.lease > lease_max)
        base::fail(base::ErrorCode::InvalidInput, "jobs.lease: {} is outside [{}, {}]", config.text("jobs.lease"),
                   base::format_duration(lease_min), base::format_duration(lease_max));
    return out;
}

jobs::BackupPlace backup_place(App const& app)
{
    return {app.data_folder() / "backups", static_cast<int>(app.config().integer("backups.keep", 1, 1000))};
}

static store::Worker worker_row(App& app)
{
    store::Worker row{.host = host_name(), .pid = ::getpid(), .version = std::string(version)};
    row.id = fmt::format("{}:{}", row.host, row.pid);
    auto const settings = job_settings_from(app.config());
    row.network_threads = settings.network_threads;
    row.compute_threads = settings.compute_threads;
    return row;
}

static jobs::RunnerOptions runner_options(App& app, store::Worker const& worker, bus::Bus& bus)
{
    jobs::RunnerOptions options;
    options.worker = worker.id;
    options.network_threads = worker.network_threads;
    options.compute_threads = worker.compute_threads;
    auto const settings = job_settings_from(app.config());
    options.ahead = settings.ahead;
    options.lease = settings.lease;
    options.triggers = {jobs::beat(worker, [&bus] { return bus.trouble(); }), jobs::now_and_then(jobs::trigger_rescans),
                        jobs::now_and_then(jobs::trigger_deliveries), [](jobs::Queue& queue) {
                            jobs::trigger_schedules(queue);
                            return jobs::next_schedule(queue);
                        }};
    if (app.blobs().is_shared()) options.triggers.push_back(jobs::daily_upkeep(std::string(local_owner)));
    return options;
}

Engine::Engine(App& app)
    : app_(app), shared_clock_(shared_clock(app)), clock_(shared_clock_ ? *shared_clock_ : app.clock()),
      services_(services_of(app, clock_)), worker_(worker_row(app)),
      bus_(bus::bus_from(app.config(), app.log(), worker_.id)),
      queue_(std::make_unique<jobs::Queue>(jobs::Queue::Parts{app.database(), *bus_, clock_, app.ids()},
                                           jobs::all_jobs(services_))),
      runner_(std::make_unique<jobs::Runner>(*queue_, app.random(), app.log(), runner_options(app, worker_, *bus_)))
{
}

Engine::~Engine()
{
    runner_.reset();
    try {
        jobs::sign_off(*queue_, worker_.id);
    } catch (base::Error const& error) { // its row goes by itself
        app_.log().warning("worker.not_signed_off", {{"reason", error.what()}});
    }
}

/// Shows what the jobs of this process tell the bus.
static void follow(App& app, bus::Subscription& messages, std::stop_token const& stop)
{
    ProgressBar bar(app.quiet());
    while (!stop.stop_requested()) {
        auto const message = messages.wait(stop, base::Milliseconds(60'000));
        if (!message) continue;
        auto const body = base::parse_json(message->json, "a message");
        auto const* object = body.if_object();
        if (!object || !object->contains("progress") || !object->contains("stage")) continue;
        auto const* eta = object->if_contains("eta_seconds");
        bar.update(std::string_view(object->at("stage").as_string()), object->at("progress").to_number<double>(),
                   eta && eta->is_number() ? std::optional(eta->to_number<double>()) : std::nullopt);
    }
}

store::Job Engine::run(std::string const& kind, std::string const& payload)
{
    auto const messages = bus_->subscribe(jobs::topic::progress);
    std::jthread const display([&](std::stop_token const& stop) { follow(app_, *messages, stop); });
    jobs::JobRequest request;
    request.owner_id = local_owner;
    request.kind = kind;
    request.payload = payload;
    auto const job = queue_->enqueue(request);
    try {
        return runner_->wait(job.id, app_.stop());
    } catch (base::Error const& error) {
        if (error.code == base::ErrorCode::Cancelled) queue_->cancel(job.id, "interrupted by the user");
        throw;
    }
}

static RunReport read_report(App& app, store::Job const& job)
{
    if (job.state != store::JobState::Done)
        throw base::Error(job.state == store::JobState::Cancelled ? base::ErrorCode::Cancelled
                                                                  : base::ErrorCode::Internal,
                          job.reason, job.next_action);
    RunReport report{job.id, base::read_json<jobs::AutopilotResult>(job.result.value_or("{}"), "the run's result"), {}};
    for (auto const& clip : report.result.clips) {
        if (!clip.made) continue;
        auto const row = app.database().read(
            [&](store::Connection& connection) { return store::find_clip(connection, clip.made->clip_id); });
        if (row) report.clips.push_back(base::read_json<studio::TransformResult>(row->result, "the clip's record"));
    }
    return report;
}

static void print_report(App& app, RunReport const& report)
{
    std::vector<std::vector<std::string>> sources{{"SOURCE", "STATUS", "FOUND", "WHY"}};
    for (auto const& source : report.result.sources)
        sources.push_back({source.id, base::enum_text(source.status), std::to_string(source.count),
                           source.reason.value_or("") + (source.next_action ? " (" + *source.next_action + ")" : "")});
    app.print_table(sources);
    app.print("\n");
    for (auto const& clip : report.result.clips) {
        app.print(fmt::format("{}  {:.1f} points  {}\n", clip.title, clip.score, clip.state));
        if (!clip.made)
            app.print(
                fmt::format("  {}{}\n", clip.reason, clip.next_action.empty() ? "" : " (" + clip.next_action + ")"));
        else
            app.print(fmt::format("  clip    {}\n  outbox  {}\n", clip.made->output, clip.made->target));
    }
    if (report.result.clips.empty()) app.print("Nothing was found to make a clip of.\n");
}

RunReport run_and_report(App& app, jobs::AutopilotPayload const& payload)
{
    app.studio().check(payload.make.edit);
    Engine engine(app);
    auto report = read_report(app, engine.run("autopilot", base::to_json(payload)));
    if (app.json())
        app.print_json(report);
    else
        print_report(app, report);
    return report;
}

} // namespace app
