#include "base/retry.h"
#include "bus/memory_bus.h"
#include "database_case.h"
#include "jobs/runner.h"

#include <set>

using namespace std::chrono_literals;
using base::ErrorCode;
using jobs::JobState;
using store::Connection;

/// The queue alone: the clock stands still until a test moves it, and the test itself is the worker.
class QueueTest : public test::DatabaseCase {
protected:
    QueueTest() : queue_({*database_, bus_, clock_, ids_}, types()) {}

    static std::vector<jobs::JobType> types()
    {
        return {{.name = "copy", .help = "", .attempts_max = 3, .deadline = 60min},
                {.name = "render", .help = "", .pool = jobs::JobPool::Compute, .deadline = 60min}};
    }
    jobs::Job add(jobs::JobRequest request = {})
    {
        if (request.owner_id.empty()) request.owner_id = "ada";
        if (request.kind.empty()) request.kind = "copy";
        clock_.advance(1ms); // so that ids sort as they were made
        return queue_.enqueue(request);
    }
    std::vector<jobs::Job> claim(std::string const& worker, int count = 1)
    {
        store::ClaimRequest request{.kinds = {"copy"}, .count = count, .worker = worker, .now = clock_.now()};
        request.lease_until = clock_.now() + 10s;
        return database_->transaction([&](Connection& c) { return store::claim_jobs(c, request); });
    }
    store::ReleaseReport release(jobs::Job const& job, store::JobRelease const& how)
    {
        return database_->transaction([&](Connection& c) {
            return store::release_job(c, {job.id, job.token}, how, clock_.now());
        });
    }
    store::ReleaseReport finish(jobs::Job const& job, JobState state = JobState::Done)
    {
        return release(job, {.state = state, .reason = {"test", "because", "nothing"}});
    }
    jobs::SweepReport sweep() { return jobs::sweep(queue_, {.backoff = {.first = 1s}}, random_); }
    std::vector<std::string> story(jobs::Job const& job)
    {
        std::vector<std::string> out;
        for (auto const& event : queue_.history(job.id)) {
            out.push_back(base::enum_text(event.state) + ":" + event.reason_code);
            EXPECT_FALSE(event.reason.empty() || event.next_action.empty()) << out.back();
        }
        return out;
    }

    std::unique_ptr<store::Database> database_ = new_database();
    bus::MemoryBus bus_;
    jobs::Queue queue_;
};
ON_BOTH_DATABASES(QueueTest);

using Story = std::vector<std::string>;

TEST_P(QueueTest, a_job_is_found_as_it_was_asked_for)
{
    auto const job = add({.payload = R"({"file":"a.mp4"})", .priority = 5});
    auto const found = queue_.get(job.id, "ada");
    EXPECT_EQ(found.payload, R"({"file":"a.mp4"})");
    EXPECT_EQ(found.priority, 5);
    EXPECT_EQ(found.attempts_max, 3);
    EXPECT_EQ(found.state, JobState::Queued);
    EXPECT_EQ(found.deadline_at, clock_.now() + 60min);
    EXPECT_EQ(base::to_json(found), base::to_json(job));
    EXPECT_EQ(test::error_of([&] { queue_.get(job.id, "bob"); }).code, ErrorCode::NotFound);
}

TEST_P(QueueTest, nonsense_is_refused_and_leaves_no_job)
{
    auto const code_of = [&](jobs::JobRequest const& request) {
        return test::error_of([&] { queue_.enqueue(request); }).code;
    };
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "dance"}), ErrorCode::NotFound);
    EXPECT_EQ(code_of({.owner_id = "", .kind = "copy"}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "copy", .payload = "{"}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "copy", .payload = "[]"}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "copy", .priority = 101}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "copy", .attempts_max = 0}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "copy", .parent_id = "nobody"}), ErrorCode::NotFound);
    EXPECT_EQ(code_of({.owner_id = "ada", .kind = "copy", .idempotency_key = ""}), ErrorCode::InvalidInput);
    EXPECT_EQ(code_of({.owner_id = "a\xff", .kind = "copy"}), ErrorCode::InvalidInput);
    EXPECT_TRUE(queue_.list({}).items.empty());
}

TEST_P(QueueTest, the_same_key_gives_back_the_same_job)
{
    auto const first = add({.idempotency_key = "order-7"});
    EXPECT_EQ(add({.idempotency_key = "order-7"}).id, first.id);
    EXPECT_NE(add({.owner_id = "bob", .idempotency_key = "order-7"}).id, first.id);
    EXPECT_NE(add().id, add().id);
    EXPECT_EQ(test::error_of([&] { add({.kind = "render", .idempotency_key = "order-7"}); }).code, ErrorCode::Conflict);
}

TEST_P(QueueTest, jobs_are_claimed_by_priority_and_time_and_each_once)
{
    auto const low = add({.priority = -1});
    auto const first = add();
    auto const second = add();
    auto const high = add({.priority = 9});
    add({.run_at = clock_.now() + 1h});
    add({.kind = "render"});
    std::vector<std::string> order;
    for (auto const& job : claim("w1", 3)) order.push_back(job.id);
    for (auto const& job : claim("w2", 3)) order.push_back(job.id);
    EXPECT_EQ(order, (std::vector{high.id, first.id, second.id, low.id}));
    EXPECT_EQ(story(low), (Story{"queued:new", "running:claimed"}));
}

TEST_P(QueueTest, many_claimers_share_the_jobs_without_a_double)
{
    for (int i = 0; i < 60; ++i) add();
    std::mutex mutex;
    std::multiset<std::string> claimed;
    {
        std::vector<std::jthread> workers;
        for (int w = 0; w < 4; ++w)
            workers.emplace_back([&, w] {
                for (;;) {
                    auto const jobs = claim("w" + std::to_string(w), 4);
                    if (jobs.empty()) return; // rows that others hold are passed over, and others finish them
                    std::scoped_lock const lock(mutex);
                    for (auto const& job : jobs) claimed.insert(job.id);
                }
            });
    }
    for (auto const& job : claim("last", 60)) claimed.insert(job.id);
    EXPECT_EQ(claimed.size(), 60U);
    EXPECT_EQ((std::set<std::string>(claimed.begin(), claimed.end()).size()), 60U);
}

TEST_P(QueueTest, a_worker_that_lost_its_lease_cannot_write_over_its_successor)
{
    auto const job = add();
    auto const slow = claim("slow").at(0);
    clock_.advance(11s);
    EXPECT_EQ(sweep().leases_expired, 1);
    clock_.advance(2s);
    auto const quick = claim("quick").at(0);
    EXPECT_EQ(quick.token, slow.token + 1);
    EXPECT_EQ(quick.attempt, 2);

    EXPECT_FALSE(finish(slow).written);
    auto const beat = database_->transaction([&](Connection& c) {
        EXPECT_FALSE(store::hold_claim(c, {slow.id, slow.token}));
        return store::extend_lease(c, {slow.id, slow.token}, clock_.now(), clock_.now() + 1h, std::nullopt);
    });
    EXPECT_FALSE(beat.held);
    EXPECT_EQ(queue_.get(job.id).worker, "quick");
    EXPECT_EQ(queue_.get(job.id).lease_until, quick.lease_until);

    EXPECT_TRUE(finish(quick).written);
    EXPECT_FALSE(finish(quick).written); // nor does an end come twice
    EXPECT_EQ(story(job),
              (Story{"queued:new", "running:claimed", "queued:lease_expired", "running:claimed", "done:test"}));
}

TEST_P(QueueTest, a_job_whose_workers_keep_falling_silent_fails_with_its_reason)
{
    auto const job = add();
    for (int attempt = 1; attempt <= 3; ++attempt) {
        ASSERT_EQ(claim("w").size(), 1U);
        clock_.advance(11s);
        EXPECT_EQ(sweep().leases_expired, 1);
        clock_.advance(30s);
    }
    auto const failed = queue_.get(job.id);
    EXPECT_EQ(failed.state, JobState::Failed);
    EXPECT_EQ(failed.reason_code, "lease_expired");
    EXPECT_EQ(failed.reason, "its worker w fell silent in the last of 3 attempts");
    EXPECT_TRUE(failed.finished_at);
}

TEST_P(QueueTest, a_heartbeat_keeps_the_lease_and_carries_progress)
{
    add();
    auto const job = claim("w").at(0);
    clock_.advance(9s);
    auto const beat = database_->transaction([&](Connection& c) {
        return store::extend_lease(c, {job.id, job.token}, clock_.now(), clock_.now() + 10s, {{0.25, "decode", 30}});
    });
    EXPECT_TRUE(beat.held);
    EXPECT_FALSE(beat.cancel_requested);
    clock_.advance(9s);
    EXPECT_EQ(sweep().leases_expired, 0);
    auto const row = queue_.get(job.id);
    EXPECT_EQ(row.progress, 0.25);
    EXPECT_EQ(row.stage, "decode");
    EXPECT_EQ(row.eta_seconds, 30);
}

TEST_P(QueueTest, a_passed_deadline_fails_what_waits)
{
    auto const job = add({.run_at = clock_.now() + 2h, .deadline_at = clock_.now() + 1h});
    clock_.advance(61min);
    EXPECT_EQ(sweep().deadlines_passed, 1);
    EXPECT_EQ(queue_.get(job.id).reason_code, "deadline");
    EXPECT_EQ(sweep().deadlines_passed, 0);
}

TEST_P(QueueTest, a_parent_goes_on_when_its_last_child_has_ended_and_no_attempt_is_lost)
{
    auto const parent = add();
    auto const claimed = claim("w").at(0);
    auto const one = add({.parent_id = parent.id});
    auto const two = add({.parent_id = parent.id});
    EXPECT_FALSE(finish(claimed, JobState::Waiting).parent_woken);
    auto children = claim("w", 5);
    ASSERT_EQ(children.size(), 2U);
    EXPECT_FALSE(finish(children[0]).parent_woken);
    EXPECT_EQ(queue_.get(parent.id).state, JobState::Waiting);
    EXPECT_TRUE(finish(children[1], JobState::Failed).parent_woken); // failed is ended too: the parent decides
    auto const again = claim("w").at(0);
    EXPECT_EQ(again.id, parent.id);
    EXPECT_EQ(again.attempt, 1);
    finish(again);
    EXPECT_EQ(story(parent), (Story{"queued:new", "running:claimed", "waiting:test", "queued:children_ended",
                                    "running:claimed", "done:test"}));
}

TEST_P(QueueTest, a_parent_that_begins_to_wait_after_its_children_ended_goes_on_at_once)
{
    auto const parent = add();
    auto const claimed = claim("w").at(0);
    add({.parent_id = parent.id});
    finish(claim("w").at(0));
    EXPECT_TRUE(finish(claimed, JobState::Waiting).parent_woken);
    EXPECT_EQ(queue_.get(parent.id).state, JobState::Queued);
}

TEST_P(QueueTest, parents_and_children_that_end_at_the_same_moment_lose_no_wake_up)
{
    for (int round = 0; round < 8; ++round) {
        auto const parent = add();
        auto const held = claim("w").at(0);
        for (int i = 0; i < 3; ++i) add({.parent_id = parent.id});
        auto const children = claim("w", 3);
        {
            std::vector<std::jthread> threads;
            threads.emplace_back([&] { finish(held, JobState::Waiting); });
            for (auto const& child : children) threads.emplace_back([&] { finish(child); });
        }
        ASSERT_EQ(queue_.get(parent.id).state, JobState::Queued);
        finish(claim("w").at(0));
    }
}

TEST_P(QueueTest, cancelling_a_parent_cancels_what_hangs_on_it)
{
    auto const parent = add();
    auto const claimed = claim("w").at(0);
    auto const child = add({.parent_id = parent.id});
    auto const running = claim("w").at(0);
    auto const grandchild = add({.parent_id = child.id});
    finish(claimed, JobState::Waiting);
    auto const bell = bus_.subscribe(jobs::topic::cancel);

    queue_.cancel(parent.id, "changed my mind");
    EXPECT_EQ(queue_.get(parent.id).state, JobState::Cancelled);
    EXPECT_EQ(queue_.get(parent.id).reason, "changed my mind");
    EXPECT_EQ(queue_.get(grandchild.id).state, JobState::Cancelled);
    EXPECT_EQ(queue_.get(child.id).state, JobState::Running); // it is asked, and ends itself
    EXPECT_TRUE(queue_.get(child.id).cancel_requested);
    auto const call = bell->wait({}, 0ms);
    ASSERT_TRUE(call);
    EXPECT_NE(call->json.find(child.id), std::string::npos);
    EXPECT_EQ(test::error_of([&] { queue_.cancel(parent.id); }).code, ErrorCode::Conflict);
    EXPECT_EQ(test::error_of([&] { add({.parent_id = child.id}); }).code, ErrorCode::Conflict);

    clock_.advance(11s); // its worker died before it could
    sweep();
    EXPECT_EQ(queue_.get(running.id).state, JobState::Cancelled);
}

TEST_P(QueueTest, a_cancelled_child_wakes_its_parent)
{
    auto const parent = add();
    auto const claimed = claim("w").at(0);
    auto const child = add({.parent_id = parent.id});
    finish(claimed, JobState::Waiting);
    queue_.cancel(child.id);
    EXPECT_EQ(queue_.get(parent.id).state, JobState::Queued);
}

TEST_P(QueueTest, a_failed_family_can_be_started_again)
{
    auto const parent = add();
    auto const claimed = claim("w").at(0);
    auto const child = add({.parent_id = parent.id});
    finish(claim("w").at(0), JobState::Failed);
    EXPECT_EQ(test::error_of([&] { queue_.retry(parent.id); }).code, ErrorCode::Conflict);
    finish(claimed, JobState::Failed);
    clock_.advance(24h);
    auto const again = queue_.retry(parent.id);
    EXPECT_EQ(again.state, JobState::Queued);
    EXPECT_EQ(again.attempt, 0);
    EXPECT_GT(again.deadline_at, clock_.now());
    EXPECT_FALSE(again.finished_at);
    EXPECT_EQ(queue_.get(child.id).state, JobState::Queued);
}

TEST_P(QueueTest, lists_page_by_cursor_and_filter)
{
    for (int i = 0; i < 5; ++i) add();
    add({.owner_id = "bob"});
    claim("w");
    auto const first = queue_.list({.owner_id = "ada", .limit = 3});
    ASSERT_EQ(first.items.size(), 3U);
    ASSERT_TRUE(first.next_cursor);
    auto const second = queue_.list({.owner_id = "ada", .cursor = *first.next_cursor, .limit = 3});
    EXPECT_EQ(second.items.size(), 2U);
    EXPECT_FALSE(second.next_cursor);
    EXPECT_GT(first.items[2].id, second.items[0].id);
    EXPECT_EQ(queue_.list({.states = {JobState::Running, JobState::Done}}).items.size(), 1U);
    EXPECT_EQ(test::error_of([&] { queue_.list({.limit = 0}); }).code, ErrorCode::InvalidInput);
    auto const stats = queue_.stats();
    ASSERT_EQ(stats.counts.size(), 2U);
    EXPECT_EQ(stats.counts[0].count, 5);
}

TEST_P(QueueTest, a_history_keeps_its_newest_part)
{
    auto const job = add();
    database_->transaction([&](Connection& c) {
        for (int i = 0; i < store::events_per_job_max + 20; ++i) store::add_job_event(c, job.id);
    });
    auto const events = queue_.history(job.id);
    EXPECT_EQ(events.size(), std::size_t(store::events_per_job_max));
    EXPECT_EQ(events.back().sequence, store::events_per_job_max + 21);
}

TEST_P(QueueTest, what_ended_long_ago_is_deleted_with_all_that_hangs_on_it)
{
    auto const parent = add();
    auto const claimed = claim("w").at(0);
    auto const child = add({.parent_id = parent.id});
    finish(claim("w").at(0));
    finish(claimed);
    auto const open = add({.deadline_at = clock_.now() + 24h * 365});
    clock_.advance(24h * 29);
    EXPECT_EQ(sweep().families_deleted, 0);
    clock_.advance(24h * 2);
    EXPECT_EQ(sweep().families_deleted, 1);
    EXPECT_FALSE(queue_.find(child.id));
    EXPECT_TRUE(queue_.history(parent.id).empty());
    EXPECT_TRUE(queue_.find(open.id));
}

TEST_P(QueueTest, one_sweep_finds_all_that_a_dead_worker_left)
{
    for (int i = 0; i < 230; ++i) add();
    claim("w", 230);
    clock_.advance(11s);
    EXPECT_EQ(sweep().leases_expired, 230);
}
