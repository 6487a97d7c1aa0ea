#include "api/live/metrics.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace api::live {

static constexpr std::array<char const*, 5> classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
static constexpr std::array<char const*, 7> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "other"};
static constexpr std::array bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                   0.1,    0.25,  0.5,    1.0,   2.5,  5.0,   10.0};

/// Counted by plain additions, for every answer passes here, also those of microseconds; named only when somebody
/// reads.
struct Metrics::Parts {
    using Count = std::atomic<std::uint64_t>;
    std::array<std::array<Count, classes.size()>, methods.size()> requests{};
    std::array<Count, bounds.size() + 1> buckets{};
    Count microseconds = 0;

    prometheus::MetricFamily counters() const
    {
        prometheus::MetricFamily family{
            "ettametta_http_requests_total", "Requests that were answered.", prometheus::MetricType::Counter, {}};
        for (std::size_t m = 0; m < methods.size(); ++m)
            for (std::size_t c = 0; c < classes.size(); ++c) {
                prometheus::ClientMetric metric;
                metric.label = {{"method", methods.at(m)}, {"status", classes.at(c)}};
                metric.counter.value = static_cast<double>(requests.at(m).at(c));
                family.metric.push_back(std::move(metric));
            }
        return family;
    }
    prometheus::MetricFamily histogram() const
    {
        prometheus::ClientMetric metric;
        auto& histogram = metric.histogram;
        for (std::size_t i = 0; i < buckets.size(); ++i) {
            histogram.sample_count += buckets.at(i);
            auto const bound = i < bounds.size() ? bounds.at(i) : std::numeric_limits<double>::infinity();
            histogram.bucket.push_back({histogram.sample_count, bound});
        }
        histogram.sample_sum = static_cast<double>(microseconds) / 1e6;
        return {"ettametta_http_request_seconds",
                "Time from the whole request to the answer's begin.",
                prometheus::MetricType::Histogram,
                {std::move(metric)}};
    }
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}
Metrics::~Metrics() = default;

void Metrics::count(std::string_view method, int status, std::chrono::duration<double> took)
{
    auto const m = static_cast<std::size_t>(std::ranges::find(methods, method) - methods.begin());
    auto const c = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
    auto const bucket = static_cast<std::size_t>(std::ranges::lower_bound(bounds, took.count()) - bounds.begin());
    static constexpr auto relaxed = std::memory_order_relaxed;
    parts_->requests.at(std::min(m, methods.size() - 1)).at(c).fetch_add(1, relaxed);
    parts_->buckets.at(bucket).fetch_add(1, relaxed);
    parts_->microseconds.fetch_add(static_cast<std::uint64_t>(std::max(0.0, took.count() * 1e6)), relaxed);
}

namespace {

/// Gauges of one scrape.
class Gauges {
public:
    template <class T> void add(char const* name, char const* help, std::optional<T> const& value)
    {
        if (!value) return;
        prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add({}, static_cast<double>(*value));
    }
    std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

private:
    prometheus::Registry registry_;
};

template <class T> std::optional<T> some(T value) { return value; }

} // namespace

std::string Metrics::text(TelemetrySample const& sample) const
{
    Gauges gauges;
    gauges.add("ettametta_uptime_seconds", "Since this process started.", some(sample.uptime_seconds));
    gauges.add("ettametta_cpu_percent", "Of all processors of the machine.", sample.cpu.percent);
    gauges.add("ettametta_process_cpu_percent", "Of one processor.", sample.cpu.process_percent);
    gauges.add("ettametta_load_1m", "Load average.", sample.cpu.load_1m);
    gauges.add("ettametta_memory_available_bytes", "Of the machine.", sample.memory.available_bytes);
    gauges.add("ettametta_process_resident_bytes", "Memory of this process.", sample.memory.process_bytes);
    gauges.add("ettametta_disk_free_bytes", "Where the data folder lies.", sample.disk.free_bytes);
    gauges.add("ettametta_network_received_bytes_per_second", "Of the machine.",
               sample.network.received_bytes_per_second);
    gauges.add("ettametta_network_sent_bytes_per_second", "Of the machine.", sample.network.sent_bytes_per_second);
    gauges.add("ettametta_websocket_connections", "Of this process.", sample.connections);
    if (sample.queue) {
        gauges.add("ettametta_jobs_queued", "Jobs that wait for a worker.", some(sample.queue->queued));
        gauges.add("ettametta_jobs_running", "Jobs that a worker has.", some(sample.queue->running));
        gauges.add("ettametta_jobs_waiting", "Jobs that wait for their steps.", some(sample.queue->waiting));
        gauges.add("ettametta_jobs_oldest_due_seconds", "How long the first that may run has waited.",
                   sample.queue->oldest_due_seconds);
    }
    if (sample.jobs) {
        gauges.add("ettametta_jobs_done_per_minute", "Without steps, in five minutes.",
                   some(sample.jobs->done_per_minute));
        gauges.add("ettametta_jobs_failed_per_minute", "Without steps, in five minutes.",
                   some(sample.jobs->failed_per_minute));
    }
    if (sample.render) {
        gauges.add("ettametta_clips_in_the_last_hour", "Clips that were made.", some(sample.render->clips));
        gauges.add("ettametta_render_speed_x", "Seconds of clip a second of work.", sample.render->speed_x);
    }
    if (sample.sources) {
        gauges.add("ettametta_sources_known", "Sources that were ever asked.", some(sample.sources->known));
        gauges.add("ettametta_sources_resting", "Sources that are not asked now.", some(sample.sources->resting));
        gauges.add("ettametta_sources_failing", "Sources whose last answer was a failure.",
                   some(sample.sources->failing));
    }
    return prometheus::TextSerializer().Serialize({parts_->counters(), parts_->histogram()}) + gauges.text();
}

} // namespace api::live
