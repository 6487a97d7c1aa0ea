#include "bus/memory_bus.h"
#include "database_case.h"
#include "jobs/finisher.h"
#include "jobs/jump_watch.h"
#include "jobs/pace.h"
#include "jobs/runner.h"
#include "store/database_clock.h"

#include <latch>

using namespace std::chrono_literals;
using jobs::JobState;
using store::Connection;

namespace {

/// The machine's clock, set forward and back by a test.
class SetClock : public base::Clock {
public:
    base::Time now() const override { return base::SystemClock().now() + base::Milliseconds(ahead_.load()); }
    void set(base::Milliseconds ahead) { ahead_ = ahead.count(); }

private:
    std::atomic<base::Milliseconds::rep> ahead_ = 0;
};

class LeaseTest : public test::DatabaseCase {
protected:
    static constexpr auto lease = 2s;

    jobs::Queue& queue(std::function<jobs::JobOutcome(jobs::JobContext&)> run)
    {
        jobs::JobType type{.name = "work", .help = "", .timeout = 60s};
        type.run = std::move(run);
        queue_.emplace(jobs::Queue::Parts{*database_, bus_, set_clock_, ids_}, std::vector{type});
        return *queue_;
    }
    std::unique_ptr<jobs::Runner> runner(std::string const& name)
    {
        jobs::RunnerOptions options{.worker = name, .network_threads = 1, .compute_threads = 0, .lease = lease};
        options.look_every = 20ms;
        options.sweep_every = 20ms;
        options.backoff = {.first = 1ms, .longest = 5ms};
        return std::make_unique<jobs::Runner>(*queue_, random_, log_, options);
    }
    jobs::Job add() { return queue_->enqueue({.owner_id = "ada", .kind = "work"}); }
    std::vector<jobs::Job> claim(std::string const& worker)
    {
        auto const now = set_clock_.now();
        store::ClaimRequest const request{{"work"}, jobs::JobPool::Network, 1, worker, now, now + lease};
        return database_->transaction([&](Connection& c) { return store::claim_jobs(c, request); });
    }
    template <class Condition> void await(Condition condition)
    {
        while (!condition()) std::this_thread::sleep_for(1ms);
    }

    std::unique_ptr<store::Database> database_ = new_database();
    SetClock set_clock_;
    base::Log log_{set_clock_, base::LogLevel::Off};
    bus::MemoryBus bus_;
    std::optional<jobs::Queue> queue_;
};
ON_BOTH_DATABASES(LeaseTest);

} // namespace

TEST_P(LeaseTest, a_clock_set_forward_costs_nobody_a_job)
{
    std::latch begun(1);
    std::latch go_on(1);
    queue([&](jobs::JobContext& context) {
        begun.count_down();
        go_on.wait();
        EXPECT_FALSE(context.stop().stop_requested());
        return jobs::Done{};
    });
    auto const first = runner("first");
    auto const job = add();
    begun.wait();
    auto const second = runner("second");
    set_clock_.set(1h);
    await([&] { return queue_->get(job.id).lease_until > set_clock_.now(); });
    go_on.count_down();
    auto const ended = queue_->wait(job.id, {});
    EXPECT_EQ(ended.worker, "first");
    EXPECT_EQ(ended.attempt, 1);
    for (auto const& event : queue_->history(job.id)) EXPECT_NE(event.reason_code, "lease_expired");
}

TEST_P(LeaseTest, a_clock_set_back_leaves_no_job_with_the_dead)
{
    queue([](jobs::JobContext&) { return jobs::Done{}; });
    auto const job = add();
    set_clock_.set(1h);
    ASSERT_EQ(claim("dead").size(), 1U);
    set_clock_.set(0h);
    auto const living = runner("living");
    EXPECT_EQ(queue_->wait(job.id, {}).worker, "living"); // not in an hour
}

TEST_P(LeaseTest, the_sweep_after_a_jump_takes_no_lease)
{
    queue({});
    auto const job = add();
    ASSERT_EQ(claim("slow").size(), 1U);
    set_clock_.set(1h);
    EXPECT_EQ(jobs::sweep(*queue_, {.take_leases = false}, random_).leases_expired, 0);
    EXPECT_EQ(queue_->get(job.id).state, JobState::Running);
    EXPECT_EQ(jobs::sweep(*queue_, {}, random_).leases_expired, 1);
}

TEST_P(LeaseTest, a_trigger_is_asked_again_when_it_wants_to_be)
{
    queue({});
    std::latch asked(3);
    jobs::RunnerOptions options{.worker = "one", .network_threads = 1, .compute_threads = 0, .lease = lease};
    options.sweep_every = 1h;
    options.triggers = {[&, left = 3](jobs::Queue&) mutable -> std::optional<base::Time> {
        if (left-- > 0) asked.count_down();
        return set_clock_.now() + 10ms;
    }};
    jobs::Runner const worker(*queue_, random_, log_, options);
    asked.wait(); // not in an hour
}

/// A heartbeat that waits for one row would lose the leases of all the others with it.
class PostgresLease : public LeaseTest {};
INSTANTIATE_TEST_SUITE_P(OnPostgres, PostgresLease, testing::Values(store::Engine::Postgres));

TEST_P(PostgresLease, a_heartbeat_waits_for_no_row_that_is_being_written)
{
    queue({});
    add();
    auto const job = claim("one").at(0);
    std::latch locked(1);
    std::latch looked(1);
    std::jthread const writer([&] {
        database_->transaction([&](Connection& connection) {
            EXPECT_TRUE(store::hold_claim(connection, {job.id, job.token}));
            locked.count_down();
            looked.wait();
        });
    });
    locked.wait();
    auto const beat = [&] {
        return database_->transaction([&](Connection& connection) {
            auto const now = set_clock_.now();
            return store::extend_lease(connection, {job.id, job.token}, now, now + 1min, std::nullopt);
        });
    };
    auto const first = beat();
    EXPECT_TRUE(first.held);
    EXPECT_FALSE(first.extended);
    looked.count_down();
    await([&] { return beat().extended; });
}

TEST_P(PostgresLease, a_worker_whose_ends_cannot_be_written_takes_no_more_jobs)
{
    static constexpr int many = 1'000;
    std::latch locked(1);
    std::latch full(1);
    queue([&](jobs::JobContext&) {
        locked.wait();
        return jobs::Done{};
    });
    std::vector<jobs::JobRequest> const requests(many, {.owner_id = "ada", .kind = "work"});
    auto const first = queue_->enqueue_all(requests).front();
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    base::Fd const read(ends[0]);
    base::Fd const written(ends[1]);
    base::Log log(set_clock_, base::LogLevel::Warning, written.get());
    jobs::Runner const worker(*queue_, random_, log, {.worker = "one", .network_threads = 1, .compute_threads = 0});
    await([&] { return queue_->get(first.id).state == JobState::Running; });
    std::jthread const writer([&] {
        database_->transaction([&](Connection& connection) {
            EXPECT_TRUE(store::hold_claim(connection, {first.id, 1})); // its end has to wait
            locked.count_down();
            full.wait();
        });
    });
    char line[1'000];
    auto const size = ::read(read.get(), line, sizeof line);
    ASSERT_GT(size, 0);
    EXPECT_NE(std::string_view(line, static_cast<std::size_t>(size)).find("jobs.ends_pile_up"), std::string_view::npos);
    EXPECT_LT(worker.stats().claimed, std::uint64_t{many});
    full.count_down();
    await([&] { return database_->query("SELECT count(*) FROM jobs WHERE state = 'done'")[0].get<int>(0) == many; });
}

TEST_P(PostgresLease, machines_share_the_time_of_the_database)
{
    store::DatabaseClock const clock(*database_, 10ms);
    auto const server = [&] {
        return base::Time(base::Milliseconds(
            database_->query("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")[0]
                .get<std::int64_t>(0)));
    };
    auto const before = server();
    auto const present = clock.now();
    auto const after = server();
    EXPECT_GE(present, before - 1s); // a reading is as exact as half of its way there and back
    EXPECT_LE(present, after + 1s);

    test::PostgresServer::shared().stop();
    auto const alone = clock.now();
    await([&] { return clock.now() > alone; }); // goes on without the server
    test::PostgresServer::shared().start();
}

TEST(JumpWatch, a_clock_that_was_set_is_noticed_once)
{
    base::FixedClock clock(*base::parse_time("2026-11-20T10:00:00Z"));
    jobs::JumpWatch watch(clock, 10min); // a clock that stands still falls behind, slowly
    EXPECT_EQ(watch.look(), 0ms);
    clock.advance(1h);
    EXPECT_GT(watch.look(), 50min);
    EXPECT_EQ(watch.look(), 0ms);
    clock.advance(-2h);
    EXPECT_LT(watch.look(), -110min);
}

TEST(Pace, what_is_claimed_ahead_is_what_the_slow_ones_of_late_allow)
{
    using namespace std::chrono_literals;
    jobs::Pace pace;
    EXPECT_EQ(pace.jobs_within(50ms), 0); // nothing is known
    pace.took(100us);
    EXPECT_EQ(pace.jobs_within(50ms), 500);
    pace.took(10s); // a receiver that hangs
    EXPECT_EQ(pace.jobs_within(50ms), 0);
    for (int i = 0; i < 20; ++i) pace.took(100us);
    EXPECT_EQ(pace.jobs_within(50ms), 0); // remembered
    for (int i = 0; i < 200; ++i) pace.took(100us);
    EXPECT_EQ(pace.jobs_within(50ms), 500);
}
