// How jobs change hands. Rows are locked from the top of a family to its leaves (an id is larger than its parent's), so
// that a parent that begins to wait, its children that end and a cancel from above cannot lock each other out.
#include "store/record.h"
#include "store/tables/jobs.h"
#include "store/tables/webhooks.h"

#include <algorithm>
#include <span>

namespace store {

static std::string const open_states = "('queued', 'running', 'waiting')";

std::vector<Job> claim_jobs(Connection& connection, ClaimRequest const& request)
{
    if (request.kinds.empty() || request.count < 1) return {};
    std::vector<Value> arguments{base::enum_text(request.pool), to_value(request.now), std::int64_t{request.count},
                                 request.worker, to_value(request.lease_until)};
    std::string kinds;
    for (auto const& kind : request.kinds) {
        arguments.emplace_back(kind);
        kinds += fmt::format("{}${}", kinds.empty() ? "" : ", ", arguments.size());
    }
    auto const sql = fmt::format(
        "WITH picked AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'queued' AND pool = $1 AND run_at <= $2 "
        "AND kind IN ({}) ORDER BY priority DESC, run_at, id LIMIT $3{}) "
        "UPDATE jobs SET state = 'running', reason_code = 'claimed', reason = 'a worker runs it', "
        "next_action = 'wait for it, or cancel it', token = token + 1, attempt = attempt + 1, worker = $4, "
        "lease_until = $5, progress = 0, stage = '', eta_seconds = NULL, "
        "started_at = COALESCE(started_at, $2), updated_at = $2 "
        "WHERE id IN (SELECT id FROM picked) RETURNING {}",
        kinds, connection.skip_locked(), columns<Job>());
    auto jobs = records<Job>(connection.run(sql, arguments));
    std::sort(jobs.begin(), jobs.end(), [](Job const& a, Job const& b) {
        return std::tuple(-a.priority, a.run_at, a.id) < std::tuple(-b.priority, b.run_at, b.id);
    });
    std::vector<std::string> ids;
    for (auto const& job : jobs) ids.push_back(job.id);
    add_job_events(connection, ids);
    return jobs;
}

Heartbeat extend_lease(Connection& connection, JobClaim const& claim, base::Time now, base::Time lease_until,
                       std::optional<JobProgress> const& progress)
{
    std::string const ours = "SELECT cancel_requested FROM jobs WHERE id = $1 AND token = $2 AND state = 'running'";
    auto const row = connection.query(ours + std::string(connection.skip_locked()), claim.id, claim.token);
    if (row.empty()) return {.held = !connection.query(ours, claim.id, claim.token).empty()};
    std::optional<double> done;
    std::optional<std::string> stage;
    std::optional<int> eta;
    if (progress) {
        done = progress->done;
        stage = progress->stage;
        eta = progress->eta_seconds;
    }
    connection.query("UPDATE jobs SET lease_until = $2, updated_at = $3, progress = COALESCE($4, progress), "
                     "stage = COALESCE($5, stage), eta_seconds = CASE WHEN $5 IS NULL THEN eta_seconds ELSE $6 END "
                     "WHERE id = $1",
                     claim.id, lease_until, now, done, stage, eta);
    return {.held = true, .extended = true, .cancel_requested = row[0].get<bool>(0)};
}

bool hold_claim(Connection& connection, JobClaim const& claim)
{
    auto const sql = fmt::format("SELECT id FROM jobs WHERE id = $1 AND token = $2 AND state = 'running'{}",
                                 connection.for_update());
    return !connection.query(sql, claim.id, claim.token).empty();
}

/// The one statement by which a job leaves a state; `condition` guards it. Returns false where it did not hold.
static bool leave_state(Connection& connection, std::string const& id, std::string const& condition, Value const& guard,
                        JobRelease const& release, base::Time now)
{
    auto const final = is_final(release.state);
    auto const changed = connection.query(
        "UPDATE jobs SET state = $3, reason_code = $4, reason = $5, next_action = $6, run_at = COALESCE($7, run_at), "
        "attempt = CASE WHEN attempt > 0 THEN attempt - $8 ELSE 0 END, result = COALESCE($9, result), "
        "lease_until = NULL, eta_seconds = NULL, progress = CASE WHEN $3 = 'done' THEN 1 ELSE progress END, "
        "finished_at = $10, updated_at = $11 WHERE id = $1 AND " +
            condition,
        id, guard, base::enum_text(release.state), release.reason.code, release.reason.text, release.reason.next_action,
        release.run_at, release.counts_as_attempt ? 0 : 1, release.result, final ? std::optional(now) : std::nullopt,
        now);
    if (changed.changes == 0) return false;
    add_job_event(connection, id);
    if (final) add_deliveries(connection, {id});
    return true;
}

static constexpr std::size_t ends_a_statement = 50;

static void finish_some(Connection& connection, std::span<JobEnd const> ends, base::Time now,
                        std::vector<JobClaim>& finished)
{
    std::vector<Value> arguments{to_value(now)};
    std::string rows;
    // The last is repeated, so that there is one text to prepare: an end that is written twice is written once.
    for (std::size_t i = 0; i < ends_a_statement; ++i) {
        auto const& end = ends[std::min(i, ends.size() - 1)];
        arguments.emplace_back(end.claim.id);
        arguments.emplace_back(end.claim.token);
        arguments.emplace_back(end.result);
        rows += fmt::format("{}(${}, CAST(${} AS BIGINT), ${})", rows.empty() ? "" : ", ", arguments.size() - 2,
                            arguments.size() - 1, arguments.size());
    }
    // state || '': or PostgreSQL takes the index of all that runs, and looks each row up in the list.
    auto const written = connection.run(
        fmt::format(
            "WITH ended(id, token, result) AS (VALUES {}) UPDATE jobs SET state = 'done', reason_code = 'done', "
            "reason = 'finished', next_action = 'nothing', result = ended.result, lease_until = NULL, "
            "eta_seconds = NULL, progress = 1, finished_at = $1, updated_at = $1 FROM ended WHERE jobs.id = ended.id "
            "AND jobs.token = ended.token AND jobs.state || '' = 'running' AND jobs.parent_id IS NULL RETURNING "
            "jobs.id, "
            "jobs.token",
            rows),
        arguments);
    for (auto const& row : written) finished.push_back({row.get<std::string>(0), row.get<std::int64_t>(1)});
}

std::vector<JobClaim> finish_jobs(Connection& connection, std::vector<JobEnd> const& ends, base::Time now)
{
    std::vector<JobClaim> finished;
    auto const all = std::span(ends);
    for (std::size_t from = 0; from < ends.size(); from += ends_a_statement)
        finish_some(connection, all.subspan(from, std::min(ends_a_statement, ends.size() - from)), now, finished);
    std::vector<std::string> ids;
    for (auto const& claim : finished) ids.push_back(claim.id);
    add_job_events(connection, ids);
    add_deliveries(connection, ids);
    return finished;
}

/// Puts a waiting job without open children back into the queue. Not counted as an attempt when a child's end did it.
static bool wake(Connection& connection, std::string const& id, base::Time now, bool counts_as_attempt = false)
{
    JobRelease const release{
        .state = JobState::Queued,
        .reason = {"children_ended", "all its children have ended", "nothing: it goes on by itself"},
        .run_at = now,
        .counts_as_attempt = counts_as_attempt};
    return leave_state(connection, id,
                       "state = $2 AND NOT EXISTS (SELECT 1 FROM jobs AS child WHERE child.parent_id = $1 AND "
                       "child.state IN " +
                           open_states + ")",
                       "waiting", release, now);
}

static std::vector<std::string> cancel_children(Connection& connection, std::string const& id, base::Time now)
{
    JobReason const reason{"parent_ended", "the job above it ended without it", "start the job above it again"};
    std::vector<std::string> to_stop;
    auto const children =
        connection.query("SELECT id FROM jobs WHERE parent_id = $1 AND state IN " + open_states + " ORDER BY id", id);
    for (auto const& child : children) {
        auto const below = cancel_job_tree(connection, child.get<std::string>(0), reason, now);
        to_stop.insert(to_stop.end(), below.begin(), below.end());
    }
    return to_stop;
}

ReleaseReport release_job(Connection& connection, JobClaim const& claim, JobRelease const& release, base::Time now)
{
    ReleaseReport report;
    auto const row = connection.query("SELECT parent_id FROM jobs WHERE id = $1", claim.id);
    if (row.empty()) return report;
    auto const parent = row[0].get<std::optional<std::string>>(0);
    auto const ends = is_final(release.state);
    if (ends && parent) lock_job(connection, *parent);
    report.written = leave_state(connection, claim.id, "token = $2 AND state = 'running'", claim.token, release, now);
    if (!report.written) return report;
    if (release.state == JobState::Waiting) {
        // A child may have ended since the job last looked. Waiting for nothing counts as an attempt, or a job that
        // always says so would run without end.
        auto const news = connection.query("SELECT count(*) FROM jobs WHERE parent_id = $1 AND finished_at >= $2",
                                           claim.id, release.claimed_at);
        report.parent_woken = wake(connection, claim.id, now, news[0].get<int>(0) == 0);
    }
    if (release.state == JobState::Failed || release.state == JobState::Cancelled)
        report.to_stop = cancel_children(connection, claim.id, now);
    if (ends && parent) report.parent_woken = wake(connection, *parent, now);
    return report;
}

/// What runs is asked to stop; what does not is cancelled. True for a running job.
static bool cancel_one(Connection& connection, std::string const& id, JobReason const& reason, base::Time now)
{
    auto const job = lock_job(connection, id);
    if (!job || is_final(job->state)) return false;
    if (job->state == JobState::Running) {
        connection.query("UPDATE jobs SET cancel_requested = 1, updated_at = $2 WHERE id = $1", id, now);
        return true;
    }
    leave_state(connection, id, "state = $2", base::enum_text(job->state),
                {.state = JobState::Cancelled, .reason = reason}, now);
    return false;
}

std::vector<std::string> cancel_job_tree(Connection& connection, std::string const& id, JobReason const& reason,
                                         base::Time now)
{
    auto const root = find_job(connection, id);
    if (!root) return {};
    if (root->parent_id) lock_job(connection, *root->parent_id);
    auto const tree = connection.query("WITH RECURSIVE tree(id) AS (SELECT id FROM jobs WHERE id = $1 UNION "
                                       "SELECT child.id FROM jobs AS child JOIN tree ON child.parent_id = tree.id) "
                                       "SELECT id FROM tree ORDER BY id LIMIT $2",
                                       id, tree_jobs_max);
    std::vector<std::string> to_stop;
    for (auto const& row : tree) {
        auto const each = row.get<std::string>(0);
        if (cancel_one(connection, each, reason, now)) to_stop.push_back(each);
    }
    if (root->parent_id) wake(connection, *root->parent_id, now);
    return to_stop;
}

bool retry_job(Connection& connection, std::string const& id, base::Time deadline_at, base::Time now)
{
    auto const changed = connection.query(
        "UPDATE jobs SET state = 'queued', reason_code = 'retried', reason = 'started again on request', "
        "next_action = 'nothing: it runs when a worker is free', attempt = 0, run_at = $3, deadline_at = $2, "
        "finished_at = NULL, cancel_requested = 0, progress = 0, stage = '', updated_at = $3 "
        "WHERE id = $1 AND state IN ('failed', 'cancelled')",
        id, deadline_at, now);
    if (changed.changes == 0) return false;
    add_job_event(connection, id);
    return true;
}

std::optional<base::Time> next_due(Connection& connection, base::Time after)
{
    auto const rows = connection.query("SELECT min(run_at) FROM jobs WHERE state = 'queued' AND run_at > $1", after);
    return rows[0].get<std::optional<base::Time>>(0);
}

std::vector<Job> expired_jobs(Connection& connection, base::Time now, int limit)
{
    auto const sql =
        fmt::format("SELECT {} FROM jobs WHERE state = 'running' AND lease_until < $1 ORDER BY id LIMIT $2{}",
                    columns<Job>(), connection.skip_locked());
    return records<Job>(connection.query(sql, now, limit));
}

void shorten_leases(Connection& connection, base::Time longest, base::Time lease_until, int limit)
{
    connection.query(
        fmt::format("WITH long AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'running' AND lease_until > $1 "
                    "ORDER BY id LIMIT $3{}) UPDATE jobs SET lease_until = $2 WHERE id IN (SELECT id FROM long)",
                    connection.skip_locked()),
        longest, lease_until, limit);
}

std::vector<Job> overdue_jobs(Connection& connection, base::Time now, int limit)
{
    auto const sql = fmt::format("SELECT {} FROM jobs WHERE state IN ('queued', 'waiting') AND deadline_at < $1 "
                                 "ORDER BY id LIMIT $2{}",
                                 columns<Job>(), connection.skip_locked());
    return records<Job>(connection.query(sql, now, limit));
}

std::vector<std::string> move_job(Connection& connection, Job const& job, JobRelease const& release, base::Time now)
{
    auto const moved = leave_state(connection, job.id, "state = $2", base::enum_text(job.state), release, now);
    auto const lost = release.state == JobState::Failed || release.state == JobState::Cancelled;
    return moved && lost ? cancel_children(connection, job.id, now) : std::vector<std::string>();
}

int wake_parents(Connection& connection, base::Time now, int limit)
{
    auto const sql =
        fmt::format("SELECT id FROM jobs WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM jobs AS child "
                    "WHERE child.parent_id = jobs.id AND child.state IN {}) ORDER BY id LIMIT $1{}",
                    open_states, connection.skip_locked());
    int woken = 0;
    for (auto const& row : connection.query(sql, limit))
        woken += wake(connection, row.get<std::string>(0), now) ? 1 : 0;
    return woken;
}

int prune_jobs(Connection& connection, base::Time ended_before, int limit)
{
    auto const sql = fmt::format(
        "WITH old AS MATERIALIZED (SELECT id FROM jobs WHERE finished_at < $1 AND parent_id IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM jobs AS child WHERE child.parent_id = jobs.id AND child.state IN {}) "
        "ORDER BY finished_at LIMIT $2{}) DELETE FROM jobs WHERE id IN (SELECT id FROM old)",
        open_states, connection.skip_locked());
    return static_cast<int>(connection.query(sql, ended_before, limit).changes);
}

} // namespace store
