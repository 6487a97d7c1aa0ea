// The worker that the crash test kills: crash_driver DATABASE WORLD NAME SEED LEASE_MS BUS ("" for none) CLOCK (the
// file of its machine's clock). Ends in order on SIGTERM.
#include "bus/memory_bus.h"
#include "bus/nats_bus.h"
#include "jobs/runner.h"
#include "machine_clock.h"
#include "store/database_clock.h"
#include "work.h"

#include <csignal>
#include <cstdio>

static std::unique_ptr<bus::Bus> make_bus(std::string const& url, base::Log& log)
{
    if (url.empty()) return std::make_unique<bus::MemoryBus>();
    bus::NatsOptions options{.urls = url};
    options.reconnect_wait = base::Milliseconds(50);
    options.ping_every = base::Milliseconds(200);
    return std::make_unique<bus::NatsBus>(options, log);
}

/// A supervisor would start a worker again whose database is away at its start.
static std::unique_ptr<store::Database> open(std::string const& location, base::Milliseconds lease)
{
    store::DatabaseOptions options;
    if (store::is_postgres_url(location)) options.statement_time = options.lock_wait = lease; // as by default
    for (int attempt = 1;; ++attempt) {
        try {
            return std::make_unique<store::Database>(location, options);
        } catch (base::Error const& error) {
            if (attempt >= 1'000 || error.code != base::ErrorCode::Storage) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

static std::unique_ptr<base::Clock> shared_clock(store::Database& database, base::Milliseconds lease)
{
    if (database.engine() == store::Engine::Sqlite) return nullptr;
    for (;;) {
        try {
            return std::make_unique<store::DatabaseClock>(database, lease / 6); // as by default
        } catch (base::Error const& error) {                                    // as while it is opened
            if (error.code != base::ErrorCode::Storage) throw;
        }
    }
}

static int work(char** arguments)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr); // before any thread begins

    crash::MachineClock const machine(arguments[7]);
    base::Random random(std::stoull(arguments[4]));
    base::Random unique; // ids of two workers must differ, whatever the seed
    base::Ids ids(machine, unique);
    base::Log log(machine, base::LogLevel::Warning);
    base::Milliseconds const lease(std::stoll(arguments[5]));
    auto const database_owner = open(arguments[1], lease);
    auto& database = *database_owner;
    auto const shared = shared_clock(database, lease);
    base::Clock const& clock = shared ? *shared : static_cast<base::Clock const&>(machine);
    crash::World const world(arguments[2], clock);
    std::unique_ptr<bus::Bus> const bus_owner = make_bus(arguments[6], log);
    auto& bus = *bus_owner;
    jobs::Queue queue({database, bus, clock, ids}, crash::types(world, random));

    jobs::RunnerOptions options{.worker = arguments[3], .network_threads = 3, .compute_threads = 1};
    options.lease = lease;
    options.look_every = base::Milliseconds(50);
    options.sweep_every = base::Milliseconds(100);
    options.backoff = {.first = base::Milliseconds(10), .longest = base::Milliseconds(100)};
    jobs::Runner const runner(queue, random, log, options);
    int signal = 0;
    sigwait(&wanted, &signal);
    return 0;
}

int main(int count, char** arguments)
{
    if (count != 8) return 2;
    try {
        return work(arguments);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "crash_driver: %s\n", error.what());
        return 1;
    }
}
