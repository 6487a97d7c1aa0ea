#pragma once
// Workers that are killed and frozen at random moments, and what is held to be true afterwards.
#include "bus/memory_bus.h"
#include "database_case.h"
#include "faults.h"
#include "jobs/queue.h"
#include "machine_clock.h"
#include "work.h"

#include <fmt/format.h>
#include <set>

using namespace std::chrono_literals;

inline constexpr int queued_wanted = 30;
inline constexpr auto lease = 400ms;
inline constexpr auto patience = 60s;

struct Figures {
    int kills = 0, mid_work = 0, frozen = 0;
};

namespace crash {

class CrashCase : public test::DatabaseCase {
protected:
    struct Worker {
        pid_t pid = -1;
        std::string name;
        int machine = 0;
    };

    /// With a disk of that many megabytes for SQLite's file; 0 for the one that there is.
    explicit CrashCase(int disk_megabytes = 0)
    {
        if (disk_megabytes > 0) disk_.emplace(folder_.path(), disk_megabytes);
        location_ = new_location();
        database_ = std::make_unique<store::Database>(location_);
        store::migrate(*database_, clock_);
        queue_ = std::make_unique<jobs::Queue>(jobs::Queue::Parts{*database_, bus_, machine_, system_ids_},
                                               crash::types(world_, random_));
        database_->transaction([](store::Connection& connection) { connection.script(crash::tables); });
    }
    ~CrashCase() override
    {
        for (auto const& worker : workers_) {
            if (worker.pid <= 0) continue;
            ::kill(worker.pid, SIGKILL);
            ::waitpid(worker.pid, nullptr, 0);
        }
    }

    /// Of the bus between workers; "" for none.
    virtual std::string bus_url(Worker const&) const { return {}; }
    virtual std::string database_url(Worker const&) const { return location_; }
    virtual std::string clock_of(Worker const&) const { return "clock"; }
    /// In the child, before the worker's program begins.
    virtual void enter(Worker const&) const {}
    void start(Worker& worker)
    {
        worker.name = fmt::format("worker{}", ++started_);
        auto const program = (test::build_folder() / "crash_driver").string();
        auto const log = (outside_.path() / "log").string();
        auto const world = (outside_.path() / "world").string();
        auto const clock = (outside_.path() / clock_of(worker)).string();
        auto const seed = std::to_string(started_);
        auto const lease_text = std::to_string(lease.count());
        auto const nats = bus_url(worker);
        auto const database = database_url(worker);
        worker.pid = ::fork();
        if (worker.pid != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        enter(worker);
        auto const fd = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
        ::dup2(fd, 2);
        ::execl(program.c_str(), program.c_str(), database.c_str(), world.c_str(), worker.name.c_str(), seed.c_str(),
                lease_text.c_str(), nats.c_str(), clock.c_str(), nullptr);
        ::_exit(127);
    }
    std::int64_t running(Worker const& worker)
    {
        return database_->query("SELECT count(*) FROM jobs WHERE state = 'running' AND worker = $1", worker.name)[0]
            .get<std::int64_t>(0);
    }
    void feed()
    {
        auto const queued = database_->query("SELECT count(*) FROM jobs WHERE state = 'queued'")[0].get<int>(0);
        for (int i = queued; i < queued_wanted; ++i) {
            auto const* kind = ++fed_ % 8 == 0 ? "family" : "act";
            accepted_.insert(queue_->enqueue({.owner_id = "ada", .kind = kind}).id);
        }
    }
    template <class Condition> bool comes_true(std::chrono::milliseconds within, Condition condition)
    {
        auto const until = std::chrono::steady_clock::now() + within;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > until) return false;
            std::this_thread::sleep_for(1ms);
        }
        return true;
    }
    template <class Condition> void await(char const* what, Condition condition)
    {
        EXPECT_TRUE(comes_true(patience, condition)) << "waited too long until " << what;
    }
    void await_work(Worker const& worker)
    {
        await("the worker works", [&] {
            feed(); // the other one may have taken all there was
            return running(worker) > 0;
        });
    }
    /// A worker that is away for longer than its lease and then goes on: its writes must be refused. Where it was
    /// frozen inside a transaction nobody else can write, so nobody takes its jobs.
    void freeze(Worker const& victim)
    {
        ::kill(victim.pid, SIGSTOP);
        if (comes_true(4 * lease, [&] { return running(victim) == 0; })) ++figures_.frozen;
        ::kill(victim.pid, SIGCONT);
        await_work(victim);
    }
    /// A moment for the blow: mostly while the victim works, now and then wherever it may be, also while it starts.
    void choose_moment(Worker const& victim)
    {
        if (random_.unit() < 0.85) await_work(victim);
        std::this_thread::sleep_for(std::chrono::microseconds(random_.bits() % 30'000));
    }
    void kill_one()
    {
        auto& victim = workers_.at(random_.bits() % workers_.size());
        feed();
        choose_moment(victim);
        if (figures_.kills % 10 == 5) freeze(victim);
        strike(victim);
    }
    void strike(Worker& victim)
    {
        ASSERT_EQ(::kill(victim.pid, SIGKILL), 0);
        int status = 0;
        ::waitpid(victim.pid, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "it had ended by itself: " << read_log();
        ++figures_.kills;
        if (running(victim) > 0) ++figures_.mid_work;
        died(victim);
        start(victim);
    }
    virtual void died(Worker const&) {}
    void finish()
    {
        await("all jobs ended", [&] {
            return database_->query("SELECT count(*) FROM jobs WHERE finished_at IS NULL")[0].get<int>(0) == 0;
        });
        for (auto& worker : workers_) {
            ::kill(worker.pid, SIGTERM);
            int status = 0;
            ::waitpid(worker.pid, &status, 0);
            EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << read_log();
            worker.pid = -1;
        }
    }
    std::string read_log() { return base::read_file(outside_.path() / "log", 256U << 20U); }
    std::int64_t count(std::string const& what)
    {
        return database_->query("SELECT count(*) FROM " + what)[0].get<std::int64_t>(0);
    }
    std::map<std::string, int> effects()
    {
        std::map<std::string, int> out;
        for (auto const& row : database_->query("SELECT job_id FROM effects")) ++out[row.get<std::string>(0)];
        return out;
    }
    void check_jobs()
    {
        auto const world = world_.counts();
        auto const rows = effects();
        std::set<std::string> present;
        for (auto const& row : database_->query("SELECT id, kind FROM jobs")) {
            auto const id = row.get<std::string>(0);
            present.insert(id);
            auto const job = queue_->get(id);
            auto const history = queue_->history(id);
            EXPECT_EQ(job.state, jobs::JobState::Done) << id << ": " << job.reason;
            EXPECT_FALSE(job.reason_code.empty() || job.next_action.empty() || history.empty()) << id;
            EXPECT_EQ(history.back().state, job.state) << id;
            EXPECT_EQ(rows.count(id) == 1 ? rows.at(id) : 0, 1) << id << " has not one effect";
            auto const acts = world.count(id) == 1 ? world.at(id) : 0;
            EXPECT_EQ(acts, row.get<std::string>(1) == "act" ? 1 : 0) << id << " has another number of acts";
        }
        for (auto const& id : accepted_) EXPECT_TRUE(present.contains(id)) << id << " was accepted and is gone";
        EXPECT_EQ(rows.size(), present.size());
        EXPECT_EQ(std::int64_t(world.size()), count("jobs WHERE kind = 'act'"));
    }
    void report(int kills_wanted)
    {
        auto const log = read_log();
        int fenced = 0;
        for (auto at = log.find("\"job.fenced\""); at != log.npos; at = log.find("\"job.fenced\"", at + 1)) ++fenced;
        auto const expired = count("job_events WHERE reason_code = 'lease_expired'");
        fmt::print("crash test on {}: {} kills ({} while a job ran), {} freezes beyond the lease; {} jobs, {} effects, "
                   "{} acts outside; {} leases expired, {} late workers fenced off\n",
                   on_sqlite() ? "SQLite" : "PostgreSQL", figures_.kills, figures_.mid_work, figures_.frozen,
                   count("jobs"), count("effects"), world_.counts().size(), expired, fenced);
        EXPECT_GE(figures_.mid_work, kills_wanted / 2);
        EXPECT_GT(expired, 0);
        EXPECT_GT(fenced, 0);
    }

    base::TemporaryFolder outside_{"ettametta-crash"}; // what no fault of the test's touches
    crash::MachineClock machine_{outside_.path() / "clock"};
    std::optional<SmallDisk> disk_;
    std::string location_;
    std::unique_ptr<store::Database> database_;
    base::Ids system_ids_{machine_, random_};
    bus::MemoryBus bus_;
    crash::World world_{outside_.path() / "world", machine_};
    std::unique_ptr<jobs::Queue> queue_;
    std::vector<Worker> workers_ = std::vector<Worker>(2);
    std::set<std::string> accepted_;
    Figures figures_;
    int started_ = 0;
    int fed_ = 0;
};

} // namespace crash
