// The worker that the crash test kills: crash_driver DATABASE WORLD NAME SEED LEASE_MS. Ends in order on SIGTERM.
#include "bus/memory_bus.h"
#include "jobs/runner.h"
#include "work.h"

#include <csignal>
#include <cstdio>

static int work(char** arguments)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr); // before any thread begins

    base::SystemClock const clock;
    base::Random random(std::stoull(arguments[4]));
    base::Random unique; // ids of two workers must differ, whatever the seed
    base::Ids ids(clock, unique);
    base::Log log(clock, base::LogLevel::Warning);
    store::Database database(arguments[1]);
    crash::World const world(arguments[2]);
    bus::MemoryBus bus;
    jobs::Queue queue({database, bus, clock, ids}, crash::types(world, random));

    jobs::RunnerOptions options{.worker = arguments[3], .network_threads = 3, .compute_threads = 1};
    options.lease = base::Milliseconds(std::stoll(arguments[5]));
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
    if (count != 6) return 2;
    try {
        return work(arguments);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "crash_driver: %s\n", error.what());
        return 1;
    }
}
