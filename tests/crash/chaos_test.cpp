// All that may go wrong at once. On SQLite: processes killed, the clock of their machine set, its disk full. On
// PostgreSQL with NATS, each worker a machine with a clock and a network cable of its own: besides that, cables pulled,
// workers and the bus frozen, the bus killed, the database stopped as by a power cut.
// ETTAMETTA_CHAOS_KILLS says for how long; `./test chaos` asks for 1,000. What only root may break is left whole for
// others, and the report says so.
#include "crash_case.h"
#include "mourning.h"
#include "nats_server.h"

static constexpr int disk_megabytes = 700;
static crash::SmallDisk* server_disk = nullptr;

/// Before anything begins: threads, servers.
static bool const prepared = [] {
    using test::PostgresServer;
    PostgresServer::durable = true;
    if (!crash::may_break_the_machine()) return false;
    crash::leave_the_machine_alone();
    PostgresServer::network = "10.201.0.0/16";
    PostgresServer::prepare_folder = [](std::filesystem::path const& folder) {
        auto disk = std::make_shared<crash::SmallDisk>(folder, disk_megabytes);
        server_disk = disk.get();
        return disk;
    };
    return true;
}();

static int kills_wanted()
{
    auto const* text = std::getenv("ETTAMETTA_CHAOS_KILLS");
    return text && *text ? std::atoi(text) : 20; // beside the hundred of the crash test
}

namespace {

class Chaos : public crash::CrashCase {
protected:
    struct Fault {
        std::string what;
        std::function<void()> happen;
        int times = 0;
    };

    explicit Chaos(int disk = 0) : CrashCase(disk)
    {
        workers_.resize(3);
        for (std::size_t i = 0; i < workers_.size(); ++i) workers_[i].machine = static_cast<int>(i);
    }
    void died(Worker const& worker) override { mourning_.died(worker.name); }
    Worker& any() { return workers_.at(random_.bits() % workers_.size()); }
    void let_pass(std::chrono::milliseconds most)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(random_.bits() % static_cast<unsigned>(most.count())));
    }
    /// Nothing can be written for a while, also by those who begin just then.
    void fill(crash::SmallDisk const& disk)
    {
        disk.fill();
        let_pass(600ms);
        strike(any());
        let_pass(600ms);
        disk.empty();
    }
    /// A kill, every third time after another fault, each fault in its turn.
    void rage(std::vector<Fault> faults)
    {
        feed();
        for (auto& worker : workers_) start(worker);
        for (std::size_t round = 0;
             (figures_.kills < kills_wanted() || round < 3 * faults.size()) && !HasFatalFailure(); ++round) {
            kill_one();
            if (round % 3 != 2) continue;
            auto& fault = faults[round / 3 % faults.size()];
            fault.happen();
            ++fault.times;
        }
        finish();
        check_jobs();
        report(kills_wanted());
        tell(faults);
    }
    void tell(std::vector<Fault> const& faults)
    {
        auto waits = mourning_.waits();
        std::sort(waits.begin(), waits.end());
        ASSERT_FALSE(waits.empty());
        auto const late = std::count_if(waits.begin(), waits.end(), [](auto wait) { return wait > 2 * lease; });
        fmt::print(
            "jobs of the dead: {}; taken after {} ms (median), {} ms (99 of 100), {} ms (all); {} later than two "
            "leases ({} ms)\n",
            waits.size(), waits[waits.size() / 2].count(), waits[waits.size() * 99 / 100].count(), waits.back().count(),
            late, (2 * lease).count());
        for (auto const& fault : faults) fmt::print("  {} x {}\n", fault.times, fault.what);
        if (!prepared) fmt::print("  not root: no disk was filled and no cable pulled\n");
    }

    crash::Mourning mourning_{*database_};
};

class ChaosOnOneMachine : public Chaos {
protected:
    ChaosOnOneMachine() : Chaos(prepared ? disk_megabytes : 0) {}

    /// Back and forth by several leases, as by a time server that was away for long.
    void set_clock() { machine_.set_ahead(machine_.now() > base::SystemClock().now() + 1s ? -3s : 3s); }
};
INSTANTIATE_TEST_SUITE_P(OnSqlite, ChaosOnOneMachine, testing::Values(store::Engine::Sqlite));

class ChaosOnManyMachines : public Chaos {
protected:
    ChaosOnManyMachines()
    {
        for (auto const& worker : workers_) {
            clocks_.push_back(std::make_unique<crash::MachineClock>(outside_.path() / clock_of(worker)));
            if (prepared) cables_.push_back(std::make_unique<crash::Cable>(worker.machine));
        }
    }
    std::string clock_of(Worker const& worker) const override { return fmt::format("clock{}", worker.machine); }
    std::string bus_url(Worker const& worker) const override
    {
        return prepared ? fmt::format("nats://{}:{}", cable(worker).address(), nats_.port()) : nats_.url();
    }
    /// The times in proportion to a lease as by default.
    std::string database_url(Worker const& worker) const override
    {
        if (!prepared) return location_;
        auto const name =
            location_.substr(sizeof "postgresql:///" - 1, location_.find('?') - sizeof "postgresql:///" + 1);
        return fmt::format("postgresql://ettametta@{}/{}?connect_timeout=2&tcp_user_timeout=200&keepalives_idle=1&"
                           "keepalives_interval=1&keepalives_count=1",
                           cable(worker).address(), name);
    }
    void enter(Worker const& worker) const override
    {
        if (prepared) cable(worker).enter();
    }
    crash::Cable const& cable(Worker const& worker) const { return *cables_[static_cast<std::size_t>(worker.machine)]; }

    void stop_database()
    {
        auto& server = test::PostgresServer::shared();
        server.stop(); // as by a power cut
        let_pass(1'000ms);
        server.start();
        mourning_.outage_ended();
    }
    void fill_disk()
    {
        fill(*server_disk);
        test::PostgresServer::shared().start_if_ended();
        await("the database is back", [&] {
            try {
                return count("jobs") > 0;
            } catch (base::Error const&) {
                return false;
            }
        });
        mourning_.outage_ended();
    }
    void kill_bus()
    {
        nats_.kill();
        auto const until = std::chrono::steady_clock::now() + 300ms + std::chrono::milliseconds(random_.bits() % 1'500);
        while (std::chrono::steady_clock::now() < until) kill_one(); // work goes on by the slow timer
        nats_.start();
    }
    void freeze_bus()
    {
        nats_.freeze();
        kill_one();
        let_pass(500ms);
        nats_.thaw();
    }
    /// Its connections stay open and nothing comes through, until others have its jobs and it is late.
    void pull_cable()
    {
        auto& victim = any();
        await_work(victim);
        cable(victim).pull();
        comes_true(4 * lease, [&] { return running(victim) == 0; });
        cable(victim).plug();
        await_work(victim);
    }
    void set_clock()
    {
        auto const hours = static_cast<int>(random_.bits() % 5) - 2;
        clocks_[static_cast<std::size_t>(any().machine)]->set_ahead(std::chrono::hours(hours));
    }

    test::NatsServer nats_{"", "one", test::free_port(), prepared ? "0.0.0.0" : "127.0.0.1"};
    std::vector<std::unique_ptr<crash::Cable>> cables_;
    std::vector<std::unique_ptr<crash::MachineClock>> clocks_;
};
INSTANTIATE_TEST_SUITE_P(OnPostgres, ChaosOnManyMachines, testing::Values(store::Engine::Postgres));

} // namespace

TEST_P(ChaosOnOneMachine, whatever_dies_nothing_is_lost_and_nothing_happens_twice)
{
    std::vector<Fault> faults{{"the machine's clock was set", [&] { set_clock(); }}};
    if (prepared)
        faults.push_back({"the disk was full", [&] {
                              fill(*disk_);
                              mourning_.outage_ended();
                          }});
    rage(std::move(faults));
}

TEST_P(ChaosOnManyMachines, whatever_dies_nothing_is_lost_and_nothing_happens_twice)
{
    std::vector<Fault> faults{{"the database was stopped as by a power cut", [&] { stop_database(); }},
                              {"the bus was killed", [&] { kill_bus(); }},
                              {"the bus was frozen", [&] { freeze_bus(); }},
                              {"a machine's clock was set", [&] { set_clock(); }}};
    if (prepared) {
        faults.push_back({"a machine's cable was pulled", [&] { pull_cable(); }});
        faults.push_back({"the database's disk was full", [&] { fill_disk(); }});
    }
    rage(std::move(faults));
}
