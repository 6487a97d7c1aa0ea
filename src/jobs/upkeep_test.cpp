#include "jobs/upkeep.h"

#include "bus/memory_bus.h"
#include "database_case.h"

using namespace std::chrono_literals;

class UpkeepTest : public test::DatabaseCase {};
ON_BOTH_DATABASES(UpkeepTest);

TEST_P(UpkeepTest, comes_once_a_day_whatever_the_number_of_machines)
{
    auto const database = new_database();
    bus::MemoryBus bus;
    jobs::Queue queue({*database, bus, clock_, ids_}, {{.name = "upkeep", .help = ""}});
    auto const one = jobs::daily_upkeep("ada");
    auto const other = jobs::daily_upkeep("ada");
    auto const all = [&] {
        one(queue);
        other(queue);
        one(queue);
        return queue.list({.owner_id = "ada"}).items.size();
    };
    EXPECT_EQ(all(), 1U);
    clock_.advance(13h);
    EXPECT_EQ(all(), 1U);
    clock_.advance(2h); // another day in UTC
    EXPECT_EQ(all(), 2U);
}
