#pragma once
// The jobs of the crash test, known to the driver that runs them and the test that enqueues them.
#include "jobs/job.h"
#include "world.h"

namespace crash {

/// How long an act may take from its intent on. Whoever comes after waits that long before asking what happened.
inline constexpr base::Milliseconds act_window{300};

inline char const* const tables = "CREATE TABLE effects (job_id TEXT NOT NULL, token BIGINT NOT NULL);"
                                  "CREATE TABLE intents (job_id TEXT PRIMARY KEY, act_before BIGINT NOT NULL, "
                                  "outcome BIGINT NOT NULL)";

inline void dawdle(jobs::JobContext& context, base::Random& random)
{
    // Not to wait for something: to give a killer time to hit.
    std::ignore = context.stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(2 + random.bits() % 12));
}

inline jobs::Done with_effect(jobs::Job const& job)
{
    return {"{}", [id = job.id, token = job.token](store::Connection& connection) {
                connection.query("INSERT INTO effects(job_id, token) VALUES($1, $2)", id, token);
            }};
}

/// Writes the intent unless one stands there; tells until when to act, or nothing where the act has an outcome.
struct Intent {
    bool is_new = false;
    bool has_outcome = false;
    base::Time act_before{};
};
inline Intent write_intent(jobs::JobContext& context, bool renew)
{
    Intent intent;
    auto const id = context.job().id;
    context.transaction([&](store::Connection& connection) {
        auto const rows = connection.query("SELECT act_before, outcome FROM intents WHERE job_id = $1", id);
        intent = {rows.empty() || renew, !rows.empty() && rows[0].get<bool>(1), context.now() + act_window};
        if (rows.empty())
            connection.query("INSERT INTO intents(job_id, act_before, outcome) VALUES($1, $2, 0)", id,
                             intent.act_before);
        else if (renew)
            connection.query("UPDATE intents SET act_before = $2 WHERE job_id = $1", id, intent.act_before);
        else
            intent.act_before = rows[0].get<base::Time>(0);
    });
    return intent;
}

/// An act outside and a row inside, each exactly once, whatever is killed in between.
inline jobs::JobOutcome act_once(jobs::JobContext& context, World const& world, base::Random& random)
{
    auto const id = context.job().id;
    auto intent = write_intent(context, false);
    dawdle(context, random);
    auto done = intent.has_outcome;
    if (!done && !intent.is_new) {
        if (context.now() < intent.act_before) return jobs::Again{intent.act_before, "the one before may still act"};
        done = world.ask(id);
        if (!done) intent = write_intent(context, true);
    }
    if (!done && !world.act(id, intent.act_before)) base::fail(base::ErrorCode::Timeout, "too late to act");
    dawdle(context, random);
    context.transaction([&](store::Connection& connection) {
        connection.query("UPDATE intents SET outcome = 1 WHERE job_id = $1", id);
    });
    dawdle(context, random);
    return with_effect(context.job());
}

inline jobs::JobOutcome family(jobs::JobContext& context)
{
    context.spawn("act", "{}", "first");
    context.spawn("act", "{}", "second");
    for (auto const& child : context.children())
        if (!store::is_final(child.state)) return jobs::Waiting{"its children work"};
    return with_effect(context.job());
}

inline std::vector<jobs::JobType> types(World const& world, base::Random& random)
{
    jobs::JobType act{.name = "act", .help = "", .attempts_max = 100};
    act.run = [&](jobs::JobContext& context) { return act_once(context, world, random); };
    jobs::JobType parent{.name = "family", .help = "", .pool = jobs::JobPool::Compute, .attempts_max = 100};
    parent.run = family;
    return {act, parent};
}

} // namespace crash
