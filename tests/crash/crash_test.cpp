// Workers are killed at random moments, or frozen beyond their lease; afterwards every job has ended with its reason,
// every row of an effect is there once and every act outside was done once.
#include "crash_case.h"

static constexpr int kills_wanted = 100;
static bool const durable_server = test::PostgresServer::durable = true;

class CrashTest : public crash::CrashCase {};
ON_BOTH_DATABASES(CrashTest);

TEST_P(CrashTest, killed_workers_lose_no_job_and_do_nothing_twice)
{
    feed();
    for (auto& worker : workers_) start(worker);
    while (figures_.kills < kills_wanted && !HasFatalFailure()) kill_one();
    finish();
    check_jobs();
    report(kills_wanted);
}
