#include "bus/memory_bus.h"
#include "database_case.h"
#include "jobs/runner.h"
#include "store/tables/job_limits.h"

#include <atomic>
#include <thread>

using namespace std::chrono_literals;

namespace {

class LimitsTest : public test::DatabaseCase {
protected:
    LimitsTest()
    {
        jobs::JobType render{.name = "render", .help = ""};
        render.run = [this](jobs::JobContext&) -> jobs::JobOutcome {
            auto const now = ++running_;
            for (auto most = most_.load(); now > most && !most_.compare_exchange_weak(most, now);) continue;
            std::this_thread::sleep_for(2ms); // so that others could be seen beside it
            --running_;
            return jobs::Done{};
        };
        jobs::JobType other{.name = "other", .help = ""};
        other.run = [](jobs::JobContext&) { return jobs::Done{}; };
        queue_.emplace(jobs::Queue::Parts{*database_, bus_, system_, ids_}, std::vector{render, other});
    }
    void limit(store::JobLimit const& limit)
    {
        database_->transaction([&](store::Connection& connection) { store::set_job_limit(connection, limit); });
    }
    std::vector<std::string> claim(int count, base::Time now)
    {
        store::ClaimRequest request{.kinds = {"render", "other"}, .count = count, .worker = "one"};
        request.now = now;
        request.lease_until = now + 1h;
        std::vector<std::string> kinds;
        for (auto const& job : database_->transaction(
                 [&](store::Connection& connection) { return store::claim_within_limits(connection, request); }))
            kinds.push_back(job.kind);
        return kinds;
    }
    void add(std::string const& kind, int count, int priority = 0)
    {
        for (int i = 0; i < count; ++i) queue_->enqueue({.owner_id = "ada", .kind = kind, .priority = priority});
    }

    std::unique_ptr<store::Database> database_ = new_database();
    base::SystemClock system_;
    base::Log log_{system_, base::LogLevel::Off};
    bus::MemoryBus bus_;
    std::atomic<int> running_ = 0, most_ = 0;
    std::optional<jobs::Queue> queue_;
};
ON_BOTH_DATABASES(LimitsTest);

using Kinds = std::vector<std::string>;

} // namespace

TEST_P(LimitsTest, no_more_of_a_kind_run_at_once_than_allowed_over_all_workers)
{
    limit({.kind = "render", .at_once_max = 2});
    add("render", 40);
    {
        std::vector<std::unique_ptr<jobs::Runner>> workers;
        for (auto const* name : {"one", "two", "three"}) {
            jobs::RunnerOptions options{.worker = name, .network_threads = 4, .compute_threads = 0};
            options.look_every = 5ms;
            workers.push_back(std::make_unique<jobs::Runner>(*queue_, random_, log_, options));
        }
        for (auto const& job : queue_->list({.limit = 200}).items) queue_->wait(job.id, {});
    }
    EXPECT_LE(most_, 2);
    EXPECT_GE(most_, 1);
}

TEST_P(LimitsTest, starts_are_counted_by_the_period)
{
    auto const now = system_.now();
    limit({.kind = "render", .starts_max = 3, .period_ms = 60'000});
    add("render", 10);
    EXPECT_EQ(claim(8, now + 1s), (Kinds(3, "render")));
    EXPECT_EQ(claim(8, now + 30s), Kinds());
    EXPECT_EQ(claim(2, now + 62s), (Kinds(2, "render")));
    EXPECT_EQ(claim(8, now + 63s), (Kinds(1, "render")));
}

TEST_P(LimitsTest, what_is_limited_holds_up_nothing_else_and_priority_still_counts)
{
    limit({.kind = "render", .at_once_max = 1});
    add("render", 5, 10);
    add("other", 3, 5);
    EXPECT_EQ(claim(3, system_.now() + 1s), (Kinds{"render", "other", "other"}));
    EXPECT_EQ(claim(3, system_.now() + 1s), (Kinds{"other"}));
    limit({.kind = "render", .at_once_max = 0});
    EXPECT_EQ(claim(3, system_.now() + 1s), Kinds()) << "0 holds a kind altogether";
}

TEST_P(LimitsTest, jobs_that_failed_for_good_are_found_and_start_again)
{
    add("other", 2);
    database_->execute("UPDATE jobs SET state = 'failed', attempt = attempts_max, finished_at = 1 WHERE id = "
                       "(SELECT min(id) FROM jobs)");
    database_->execute("UPDATE jobs SET state = 'failed', attempt = 1, finished_at = 1 WHERE state = 'queued'");
    auto const dead = queue_->list({.states = {jobs::JobState::Failed}, .exhausted = true}).items;
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_EQ(queue_->retry(dead[0].id).state, jobs::JobState::Queued);
}

TEST_P(LimitsTest, many_jobs_are_enqueued_together_or_not_at_all)
{
    std::vector<jobs::JobRequest> requests(120, {.owner_id = "ada", .kind = "other"});
    auto const jobs = queue_->enqueue_all(requests);
    EXPECT_EQ(jobs.size(), 120U);
    EXPECT_EQ(queue_->history(jobs.back().id).size(), 1U);
    requests[60].kind = "nothing";
    EXPECT_EQ(test::error_of([&] { queue_->enqueue_all(requests); }).code, base::ErrorCode::NotFound);
    EXPECT_EQ(database_->query("SELECT count(*) FROM jobs")[0].get<int>(0), 120);
}
