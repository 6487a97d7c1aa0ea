#include "store/tables/schedules.h"

#include "store/record.h"

namespace store {

static std::string const& schedule_columns()
{
    static auto const text = columns<Schedule>();
    return text;
}

void insert_schedule(Connection& connection, Schedule const& schedule)
{
    insert_record(connection, "schedules", schedule);
}

std::optional<Schedule> find_schedule(Connection& connection, std::string const& id)
{
    return first_record<Schedule>(
        connection.query("SELECT " + schedule_columns() + " FROM schedules WHERE id = $1", id));
}

std::vector<Schedule> list_schedules(Connection& connection, ScheduleFilter const& filter)
{
    Where where(filter.limit, 201);
    where.add("owner_id =", filter.owner_id);
    if (!filter.cursor.empty()) where.add("id <", filter.cursor);
    return records<Schedule>(
        where.run(connection, "SELECT " + schedule_columns() + " FROM schedules", "ORDER BY id DESC"));
}

bool update_schedule(Connection& connection, Schedule const& schedule)
{
    return update_record(connection, "schedules", schedule);
}

bool remove_schedule(Connection& connection, std::string const& id)
{
    return connection.query("DELETE FROM schedules WHERE id = $1", id).changes == 1;
}

std::optional<base::Time> next_schedule_due(Connection& connection)
{
    auto const rows = connection.query("SELECT next_at FROM schedules WHERE paused = 0 ORDER BY next_at LIMIT 1");
    return rows.empty() ? std::nullopt : rows[0].get<std::optional<base::Time>>(0);
}

std::vector<Schedule> due_schedules(Connection& connection, base::Time now, int limit)
{
    return records<Schedule>(connection.query(
        fmt::format("SELECT {} FROM schedules WHERE paused = 0 AND next_at <= $1 ORDER BY next_at, id LIMIT $2{}",
                    schedule_columns(), connection.skip_locked()),
        now, limit));
}

} // namespace store
