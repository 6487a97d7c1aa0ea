// 25 sources x 10 niches at once against simulators that take their time; memory over many scans.
//   discovery_load [LATENCY_MS] [SCANS]
#include "discovery/scan.h"
#include "world_options.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <malloc.h>
#include <thread>

using namespace std::chrono_literals;

namespace {

constexpr std::array niches{"ai tools",       "urban birds", "rye bread",    "night photography", "bike repair",
                            "chess openings", "tiny houses", "sea kayaking", "retro synths",      "mushroom foraging"};
constexpr int handler_threads = 16; // a handler sleeps while its platform takes its time

long resident_kib()
{
    ::malloc_trim(0); // what the allocator keeps for later is no growth
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return 0;
}

/// All niches at once, each by a scan of its own.
struct Round {
    double wall_ms = 0;
    std::size_t candidates = 0;
    std::size_t failed = 0;
    std::string why; ///< of one that failed
};

Round run(discovery::Scanner& scanner, base::Clock const& clock, std::vector<std::string> const& sources)
{
    Round out;
    std::mutex mutex;
    auto const begin = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (auto const* niche : niches)
            threads.emplace_back([&, niche] {
                auto const result = scanner.scan({niche, clock.now() - 24h * 7, 100, sources});
                std::scoped_lock const lock(mutex);
                out.candidates += result.candidates.size();
                for (auto const& report : result.sources) {
                    if (report.status != discovery::SourceStatus::Failed) continue;
                    ++out.failed;
                    out.why = report.id + ": " + report.reason.value_or("");
                }
            });
    }
    out.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return out;
}

/// What the sources' own limits allow: a platform's answers one after the other, so many at once.
struct Slowest {
    double ms = 0;
    std::string id;
};

Slowest slowest_allowed(discovery::Scanner const& scanner, simulators::World& world, base::Milliseconds latency)
{
    Slowest out;
    for (auto const& plan : world.plans()) {
        auto const spec = std::ranges::find(scanner.specs(), plan.id, &discovery::SourceSpec::id);
        auto const ways = plan.id == "rss" ? niches.size() : static_cast<std::size_t>(spec->limits.concurrency);
        auto const turns = (static_cast<std::size_t>(world.platform(plan.id).requests()) + ways - 1) / ways;
        auto const ms = static_cast<double>(turns) * static_cast<double>(latency.count());
        if (ms > out.ms) out = {ms, plan.id};
    }
    return out;
}

void measure_memory(std::filesystem::path const& catalog, discovery::Options const& options, net::HttpClient& client,
                    base::Clock const& clock, std::vector<std::string> const& sources, long scans)
{
    long early = 0;
    for (long i = 0; i < scans; ++i) {
        discovery::Scanner scanner(catalog, options, client, clock);
        scanner.scan({niches[static_cast<std::size_t>(i) % niches.size()], clock.now() - 24h * 7, 100, sources});
        if (i == scans / 10) early = resident_kib();
    }
    std::printf("| memory after a tenth of %ld scans, and after all | %.1f MiB, %.1f MiB |\n", scans,
                static_cast<double>(early) / 1024, static_cast<double>(resident_kib()) / 1024);
}

} // namespace

int main(int count, char** arguments)
{
    auto const latency = base::Milliseconds(count > 1 ? std::stol(arguments[1]) : 300);
    auto const scans = count > 2 ? std::stol(arguments[2]) : 1000;
    base::SystemClock const clock;
    base::Random random{1};
    simulators::World world(simulators::Stage{clock}, handler_threads);
    net::ClientOptions client_options;
    client_options.user_agent = "ettametta/0.1 (load; contact@example.com)";
    client_options.guard_exempt_origins = {world.feeds_origin()};
    net::HttpClient client{client_options, clock, random};
    std::vector<std::string> sources;
    for (auto const& plan : world.plans()) sources.push_back(plan.id);
    auto const catalog = std::filesystem::path(SOURCE_DIR) / "catalog";
    auto options = test::options_of(world);
    options.deadline = 60'000ms;
    world.delay(latency);
    {
        discovery::Scanner scanner(catalog, options, client, clock);
        auto const cold = run(scanner, clock, sources);
        auto const slowest = slowest_allowed(scanner, world, latency);
        std::printf("| %zu sources x %zu niches at once, each answer after %ld ms | %.0f ms |\n", sources.size(),
                    niches.size(), static_cast<long>(latency.count()), cold.wall_ms);
        std::printf("| the slowest source as its own limits allow it (%s) | %.0f ms; the whole takes %.2f of it |\n",
                    slowest.id.c_str(), slowest.ms, cold.wall_ms / slowest.ms);
        std::printf("| candidates; sources that failed | %zu; %zu %s |\n", cold.candidates, cold.failed,
                    cold.why.c_str());
        std::printf("| the same again, from the cache | %.0f ms |\n", run(scanner, clock, sources).wall_ms);
    }
    world.delay(base::Milliseconds(0));
    if (scans > 0) measure_memory(catalog, options, client, clock, sources, scans);
    return 0;
}
