// All that may go wrong at once, on PostgreSQL with NATS: workers killed and frozen, the bus killed and frozen, the
// database stopped as by a power cut. ETTAMETTA_CHAOS_KILLS says for how long; `./test chaos` asks for 1,000.
#include "crash_case.h"
#include "nats_server.h"

static bool const durable_server = test::PostgresServer::durable = true;

static int kills_wanted()
{
    auto const* text = std::getenv("ETTAMETTA_CHAOS_KILLS");
    return text && *text ? std::atoi(text) : 20; // beside the hundred of the crash test
}

namespace {

class Chaos : public crash::CrashCase {
protected:
    std::string bus_url() const override { return nats_.url(); }

    void let_pass(std::chrono::milliseconds most)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(random_.bits() % static_cast<unsigned>(most.count())));
    }
    void stop_database()
    {
        auto& server = test::PostgresServer::shared();
        server.stop(); // as by a power cut
        let_pass(1'000ms);
        server.start();
        ++database_stops_;
    }
    void kill_bus()
    {
        nats_.kill();
        auto const until = std::chrono::steady_clock::now() + 300ms + std::chrono::milliseconds(random_.bits() % 1'500);
        while (std::chrono::steady_clock::now() < until) kill_one(); // work goes on by the slow timer
        nats_.start();
        ++bus_stops_;
    }
    /// What a cut network looks like: connections stay open and nothing comes through.
    void freeze_bus()
    {
        nats_.freeze();
        kill_one();
        let_pass(500ms);
        nats_.thaw();
        ++bus_stops_;
    }
    /// Running jobs whose lease ended longer ago than another lease: somebody should have taken them.
    void look_for_forgotten()
    {
        auto const before = system_.now() - std::chrono::duration_cast<base::Milliseconds>(lease);
        forgotten_ +=
            count(fmt::format("jobs WHERE state = 'running' AND lease_until < {}", before.time_since_epoch().count()));
        ++looks_;
        await("leases that ended are noticed", [&] {
            return count(fmt::format("jobs WHERE state = 'running' AND lease_until < {}",
                                     before.time_since_epoch().count())) == 0;
        });
    }

    test::NatsServer nats_;
    int database_stops_ = 0, bus_stops_ = 0, looks_ = 0;
    std::int64_t forgotten_ = 0;
};
INSTANTIATE_TEST_SUITE_P(OnPostgres, Chaos, testing::Values(store::Engine::Postgres));

} // namespace

TEST_P(Chaos, whatever_dies_nothing_is_lost_and_nothing_happens_twice)
{
    workers_.resize(3);
    feed();
    for (auto& worker : workers_) start(worker);
    for (int round = 0; figures_.kills < kills_wanted() && !HasFatalFailure(); ++round) {
        kill_one();
        if (round % 20 == 7) stop_database();
        if (round % 20 == 12) kill_bus();
        if (round % 20 == 17) freeze_bus();
        if (round % 5 == 3) {
            // A moment for those that live: two leases and a sweep after the last of them could have died.
            std::this_thread::sleep_for(2 * lease);
            look_for_forgotten();
        }
    }
    auto const begin = std::chrono::steady_clock::now();
    finish();
    auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    check_jobs();
    report(kills_wanted());
    fmt::print("chaos: {} stops of the database, {} of the bus; {} jobs found later than two leases in {} looks; all "
               "had ended {} ms after "
               "the last blow\n",
               database_stops_, bus_stops_, forgotten_, looks_, took.count());
    EXPECT_GT(database_stops_, 0);
    EXPECT_GT(bus_stops_, 0);
}
