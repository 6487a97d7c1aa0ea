// The queue on this machine: queue_bench [JOBS]. Durable: every commit waits for the disk, on both databases.
#include "bus/memory_bus.h"
#include "bus/nats_bus.h"
#include "jobs/runner.h"
#include "nats_server.h"
#include "postgres_server.h"
#include "store/migrations.h"

#include <algorithm>
#include <optional>
#include <poll.h>
#include <semaphore>

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

static base::SystemClock const the_clock;
static constexpr int batch = 500;

static double seconds_since(Steady::time_point begin)
{
    return std::chrono::duration<double>(Steady::now() - begin).count();
}

static void print_latencies(std::string const& what, std::vector<double> microseconds)
{
    std::sort(microseconds.begin(), microseconds.end());
    auto const at = [&](double share) {
        return microseconds[static_cast<std::size_t>(share * double(microseconds.size() - 1))];
    };
    fmt::print("  {:<34} p50 {:7.2f} ms   p99 {:7.2f} ms   worst {:7.2f} ms\n", what, at(0.5) / 1e3, at(0.99) / 1e3,
               at(1) / 1e3);
}

namespace {

struct Bench {
    explicit Bench(std::string const& location) : database(location)
    {
        store::migrate(database, the_clock);
        jobs::JobType nothing{.name = "nothing", .help = ""};
        nothing.run = [this](jobs::JobContext&) -> jobs::JobOutcome {
            started_at = Steady::now();
            started.release();
            return jobs::Done{};
        };
        queue.emplace(jobs::Queue::Parts{database, bus, the_clock, ids}, std::vector{nothing});
    }
    std::unique_ptr<jobs::Runner> runner(int ahead)
    {
        jobs::RunnerOptions options{.worker = "bench", .network_threads = 8, .compute_threads = 0, .ahead = ahead};
        return std::make_unique<jobs::Runner>(*queue, random, log, options);
    }
    void enqueue_batch(int count)
    {
        std::vector<jobs::JobRequest> const requests(static_cast<std::size_t>(count),
                                                     {.owner_id = "bench", .kind = "nothing"});
        queue->enqueue_all(requests);
    }
    static void wait_for(jobs::Runner const& worker, int jobs)
    {
        while (worker.stats().done < static_cast<std::uint64_t>(jobs)) std::this_thread::sleep_for(2ms);
    }
    void throughput(int jobs)
    {
        auto begin = Steady::now();
        for (int i = 0; i < jobs; i += batch) enqueue_batch(batch);
        fmt::print("  enqueued in batches of {}          {:8.0f} jobs/s\n", batch, jobs / seconds_since(begin));
        for (auto const ahead : {0, 400}) {
            if (ahead > 0)
                for (int i = 0; i < jobs; i += batch) enqueue_batch(batch);
            begin = Steady::now();
            auto const worker = runner(ahead);
            wait_for(*worker, jobs);
            fmt::print("  claimed, run and ended, ahead {:3}    {:8.0f} jobs/s\n", ahead, jobs / seconds_since(begin));
        }
        auto const worker = runner(400);
        begin = Steady::now();
        for (int i = 0; i < jobs; i += batch) enqueue_batch(batch);
        wait_for(*worker, jobs);
        fmt::print("  all of it at the same time          {:8.0f} jobs/s\n", jobs / seconds_since(begin));
    }
    void latency(int count)
    {
        auto const worker = runner(400);
        while (started.try_acquire()) continue;
        std::vector<double> microseconds;
        for (int i = 0; i < count; ++i) {
            auto const begin = Steady::now();
            queue->enqueue({.owner_id = "bench", .kind = "nothing"});
            started.acquire();
            microseconds.push_back(std::chrono::duration<double, std::micro>(started_at.load() - begin).count());
            std::this_thread::sleep_for(3ms); // an idle worker is what is measured
        }
        print_latencies("enqueue to start, one at a time", microseconds);
    }

    store::Database database;
    base::Random random{1};
    base::Ids ids{the_clock, random};
    base::Log log{the_clock, base::LogLevel::Error};
    bus::MemoryBus bus;
    std::atomic<Steady::time_point> started_at;
    std::counting_semaphore<> started{0};
    std::optional<jobs::Queue> queue;
};

} // namespace

static void wake_ups_of_nats(int count)
{
    test::NatsServer const server;
    base::Log log(the_clock, base::LogLevel::Error);
    bus::NatsBus one({.urls = server.url()}, log);
    bus::NatsBus other({.urls = server.url()}, log);
    auto const subscription = other.subscribe("jobs.*");
    do one.publish("jobs.queued", "{}");
    while (!subscription->wait({}, 50ms));
    while (subscription->wait({}, 50ms)) continue;
    std::vector<double> microseconds;
    for (int i = 0; i < count; ++i) {
        auto const begin = Steady::now();
        one.publish("jobs.queued", R"({"id":"x","pool":"network"})");
        subscription->wait({}, 1s);
        microseconds.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
    }
    print_latencies("wake-up over NATS", microseconds);
}

static void wake_ups_of_postgres(std::string const& url, int count)
{
    using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
    using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
    Connection const listener(PQconnectdb(url.c_str()), &PQfinish);
    Connection const teller(PQconnectdb(url.c_str()), &PQfinish);
    Result(PQexec(listener.get(), "LISTEN jobs"), &PQclear);
    std::vector<double> microseconds;
    for (int i = 0; i < count; ++i) {
        auto const begin = Steady::now();
        Result(PQexec(teller.get(), "NOTIFY jobs, 'x'"), &PQclear);
        PGnotify* told = nullptr;
        while (!(told = PQnotifies(listener.get()))) {
            pollfd wait{PQsocket(listener.get()), POLLIN, 0};
            ::poll(&wait, 1, 1'000);
            PQconsumeInput(listener.get());
        }
        PQfreemem(told);
        microseconds.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
    }
    print_latencies("wake-up over LISTEN and NOTIFY", microseconds);
}

int main(int count, char** arguments)
{
    auto const jobs = count > 1 ? std::atoi(arguments[1]) : 20'000;
    test::PostgresServer::durable = true;
    base::TemporaryFolder const folder;
    {
        fmt::print("SQLite, synchronous=FULL\n");
        Bench bench((folder.path() / "queue.db").string());
        bench.throughput(jobs);
        bench.latency(500);
    }
    fmt::print("PostgreSQL, fsync and synchronous_commit on\n");
    Bench bench(test::PostgresServer::shared().create_database());
    bench.throughput(jobs);
    bench.latency(500);
    fmt::print("wake-ups between processes\n");
    wake_ups_of_postgres(test::PostgresServer::shared().create_database(), 2'000);
    wake_ups_of_nats(2'000);
    return 0;
}
