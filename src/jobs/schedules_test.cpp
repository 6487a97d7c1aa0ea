#include "jobs/schedules.h"

#include "bus/memory_bus.h"
#include "database_case.h"

#include <set>
#include <thread>

using namespace std::chrono_literals;
using store::MissedRuns;

namespace {

class SchedulesTest : public test::DatabaseCase {
protected:
    SchedulesTest()
    {
        jobs::JobType type{.name = "discover", .help = ""};
        type.run = [](jobs::JobContext&) { return jobs::Done{}; };
        queue_.emplace(jobs::Queue::Parts{*database_, bus_, clock_, ids_}, std::vector{type});
    }
    store::Schedule add(std::string const& rule, MissedRuns missed = MissedRuns::Once, int missed_max = 10)
    {
        store::Schedule schedule;
        schedule.id = ids_.next();
        schedule.owner_id = "ada";
        schedule.name = "every " + schedule.id;
        schedule.kind = "discover";
        schedule.payload = R"({"niche":"birds"})";
        schedule.rule = rule;
        schedule.zone = "Europe/Berlin";
        schedule.missed = missed;
        schedule.missed_max = missed_max;
        schedule.exclusive = false;
        schedule.created_at = schedule.updated_at = clock_.now();
        jobs::prepare_schedule(*queue_, schedule, clock_.now());
        database_->transaction([&](store::Connection& connection) { store::insert_schedule(connection, schedule); });
        return schedule;
    }
    store::Schedule read(std::string const& id)
    {
        return *database_->read([&](store::Connection& connection) { return store::find_schedule(connection, id); });
    }
    void change(store::Schedule const& schedule)
    {
        database_->transaction([&](store::Connection& connection) { store::update_schedule(connection, schedule); });
    }
    std::size_t all() { return queue_->list({.owner_id = "ada", .limit = 200}).items.size(); }

    std::unique_ptr<store::Database> database_ = new_database();
    bus::MemoryBus bus_;
    std::optional<jobs::Queue> queue_;
};
ON_BOTH_DATABASES(SchedulesTest);

} // namespace

TEST_P(SchedulesTest, a_job_is_made_at_each_slot_in_the_schedules_own_zone)
{
    EXPECT_EQ(jobs::next_schedule(*queue_), std::nullopt);
    auto const schedule = add("30 12 * * *"); // it is 11:00 there
    EXPECT_EQ(jobs::next_schedule(*queue_), clock_.now() + 90min);
    EXPECT_EQ(base::format_time(*schedule.next_at), "2026-11-20T11:30:00Z");
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 0);
    clock_.advance(90min);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 1);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 0);
    auto const after = read(schedule.id);
    EXPECT_EQ(after.last_slot, schedule.next_at);
    EXPECT_EQ(base::format_time(*after.next_at), "2026-11-21T11:30:00Z");
    auto const job = queue_->get(*after.last_job_id);
    EXPECT_EQ(job.payload, schedule.payload);
    EXPECT_EQ(job.owner_id, "ada");
}

TEST_P(SchedulesTest, slots_that_were_missed_are_left_out_made_up_once_or_made_up_one_by_one)
{
    auto const skip = add("0 * * * *", MissedRuns::Skip);
    auto const once = add("0 * * * *", MissedRuns::Once);
    auto const every = add("0 * * * *", MissedRuns::All, 5);
    clock_.advance(10h + 20min);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 0 + 1 + 5);
    EXPECT_FALSE(read(skip.id).last_job_id);
    EXPECT_EQ(base::format_time(*read(once.id).last_slot), "2026-11-20T20:00:00Z") << "the newest of them";
    clock_.advance(42min);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 3) << "two minutes late is on time";
}

TEST_P(SchedulesTest, a_process_that_was_away_for_years_goes_on_at_once)
{
    auto const schedule = add("* * * * *", MissedRuns::All, 3);
    clock_.advance(24h * 365 * 3);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 3);
    EXPECT_GT(*read(schedule.id).next_at, clock_.now());
}

TEST_P(SchedulesTest, several_processes_make_one_job_a_slot)
{
    std::set<std::string> ids;
    for (int i = 0; i < 20; ++i) ids.insert(add("*/5 * * * *").id);
    for (int slot = 0; slot < 4; ++slot) {
        clock_.advance(5min);
        std::vector<std::jthread> processes;
        for (int i = 0; i < 4; ++i) processes.emplace_back([&] { jobs::trigger_schedules(*queue_); });
    }
    EXPECT_EQ(all(), 20U * 4);
}

TEST_P(SchedulesTest, an_exclusive_one_waits_for_its_last_job_and_a_paused_one_for_its_owner)
{
    auto schedule = add("0 * * * *");
    schedule.exclusive = true;
    change(schedule);
    clock_.advance(1h);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 1);
    clock_.advance(1h);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 0);
    EXPECT_NE(read(schedule.id).trouble.find("has not ended"), std::string::npos);
    database_->execute("UPDATE jobs SET state = 'done'");
    clock_.advance(1h);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 1);
    EXPECT_EQ(read(schedule.id).trouble, "");
    auto paused = read(schedule.id);
    paused.paused = true;
    change(paused);
    clock_.advance(5h);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 0);
}

TEST_P(SchedulesTest, one_that_went_wrong_says_so_and_holds_up_no_other)
{
    auto wrong = add("0 * * * *");
    wrong.zone = "Mars/Olympus";
    change(wrong);
    add("0 * * * *");
    clock_.advance(1h);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 1);
    EXPECT_NE(read(wrong.id).trouble.find("Mars/Olympus"), std::string::npos);
    EXPECT_EQ(jobs::trigger_schedules(*queue_), 0) << "it is not tried again at once";
}

TEST_P(SchedulesTest, a_rule_that_ends_makes_no_more)
{
    auto const schedule = add("FREQ=HOURLY;COUNT=2");
    for (int i = 0; i < 4; ++i) {
        clock_.advance(1h);
        jobs::trigger_schedules(*queue_);
    }
    EXPECT_EQ(all(), 1U) << "the first of the two was its start";
    EXPECT_FALSE(read(schedule.id).next_at);
}

TEST_P(SchedulesTest, what_makes_no_sense_is_named)
{
    auto const refused = [&](auto const& spoil) {
        store::Schedule schedule{.id = "1", .owner_id = "ada", .name = "n", .kind = "discover", .rule = "@daily"};
        spoil(schedule);
        return test::error_of([&] { jobs::prepare_schedule(*queue_, schedule, clock_.now()); });
    };
    EXPECT_EQ(refused([](auto& schedule) { schedule.kind = "nothing"; }).code, base::ErrorCode::NotFound);
    for (auto const& error : {refused([](auto& schedule) { schedule.name = ""; }),
                              refused([](auto& schedule) { schedule.rule = "61 * * * *"; }),
                              refused([](auto& schedule) { schedule.rule = "0 0 30 2 *"; }),
                              refused([](auto& schedule) { schedule.zone = "nowhere"; }),
                              refused([](auto& schedule) { schedule.missed_max = 0; }),
                              refused([](auto& schedule) { schedule.payload = "[]"; }),
                              refused([](auto& schedule) { schedule.rule = "FREQ=DAILY;UNTIL=20200101"; })})
        EXPECT_EQ(error.code, base::ErrorCode::InvalidInput) << error.what();
}
