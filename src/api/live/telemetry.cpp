#include "api/live/telemetry.h"

#include "base/retry.h"
#include "store/tables/telemetry.h"

namespace api::live {

static constexpr std::chrono::minutes rate_window{5};
static constexpr std::chrono::hours render_window{1};
static constexpr int clips_max = 50;

Telemetry::Telemetry(TelemetryParts parts)
    : parts_(std::move(parts)), begin_(std::chrono::steady_clock::now()), before_(read_counters(parts_.proc))
{
}

Telemetry::~Telemetry() = default;

static RenderSample render_sample(std::vector<std::string> const& results)
{
    RenderSample out{static_cast<std::int64_t>(results.size()), std::nullopt};
    double sum = 0;
    int count = 0;
    for (auto const& text : results) {
        boost::system::error_code error;
        auto const value = boost::json::parse(text, error);
        auto const* const object = error ? nullptr : value.if_object();
        auto const* const speed = object ? object->if_contains("speed_x") : nullptr;
        if (!speed || !speed->is_number() || speed->to_number<double>() <= 0) continue;
        sum += speed->to_number<double>();
        ++count;
    }
    if (count > 0) out.speed_x = sum / count;
    return out;
}

void Telemetry::ask_store(TelemetrySample& out)
{
    auto const now = parts_.clock.now();
    try {
        parts_.database.read([&](store::Connection& connection) {
            auto const queue = store::count_queue(connection, now);
            out.queue = QueueSample{queue.queued, queue.running, queue.waiting, std::nullopt};
            if (queue.oldest_due)
                out.queue->oldest_due_seconds = std::chrono::duration<double>(now - *queue.oldest_due).count();
            auto const ended = store::count_ended(connection, now - rate_window);
            auto const minutes = static_cast<double>(rate_window.count());
            out.jobs =
                JobsSample{static_cast<double>(ended.done) / minutes, static_cast<double>(ended.failed) / minutes};
            out.render = render_sample(store::results_of_clips(connection, now - render_window, clips_max));
            auto const sources = store::count_sources(connection, now);
            out.sources = SourcesSample{sources.known, sources.resting, sources.failing};
        });
    } catch (base::Error const& error) {
        out.queue.reset();
        out.jobs.reset();
        out.render.reset();
        out.sources.reset();
        parts_.log.warning("telemetry.store_silent", {{"error", std::string(error.what())}});
    }
}

TelemetrySample Telemetry::sample()
{
    auto const steady = std::chrono::steady_clock::now();
    std::scoped_lock const lock(mutex_);
    auto const now = read_counters(parts_.proc);
    auto out = latest_;
    out.node = parts_.node;
    out.at = parts_.clock.now();
    out.uptime_seconds = std::chrono::duration<double>(steady - begin_).count();
    out.cpu = measure_cpu(before_, now, parts_.proc);
    out.memory = measure_memory(parts_.proc);
    out.disk = measure_disk(before_, now, parts_.data);
    out.network = measure_network(before_, now);
    if (parts_.connections) out.connections = static_cast<std::int64_t>(parts_.connections());
    before_ = now;
    if (steady - store_asked_ >= store_interval) {
        store_asked_ = steady;
        ask_store(out);
    }
    latest_ = out;
    return out;
}

TelemetrySample Telemetry::latest()
{
    {
        std::scoped_lock const lock(mutex_);
        if (!latest_.node.empty()) return latest_;
    }
    return sample();
}

void Telemetry::start()
{
    thread_ = std::jthread([this](std::stop_token const& stop) {
        while (base::sleep_for(stop, interval)) parts_.bus.publish("telemetry.sample", base::to_json(sample()));
    });
}

} // namespace api::live
