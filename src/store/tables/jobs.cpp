#include "store/tables/jobs.h"

#include "store/record.h"

#include <algorithm>
#include <span>

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

static constexpr std::size_t events_a_statement = 100;

/// "$1, $2" for as many as there are; the rest of a shorter list repeats its last id, so that few texts are prepared.
static std::string id_list(std::vector<Value>& arguments, std::span<std::string const> ids)
{
    auto const size = ids.size() == 1 ? 1U : ids.size() <= 10 ? 10U : events_a_statement;
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        arguments.emplace_back(ids[std::min(i, ids.size() - 1)]);
        text += fmt::format("{}${}", text.empty() ? "" : ", ", arguments.size());
    }
    return text;
}

static void add_some_events(Connection& connection, std::span<std::string const> ids)
{
    std::vector<Value> arguments;
    auto const list = id_list(arguments, ids);
    auto const rows = connection.run(
        fmt::format(
            "INSERT INTO job_events(job_id, sequence, owner_id, state, reason_code, reason, next_action, attempt, "
            "token, worker, created_at, updated_at) SELECT id, "
            "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM job_events WHERE job_id = jobs.id), owner_id, state, "
            "reason_code, reason, next_action, attempt, token, worker, updated_at, updated_at FROM jobs "
            "WHERE id IN ({}) RETURNING job_id, sequence",
            list),
        arguments);
    for (auto const& row : rows)
        if (auto const surplus = row.get<std::int64_t>(1) - events_per_job_max; surplus > 0)
            connection.query("DELETE FROM job_events WHERE job_id = $1 AND sequence <= $2", row.get<std::string>(0),
                             surplus);
}

void add_job_events(Connection& connection, std::vector<std::string> const& ids)
{
    auto const all = std::span(ids);
    for (std::size_t from = 0; from < ids.size(); from += events_a_statement)
        add_some_events(connection, all.subspan(from, std::min(events_a_statement, ids.size() - from)));
}

void add_job_event(Connection& connection, std::string const& id) { add_some_events(connection, std::span(&id, 1)); }

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

static constexpr std::size_t jobs_a_statement = 50;

void insert_jobs(Connection& connection, std::vector<Job> const& jobs)
{
    std::vector<std::string> ids;
    for (std::size_t from = 0; from < jobs.size(); from += jobs_a_statement) {
        auto const end = std::min(from + jobs_a_statement, jobs.size());
        std::vector<Value> arguments;
        std::string rows;
        for (auto i = from; i < end; ++i) {
            std::string row;
            for (auto& value : values(jobs[i])) {
                arguments.push_back(std::move(value));
                row += fmt::format("{}${}", row.empty() ? "" : ", ", arguments.size());
            }
            rows += (rows.empty() ? "(" : ", (") + row + ")";
            ids.push_back(jobs[i].id);
        }
        connection.run("INSERT INTO jobs(" + job_columns() + ") VALUES " + rows, arguments);
    }
    add_job_events(connection, ids);
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
    if (filter.exhausted) where.add_text("attempt >= attempts_max");
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
