#include "store/tables/jobs.h"

#include "store/record.h"

namespace store {

static std::string const& job_columns()
{
    static auto const text = columns<Job>();
    return text;
}

bool is_final(JobState state)
{
    return state == JobState::Done || state == JobState::Failed || state == JobState::Cancelled;
}

void add_job_event(Connection& connection, std::string const& id)
{
    auto const rows = connection.query(
        "INSERT INTO job_events(job_id, sequence, owner_id, state, reason_code, reason, next_action, attempt, token, "
        "worker, created_at, updated_at) SELECT id, "
        "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM job_events WHERE job_id = $1), owner_id, state, reason_code, "
        "reason, next_action, attempt, token, worker, updated_at, updated_at FROM jobs WHERE id = $1 RETURNING "
        "sequence",
        id);
    if (rows.empty()) return;
    auto const surplus = rows[0].get<std::int64_t>(0) - events_per_job_max;
    if (surplus > 0) connection.query("DELETE FROM job_events WHERE job_id = $1 AND sequence <= $2", id, surplus);
}

std::pair<Job, bool> insert_job(Connection& connection, Job const& job)
{
    auto const inserted = insert_record(connection, "jobs", job, " ON CONFLICT (owner_id, idempotency_key) DO NOTHING");
    if (inserted.changes == 1) {
        add_job_event(connection, job.id);
        return {job, true};
    }
    auto const there = first_record<Job>(connection.query("SELECT " + job_columns() +
                                                              " FROM jobs WHERE owner_id = $1 AND "
                                                              "idempotency_key = $2",
                                                          job.owner_id, job.idempotency_key));
    if (!there) base::fail(base::ErrorCode::Conflict, "job {} could not be inserted", job.id);
    return {*there, false};
}

std::optional<Job> find_job(Connection& connection, std::string const& id)
{
    return first_record<Job>(connection.query("SELECT " + job_columns() + " FROM jobs WHERE id = $1", id));
}

std::optional<Job> lock_job(Connection& connection, std::string const& id)
{
    return first_record<Job>(connection.query(
        fmt::format("SELECT {} FROM jobs WHERE id = $1{}", job_columns(), connection.for_update()), id));
}

Where where_of(JobFilter const& filter)
{
    if (filter.limit < 1 || filter.limit > 200)
        base::fail(base::ErrorCode::InvalidInput, "limit: {} is outside [1, 200]", filter.limit);
    Where where(filter.limit + 1, 201); // one more tells whether there is a next page
    if (filter.owner_id) where.add("owner_id =", *filter.owner_id);
    if (filter.kind) where.add("kind =", *filter.kind);
    if (filter.parent_id) where.add("parent_id =", *filter.parent_id);
    if (!filter.cursor.empty()) where.add("id <", filter.cursor);
    std::string states;
    for (auto const state : filter.states)
        states += fmt::format("{}'{}'", states.empty() ? "" : ", ", base::enum_text(state));
    if (!states.empty()) where.add_text("state IN (" + states + ")");
    return where;
}

JobPage list_jobs(Connection& connection, JobFilter const& filter)
{
    auto page = list_jobs_as<Job>(connection, filter);
    return {std::move(page.items), std::move(page.next_cursor)};
}

std::vector<Job> list_children(Connection& connection, std::string const& parent_id)
{
    return records<Job>(
        connection.query("SELECT " + job_columns() + " FROM jobs WHERE parent_id = $1 ORDER BY id", parent_id));
}

std::vector<JobEvent> list_job_events(Connection& connection, std::string const& job_id)
{
    return records<JobEvent>(connection.query(
        "SELECT " + columns<JobEvent>() + " FROM job_events WHERE job_id = $1 ORDER BY sequence", job_id));
}

std::vector<JobCount> count_jobs(Connection& connection)
{
    return records<JobCount>(
        connection.query("SELECT state, pool, count(*) FROM jobs GROUP BY state, pool ORDER BY state, pool"));
}

} // namespace store
