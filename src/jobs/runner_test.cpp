#include "bus/memory_bus.h"
#include "database_case.h"
#include "jobs/runner.h"

#include <latch>

using namespace std::chrono_literals;
using base::ErrorCode;
using jobs::Again;
using jobs::Done;
using jobs::JobContext;
using jobs::JobOutcome;
using jobs::JobState;
using jobs::Waiting;

/// Holds a job until the test opens it, or the job is asked to stop.
class Gate {
public:
    void open()
    {
        std::scoped_lock const lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    /// Called by the job.
    void pass(std::stop_token const& stop)
    {
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        if (!changed_.wait(lock, stop, [&] { return open_; })) base::fail(ErrorCode::Cancelled, "stopped at the gate");
    }
    /// Called by the test.
    void await(int count)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return arrived_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool open_ = false;
    int arrived_ = 0;
};

/// Whole runners on real threads and the real clock; the tests wait for events, never for time.
class RunnerTest : public test::DatabaseCase {
protected:
    jobs::Queue& queue(std::function<JobOutcome(JobContext&)> run)
    {
        jobs::JobType type{.name = "work", .help = "", .attempts_max = 3};
        type.run = std::move(run);
        return queue_with({type});
    }
    jobs::Queue& queue_with(std::vector<jobs::JobType> types)
    {
        queue_.emplace(jobs::Queue::Parts{*database_, bus_, system_, ids_}, std::move(types));
        return *queue_;
    }
    std::unique_ptr<jobs::Runner> runner(std::string const& name = "one", base::Milliseconds lease = 60s)
    {
        jobs::RunnerOptions options{.worker = name, .network_threads = 3, .compute_threads = 1, .lease = lease};
        options.look_every = 20ms;
        options.sweep_every = 20ms;
        options.backoff = {.first = 1ms, .longest = 5ms};
        return std::make_unique<jobs::Runner>(*queue_, random_, log_, options);
    }
    jobs::Job add(std::string const& kind = "work") { return queue_->enqueue({.owner_id = "ada", .kind = kind}); }
    jobs::Job wait(jobs::Job const& job) { return queue_->wait(job.id, {}); }
    std::vector<std::string> story(jobs::Job const& job)
    {
        std::vector<std::string> out;
        for (auto const& event : queue_->history(job.id))
            out.push_back(base::enum_text(event.state) + ":" + event.reason_code);
        return out;
    }

    std::unique_ptr<store::Database> database_ = new_database();
    base::SystemClock system_;
    base::Log log_{system_, base::LogLevel::Off};
    bus::MemoryBus bus_;
    std::optional<jobs::Queue> queue_;
};
ON_BOTH_DATABASES(RunnerTest);

using Story = std::vector<std::string>;

TEST_P(RunnerTest, a_job_runs_and_its_result_is_kept)
{
    queue([](JobContext& context) {
        context.progress(0.5, "half");
        return Done{base::to_json(context.payload())};
    });
    auto const progress = bus_.subscribe(jobs::topic::progress);
    auto const worker = runner();
    auto const job = queue_->enqueue({.owner_id = "ada", .kind = "work", .payload = R"({"x":1})"});
    auto const ended = worker->wait(job.id, {});
    EXPECT_EQ(ended.state, JobState::Done);
    EXPECT_EQ(ended.result, R"({"x":1})");
    EXPECT_EQ(ended.progress, 1);
    EXPECT_EQ(ended.attempt, 1);
    auto const message = progress->wait({}, 10s);
    ASSERT_TRUE(message);
    EXPECT_NE(message->json.find("half"), std::string::npos);
}

TEST_P(RunnerTest, a_passing_trouble_is_tried_again_and_a_lasting_one_is_not)
{
    std::atomic<int> calls = 0;
    queue([&](JobContext& context) -> JobOutcome {
        if (context.payload().as_object().contains("lasting"))
            base::fail(ErrorCode::InvalidInput, base::Next{"choose another file"}, "not a video");
        if (++calls < 3) base::fail(ErrorCode::Upstream, "502 from the platform");
        return Done{};
    });
    auto const worker = runner();
    auto const passing = wait(add());
    EXPECT_EQ(passing.state, JobState::Done);
    EXPECT_EQ(passing.attempt, 3);
    EXPECT_EQ(story(passing), (Story{"queued:new", "running:claimed", "queued:upstream", "running:claimed",
                                     "queued:upstream", "running:claimed", "done:done"}));
    auto const lasting = wait(queue_->enqueue({.owner_id = "ada", .kind = "work", .payload = R"({"lasting":1})"}));
    EXPECT_EQ(lasting.state, JobState::Failed);
    EXPECT_EQ(lasting.reason_code, "invalid_input");
    EXPECT_EQ(lasting.reason, "not a video");
    EXPECT_EQ(lasting.next_action, "choose another file");
    EXPECT_EQ(lasting.attempt, 1);
}

TEST_P(RunnerTest, attempts_come_to_an_end_and_a_strange_exception_is_a_failure_too)
{
    queue([](JobContext& context) -> JobOutcome {
        if (context.payload().as_object().contains("strange")) throw std::out_of_range("vector");
        base::fail(ErrorCode::Upstream, "502");
    });
    auto const worker = runner();
    auto const ended = wait(add());
    EXPECT_EQ(ended.state, JobState::Failed);
    EXPECT_EQ(ended.attempt, 3);
    EXPECT_EQ(ended.reason, "502 (the last of 3 attempts)");
    auto const strange = wait(queue_->enqueue({.owner_id = "ada", .kind = "work", .payload = R"({"strange":1})"}));
    EXPECT_EQ(strange.reason_code, "internal");
    EXPECT_EQ(strange.reason, "vector");
}

TEST_P(RunnerTest, again_and_waiting_for_children_cost_no_attempt)
{
    std::atomic<int> polls = 0;
    jobs::JobType parent{.name = "parent", .help = "", .attempts_max = 1};
    parent.run = [&](JobContext& context) -> JobOutcome {
        if (++polls < 3) return Again{context.now(), "the platform is still at work"};
        for (auto const* key : {"a", "b"}) context.spawn("child", "{}", key);
        auto sum = 0;
        for (auto const& child : context.children()) sum += child.state == JobState::Done ? 1 : 0;
        if (sum < 2) return Waiting{"its two children work"};
        return Done{fmt::format(R"({{"children":{}}})", context.children().size())};
    };
    jobs::JobType child{.name = "child", .help = "", .pool = jobs::JobPool::Compute};
    child.run = [](JobContext&) { return Done{}; };
    queue_with({parent, child});
    auto const worker = runner();
    auto const ended = wait(add("parent"));
    EXPECT_EQ(ended.state, JobState::Done);
    EXPECT_EQ(ended.result, R"({"children":2})"); // spawned again with the same key, they were the same
    EXPECT_EQ(ended.attempt, 1);
}

TEST_P(RunnerTest, a_job_that_waits_for_nothing_does_not_run_for_ever)
{
    queue([](JobContext&) { return Waiting{"for what?"}; });
    auto const worker = runner();
    auto const ended = wait(add());
    EXPECT_EQ(ended.state, JobState::Failed);
    EXPECT_EQ(ended.reason, "it ran 3 times without an end");
}

TEST_P(RunnerTest, cancelling_stops_a_running_job)
{
    Gate gate;
    queue([&](JobContext& context) {
        gate.pass(context.stop());
        return Done{};
    });
    auto const worker = runner();
    auto const job = add();
    gate.await(1);
    queue_->cancel(job.id);
    auto const ended = wait(job);
    EXPECT_EQ(ended.state, JobState::Cancelled);
    EXPECT_EQ(ended.reason_code, "cancelled");
}

TEST_P(RunnerTest, a_timeout_counts_as_an_attempt_and_a_deadline_ends_the_job)
{
    Gate gate;
    jobs::JobType slow{.name = "slow", .help = "", .attempts_max = 2, .timeout = 30ms};
    slow.run = [&](JobContext& context) {
        gate.pass(context.stop());
        return Done{};
    };
    jobs::JobType late{.name = "late", .help = "", .deadline = 30ms};
    late.run = slow.run;
    queue_with({slow, late});
    auto const worker = runner("one", 3s);
    auto const timed_out = wait(add("slow"));
    EXPECT_EQ(timed_out.reason_code, "timeout");
    EXPECT_EQ(timed_out.attempt, 2);
    EXPECT_EQ(wait(add("late")).reason_code, "deadline");
}

TEST_P(RunnerTest, a_clean_stop_hands_back_what_it_holds_without_counting)
{
    Gate gate;
    queue([&](JobContext& context) {
        gate.pass(context.stop());
        return Done{};
    });
    auto first = runner("first");
    std::vector<jobs::Job> all;
    for (int i = 0; i < 5; ++i) all.push_back(add());
    gate.await(3);
    first.reset();
    for (auto const& job : all) {
        auto const row = queue_->get(job.id);
        EXPECT_EQ(row.state, JobState::Queued);
        EXPECT_EQ(row.attempt, 0);
    }
    gate.open();
    auto const second = runner("second");
    for (auto const& job : all) EXPECT_EQ(wait(job).worker, "second");
}

TEST_P(RunnerTest, a_worker_that_lost_its_lease_is_stopped_and_writes_nothing)
{
    Gate gate;
    std::atomic<bool> stopped = false;
    queue([&](JobContext& context) -> JobOutcome {
        if (context.job().worker == "next") return Done{R"("of the next")"};
        std::latch late(1);
        std::stop_callback const callback(context.stop(), [&] { late.count_down(); });
        gate.pass({});
        late.wait(); // the heartbeat finds that the lease is lost
        stopped = true;
        auto const refused = test::error_of([&] { context.transaction([](store::Connection&) {}); });
        EXPECT_EQ(refused.code, ErrorCode::Cancelled);
        return Done{R"("of the first")"};
    });
    auto first = runner("first", 200ms);
    auto const job = add();
    gate.await(1);
    // As if the first had been away for too long: the lease expires, another worker takes the job and ends it.
    auto const later = system_.now() + 1h;
    database_->transaction([&](store::Connection& c) {
        for (auto const& row : store::expired_jobs(c, later, 10))
            store::move_job(c, row, {.state = JobState::Queued, .reason = {"lease_expired", "r", "n"}}, system_.now());
        auto const claimed = store::claim_jobs(c, {{"work"}, jobs::JobPool::Network, 1, "next", later, later});
        ASSERT_EQ(claimed.size(), 1U);
        store::release_job(c, {claimed[0].id, claimed[0].token},
                           {.state = JobState::Done, .reason = {"done", "r", "n"}, .result = R"("of the next")"},
                           later);
    });
    gate.open();
    first.reset();
    EXPECT_TRUE(stopped);
    EXPECT_EQ(queue_->get(job.id).result, R"("of the next")");
    EXPECT_EQ(queue_->get(job.id).worker, "next");
}

TEST_P(RunnerTest, a_job_that_comes_back_before_its_first_run_ended_is_watched_like_any_other)
{
    Gate first_run;
    Gate second_run;
    queue([&](JobContext& context) {
        if (context.job().attempt == 1)
            first_run.pass({}); // does not listen to its stop
        else
            second_run.pass(context.stop());
        return Done{};
    });
    auto const worker = runner();
    auto const job = add();
    first_run.await(1);
    database_->transaction([&](store::Connection& c) {
        for (auto const& row : store::expired_jobs(c, system_.now() + 1h, 10))
            store::move_job(c, row, {.state = JobState::Queued, .reason = {"lease_expired", "r", "n"}}, system_.now());
    });
    second_run.await(1);
    first_run.open();
    while (worker->stats().fenced == 0) std::this_thread::yield();
    queue_->cancel(job.id);
    EXPECT_EQ(wait(job).state, JobState::Cancelled);
}

TEST_P(RunnerTest, rows_of_a_job_are_written_with_its_end_or_not_at_all)
{
    database_->execute("CREATE TABLE effects (id TEXT PRIMARY KEY)");
    queue([&](JobContext& context) {
        auto const name = std::string(context.payload().at("name").as_string());
        return Done{"{}", [name](store::Connection& c) { c.query("INSERT INTO effects(id) VALUES($1)", name); }};
    });
    auto const worker = runner();
    auto const request = jobs::JobRequest{.owner_id = "ada", .kind = "work", .payload = R"({"name":"x"})"};
    EXPECT_EQ(wait(queue_->enqueue(request)).state, JobState::Done);
    auto const second = wait(queue_->enqueue(request));
    EXPECT_EQ(second.state, JobState::Failed);
    EXPECT_EQ(second.reason_code, "conflict");
    EXPECT_FALSE(second.result);
    EXPECT_EQ(database_->query("SELECT id FROM effects").size(), 1U);
}

TEST_P(RunnerTest, two_runners_share_the_work_and_every_job_ends_once)
{
    std::atomic<int> runs = 0;
    queue([&](JobContext&) {
        ++runs;
        return Done{};
    });
    auto const one = runner("one");
    auto const two = runner("two");
    std::vector<jobs::Job> all;
    for (int i = 0; i < 40; ++i) all.push_back(add());
    for (auto const& job : all) EXPECT_EQ(wait(job).state, JobState::Done);
    EXPECT_EQ(runs, 40);
    EXPECT_EQ(one->stats().claimed + two->stats().claimed, 40U);
}

TEST_P(RunnerTest, a_lost_call_costs_time_and_no_work)
{
    /// A bus on which nothing arrives.
    struct DeafBus : bus::Bus {
        void publish(std::string_view, std::string_view) override {}
        std::unique_ptr<bus::Subscription> subscribe(std::string_view pattern, std::size_t room) override
        {
            return inner.subscribe(pattern, room);
        }
        bus::MemoryBus inner;
    } deaf;
    jobs::JobType type{.name = "work", .help = ""};
    type.run = [](JobContext&) { return Done{}; };
    queue_.emplace(jobs::Queue::Parts{*database_, deaf, system_, ids_}, std::vector{type});
    auto const worker = runner();
    EXPECT_EQ(wait(add()).state, JobState::Done);
}

TEST_P(RunnerTest, nonsense_options_are_refused)
{
    queue([](JobContext&) { return Done{}; });
    EXPECT_EQ(test::error_of([&] { runner("", 1s); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { runner("a", 1ms); }).code, ErrorCode::InvalidInput);
}
