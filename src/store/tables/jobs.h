#pragma once
#include "base/json.h"
#include "store/database.h"
#include "store/record.h"

/// The queue: every job is a row, and the row is the truth. A worker writes only with the token it claimed.
namespace store {

enum class JobState { Queued, Running, Waiting, Done, Failed, Cancelled };
BOOST_DESCRIBE_ENUM(JobState, Queued, Running, Waiting, Done, Failed, Cancelled)

/// Which threads a job runs on: those that wait for others, or those that keep a processor busy.
enum class JobPool { Network, Compute };
BOOST_DESCRIBE_ENUM(JobPool, Network, Compute)

/// One row of `jobs`.
struct Job {
    std::string id; ///< UUID version 7: sorts by creation
    std::string owner_id;
    std::string kind;
    JobPool pool = JobPool::Network;
    std::string payload = "{}"; ///< JSON
    JobState state = JobState::Queued;
    std::string reason_code; ///< why it is in this state: "new", "claimed", "lease_expired", "upstream" ...
    std::string reason;      ///< the same for people
    std::string next_action;
    int priority = 0; ///< higher first
    int attempt = 0;  ///< the one that runs or ran last
    int attempts_max = 5;
    base::Time run_at{}; ///< not before
    std::optional<base::Time> deadline_at;
    std::optional<base::Time> lease_until; ///< while running
    std::int64_t token = 0;                ///< fencing: grows with each claim
    std::string worker;
    double progress = 0; ///< 0..1
    std::string stage;
    std::optional<int> eta_seconds;
    std::optional<std::string> parent_id;
    std::optional<std::string> idempotency_key; ///< unique for its owner
    bool cancel_requested = false;
    std::optional<std::string> result; ///< JSON, once done
    base::Time created_at{};
    base::Time updated_at{};
    std::optional<base::Time> started_at; ///< of the first attempt
    std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (id, owner_id, kind, pool, payload, state, reason_code, reason, next_action, priority, attempt,
                       attempts_max, run_at, deadline_at, lease_until, token, worker, progress, stage, eta_seconds,
                       parent_id, idempotency_key, cancel_requested, result, created_at, updated_at, started_at,
                       finished_at))

/// One row of `job_events`: a change of state as it happened.
struct JobEvent {
    std::string job_id;
    std::int64_t sequence = 0; ///< 1, 2, 3 within the job
    std::string owner_id;
    JobState state = JobState::Queued;
    std::string reason_code;
    std::string reason;
    std::string next_action;
    int attempt = 0;
    std::int64_t token = 0;
    std::string worker;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(JobEvent, (),
                      (job_id, sequence, owner_id, state, reason_code, reason, next_action, attempt, token, worker,
                       created_at, updated_at))

/// The words that go with a change of state.
struct JobReason {
    std::string code;
    std::string text;
    std::string next_action;
};

struct JobFilter {
    std::optional<std::string> owner_id;
    std::vector<JobState> states; ///< none: all
    std::optional<std::string> kind;
    std::optional<std::string> parent_id;
    bool exhausted = false; ///< only those whose attempts are all used
    std::string cursor;     ///< the next_cursor of the page before; "" begins with the newest
    int limit = 50;         ///< 1..200
};

struct JobPage {
    std::vector<Job> items;
    std::optional<std::string> next_cursor;
};

struct JobCount {
    JobState state = JobState::Queued;
    JobPool pool = JobPool::Network;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(JobCount, (), (state, pool, count))

/// The newest of a job's history that are kept.
inline constexpr std::int64_t events_per_job_max = 1'000;
/// The jobs that one cancel reaches.
inline constexpr std::size_t tree_jobs_max = 10'000;

bool is_final(JobState state);

/// Puts the row's present state into its history; part of every function below that changes a state.
void add_job_event(Connection& connection, std::string const& id);
/// The same for several, in as few statements as it takes.
void add_job_events(Connection& connection, std::vector<std::string> const& ids);

/// Inserts with its first event; an idempotency key that is there already gives back the job that has it.
/// `second` is true for a new one.
std::pair<Job, bool> insert_job(Connection& connection, Job const& job);
/// New jobs without keys, in as few statements as it takes.
void insert_jobs(Connection& connection, std::vector<Job> const& jobs);
std::optional<Job> find_job(Connection& connection, std::string const& id);
/// The same, and nobody else changes the row before this transaction ends.
std::optional<Job> lock_job(Connection& connection, std::string const& id);
JobPage list_jobs(Connection& connection, JobFilter const& filter);

/// The same with only the columns that T has members for.
template <class T> struct JobPageOf {
    std::vector<T> items;
    std::optional<std::string> next_cursor;
};
Where where_of(JobFilter const& filter);
template <class T> JobPageOf<T> list_jobs_as(Connection& connection, JobFilter const& filter)
{
    static auto const what = "SELECT " + columns<T>() + " FROM jobs";
    JobPageOf<T> page{where_of(filter).select<T>(connection, what, "ORDER BY id DESC"), {}};
    if (page.items.size() <= static_cast<std::size_t>(filter.limit)) return page;
    page.items.pop_back();
    page.next_cursor = page.items.back().id;
    return page;
}
/// Children in the order of their creation.
std::vector<Job> list_children(Connection& connection, std::string const& parent_id);
std::vector<JobEvent> list_job_events(Connection& connection, std::string const& job_id);
std::vector<JobCount> count_jobs(Connection& connection);

struct ClaimRequest {
    std::vector<std::string> kinds;
    JobPool pool = JobPool::Network;
    int count = 1;
    std::string worker;
    base::Time now{};
    base::Time lease_until{};
};
/// Takes up to `count` due jobs in order of priority and time; they are running with a new token afterwards.
std::vector<Job> claim_jobs(Connection& connection, ClaimRequest const& request);

/// When the first of the queued jobs may run, of those that may not run before or at `after`.
std::optional<base::Time> next_due(Connection& connection, base::Time after = {});

/// What a worker holds: its writes name both, and touch nothing once the token is old.
struct JobClaim {
    std::string id;
    std::int64_t token = 0;
    auto operator<=>(JobClaim const&) const = default;
};

struct JobProgress {
    double done = 0;
    std::string stage;
    std::optional<int> eta_seconds;
    bool operator==(JobProgress const&) const = default;
};

struct Heartbeat {
    bool held = false;     ///< false: another worker has it, or it ended
    bool extended = false; ///< false as well where somebody writes the row just now: the next heartbeat will do it
    bool cancel_requested = false;
};
/// Waits for nobody, so that one slow transaction does not cost all the other leases of a worker.
Heartbeat extend_lease(Connection& connection, JobClaim const& claim, base::Time now, base::Time lease_until,
                       std::optional<JobProgress> const& progress);
/// Locks the row for this transaction; false once the claim is lost.
bool hold_claim(Connection& connection, JobClaim const& claim);

/// How a running job leaves its worker.
struct JobRelease {
    JobState state = JobState::Done; ///< Queued, Waiting, Done, Failed or Cancelled
    JobReason reason;
    std::optional<base::Time> run_at;  ///< for Queued
    bool counts_as_attempt = true;     ///< false gives the attempt back
    std::optional<std::string> result; ///< for Done
    base::Time claimed_at{};           ///< for Waiting: a child that ended since then is a reason to run again at once
};
struct ReleaseReport {
    bool written = false;             ///< false: the claim was lost, and nothing was changed
    bool parent_woken = false;        ///< this was the last open child of a job that waits, or of itself
    std::vector<std::string> to_stop; ///< running jobs below, which have been asked to end
};
/// Writes the end of an attempt. Wakes a parent whose last child this was; cancels what hangs on a job that failed or
/// was cancelled.
/// A job that is done, of no family: what the batch below can write.
struct JobEnd {
    JobClaim claim;
    std::string result;
};
/// Ends many jobs at once, as release_job() with Done would; gives back the claims that still held.
std::vector<JobClaim> finish_jobs(Connection& connection, std::vector<JobEnd> const& ends, base::Time now);

ReleaseReport release_job(Connection& connection, JobClaim const& claim, JobRelease const& release, base::Time now);

/// Ends everything below and including this job: what does not run is cancelled at once, what runs is asked to stop.
/// Gives back the ids of running jobs.
std::vector<std::string> cancel_job_tree(Connection& connection, std::string const& id, JobReason const& reason,
                                         base::Time now);
/// A failed or cancelled job starts again with all its attempts; false in any other state.
bool retry_job(Connection& connection, std::string const& id, base::Time deadline_at, base::Time now);

/// Running jobs whose lease ended before `now`, at most `limit`; locked for this transaction.
std::vector<Job> expired_jobs(Connection& connection, base::Time now, int limit);
/// Leases that end after `longest` end at `lease_until` from now on; of at most `limit` jobs.
void shorten_leases(Connection& connection, base::Time longest, base::Time lease_until, int limit);
/// Queued or waiting jobs whose deadline passed, at most `limit`; locked for this transaction.
std::vector<Job> overdue_jobs(Connection& connection, base::Time now, int limit);
/// Writes a change of state for a job that no worker holds (locked before, as above). Gives back the ids of running
/// jobs below that were asked to end with it.
std::vector<std::string> move_job(Connection& connection, Job const& job, JobRelease const& release, base::Time now);
/// Waiting jobs without an open child go back to the queue; the net under release_job.
int wake_parents(Connection& connection, base::Time now, int limit);
/// Deletes families whose topmost job ended before `ended_before`, with their history, at most `limit` of them. Their
/// idempotency keys are free again.
int prune_jobs(Connection& connection, base::Time ended_before, int limit);

} // namespace store
