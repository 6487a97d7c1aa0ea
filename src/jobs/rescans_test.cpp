#include "jobs/rescans.h"

#include "bus/memory_bus.h"
#include "database_case.h"
#include "discovery/discovery.h"
#include "store/tables/niches.h"

#include <thread>

using namespace std::chrono_literals;
using jobs::JobState;

namespace {

class RescansTest : public test::DatabaseCase {
protected:
    RescansTest()
    {
        jobs::JobType type{.name = "rescan", .help = ""};
        type.run = [](jobs::JobContext&) { return jobs::Done{}; };
        queue_.emplace(jobs::Queue::Parts{*database_, bus_, clock_, ids_}, std::vector{type});
    }
    store::Niche add(std::string const& words, bool watched = true)
    {
        store::Niche niche;
        niche.id = ids_.next();
        niche.owner_id = "ada";
        niche.name = niche.words = words;
        niche.watched = watched;
        niche.every_ms = base::Milliseconds(4h).count();
        niche.horizon_ms = base::Milliseconds(24h).count();
        if (watched) niche.next_scan_at = discovery::next_slot(niche.id, 4h, clock_.now());
        niche.created_at = niche.updated_at = clock_.now();
        return database_->transaction(
            [&](store::Connection& connection) { return store::add_niche(connection, niche); });
    }
    std::vector<jobs::Job> all() { return queue_->list({.owner_id = "ada", .kind = "rescan"}).items; }
    /// Ends every open job, as a worker would.
    void work()
    {
        for (auto const& job : all())
            if (!store::is_final(job.state)) database_->execute("UPDATE jobs SET state = 'done' WHERE id = $1", job.id);
    }

    std::unique_ptr<store::Database> database_ = new_database();
    bus::MemoryBus bus_;
    std::optional<jobs::Queue> queue_;
};
ON_BOTH_DATABASES(RescansTest);

} // namespace

TEST_P(RescansTest, a_watched_niche_is_scanned_once_a_slot)
{
    auto const niche = add("birds");
    add("cats", false);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 0); // its slot has not come
    clock_.advance(4h);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 1);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 0);
    ASSERT_EQ(all().size(), 1U);
    EXPECT_NE(all()[0].payload.find(niche.id), std::string::npos);
    EXPECT_EQ(all()[0].owner_id, "ada");
    work();
    for (int i = 0; i < 8; ++i) { // eight half hours
        clock_.advance(30min);
        jobs::trigger_rescans(*queue_);
    }
    EXPECT_EQ(all().size(), 2U);
}

TEST_P(RescansTest, missed_slots_are_caught_up_once)
{
    add("birds");
    clock_.advance(3 * 24h); // nothing ran
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 1);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 0);
    work();
    clock_.advance(4h);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 1);
    EXPECT_EQ(all().size(), 2U);
}

TEST_P(RescansTest, a_niche_whose_scan_has_not_ended_waits_for_its_next_slot)
{
    add("birds");
    clock_.advance(4h);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 1);
    clock_.advance(4h);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 0);
    work();
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 0); // that slot is gone
    clock_.advance(4h);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 1);
}

/// What a crash between the slot's job and the niche's next slot would leave, if they were not one transaction.
TEST_P(RescansTest, a_slot_that_comes_again_makes_no_second_job)
{
    auto niche = add("birds");
    clock_.advance(4h);
    EXPECT_EQ(jobs::trigger_rescans(*queue_), 1);
    work();
    database_->transaction([&](store::Connection& connection) { store::update_niche(connection, niche); }); // as before
    jobs::trigger_rescans(*queue_);
    EXPECT_EQ(all().size(), 1U); // the key of the slot gave the job back that was there
}

TEST_P(RescansTest, several_processes_make_one_job_of_a_slot)
{
    for (int i = 0; i < 30; ++i) add("niche " + std::to_string(i));
    clock_.advance(4h);
    std::atomic<int> made = 0;
    {
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i) workers.emplace_back([&] { made += jobs::trigger_rescans(*queue_); });
    }
    EXPECT_EQ(made, 30);
    EXPECT_EQ(all().size(), 30U);
}

TEST_P(RescansTest, many_niches_are_spread_over_their_time)
{
    for (int i = 0; i < 120; ++i) add("niche " + std::to_string(i));
    int most = 0;
    int sum = 0;
    for (int i = 0; i < 16; ++i) {
        clock_.advance(15min);
        auto const now = jobs::trigger_rescans(*queue_);
        most = std::max(most, now);
        sum += now;
    }
    EXPECT_EQ(sum, 120);
    EXPECT_LE(most, 25);
}
