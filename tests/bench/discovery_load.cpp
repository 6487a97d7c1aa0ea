// 25 sources x 10 niches at once against simulators that take their time; memory over many scans.
//   discovery_load [LATENCY_MS] [SCANS]
#include "discovery/scan.h"
#include "simulators/all.h"

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

discovery::Options options_of(simulators::World const& world)
{
    discovery::Options out;
    for (auto const& [name, value] : world.settings()) {
        if (name.starts_with("endpoint."))
            out.endpoints[name.substr(9)] = value;
        else if (name.starts_with("source."))
            out.settings[name] = value;
        else if (name == "discovery.feeds")
            out.feeds = base::split_list(value);
        else
            out.credentials[name] = value;
    }
    return out;
}

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
    std::int64_t slowest_ms = 0; ///< of all sources
    std::string slowest;
    std::size_t candidates = 0;
    std::size_t failed = 0;
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
                    if (report.status == discovery::SourceStatus::Failed) ++out.failed;
                    if (report.status == discovery::SourceStatus::Failed)
                        std::fprintf(stderr, "%s: %s\n", report.id.c_str(), report.reason.value_or("").c_str());
                    if (report.took_ms <= out.slowest_ms) continue;
                    out.slowest_ms = report.took_ms;
                    out.slowest = report.id;
                }
            });
    }
    out.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return out;
}

} // namespace

int main(int count, char** arguments)
{
    auto const latency = base::Milliseconds(count > 1 ? std::stol(arguments[1]) : 300);
    auto const scans = count > 2 ? std::stol(arguments[2]) : 1000;
    base::SystemClock const clock;
    base::Random random{1};
    simulators::World world(simulators::Stage{clock}, handler_threads);
    world.delay(latency);
    net::ClientOptions client_options;
    client_options.user_agent = "ettametta/0.1 (load; contact@example.com)";
    client_options.guard_exempt_origins = {world.feeds_origin()};
    net::HttpClient client{client_options, clock, random};
    std::vector<std::string> sources;
    for (auto const& plan : world.plans()) sources.push_back(plan.id);
    auto const catalog = std::filesystem::path(SOURCE_DIR) / "catalog";
    auto const options = options_of(world);
    {
        discovery::Scanner scanner(catalog, options, client, clock);
        auto const cold = run(scanner, clock, sources);
        std::printf(
            "| %zu sources x %zu niches at once, each answer after %ld ms | %.0f ms, %.2f of the slowest source "
            "(%s, %ld ms); %zu candidates, %zu failures |\n",
            sources.size(), niches.size(), static_cast<long>(latency.count()), cold.wall_ms,
            cold.wall_ms / static_cast<double>(std::max<std::int64_t>(cold.slowest_ms, 1)), cold.slowest.c_str(),
            static_cast<long>(cold.slowest_ms), cold.candidates, cold.failed);
        auto const warm = run(scanner, clock, sources);
        std::printf("| the same again, from the cache | %.0f ms |\n", warm.wall_ms);
        world.platform("dailymotion").fail(simulators::Fault::Hang);
        auto const hanging = run(scanner, clock, {"youtube", "vimeo", "hackernews"});
        std::printf("| three of them alone | %.0f ms |\n", hanging.wall_ms);
        world.platform("dailymotion").fail(simulators::Fault::None);
    }
    world.delay(base::Milliseconds(0));
    long after_tenth = 0;
    for (long i = 0; i < scans; ++i) {
        discovery::Scanner scanner(catalog, options, client, clock);
        scanner.scan({niches[static_cast<std::size_t>(i) % niches.size()], clock.now() - 24h * 7, 100, sources});
        if (i == scans / 10) after_tenth = resident_kib();
    }
    if (scans > 0)
        std::printf("| memory after a tenth of %ld scans, and after all | %.1f MiB, %.1f MiB |\n", scans,
                    static_cast<double>(after_tenth) / 1024, static_cast<double>(resident_kib()) / 1024);
    return 0;
}
