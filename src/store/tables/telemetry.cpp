#include "store/tables/telemetry.h"

namespace store {

QueueCounts count_queue(Connection& connection, base::Time now)
{
    QueueCounts out;
    auto const count = [&](std::string const& state) {
        return connection.query("SELECT count(*) FROM jobs WHERE state = '" + state + "'")[0].get<std::int64_t>(0);
    };
    out.queued = count("queued");
    out.running = count("running");
    out.waiting = count("waiting");
    auto const oldest = connection.query("SELECT MIN(run_at) FROM jobs WHERE state = 'queued' AND run_at <= $1", now);
    out.oldest_due = oldest[0].get<std::optional<base::Time>>(0);
    return out;
}

EndedCounts count_ended(Connection& connection, base::Time since)
{
    EndedCounts out;
    auto const rows = connection.query("SELECT state, count(*) FROM jobs WHERE finished_at IS NOT NULL AND parent_id "
                                       "IS NULL AND finished_at >= $1 GROUP BY state",
                                       since);
    for (auto const& row : rows) {
        auto const state = row.get<std::string>(0);
        auto const count = row.get<std::int64_t>(1);
        (state == "done" ? out.done : state == "failed" ? out.failed : out.cancelled) += count;
    }
    return out;
}

std::vector<std::string> results_of_clips(Connection& connection, base::Time since, int limit)
{
    // Ids are UUIDs of version 7: they begin with the milliseconds, so that the primary key sorts by time.
    auto const milliseconds = since.time_since_epoch().count();
    auto const first = fmt::format("{:08x}-{:04x}", milliseconds >> 16, milliseconds & 0xFFFF);
    std::vector<std::string> out;
    for (auto const& row : connection.query("SELECT result FROM clips WHERE id >= $1 AND state = 'rendered' ORDER BY "
                                            "id DESC LIMIT $2",
                                            first, limit))
        out.push_back(row.get<std::string>(0));
    return out;
}

SourceCounts count_sources(Connection& connection, base::Time now)
{
    auto const row = connection.query("SELECT count(*), "
                                      "COALESCE(SUM(CASE WHEN open_until > $1 OR paused_until > $1 THEN 1 ELSE 0 END), "
                                      "0), COALESCE(SUM(CASE WHEN failures > 0 THEN 1 ELSE 0 END), 0) FROM "
                                      "source_health",
                                      now);
    return {row[0].get<std::int64_t>(0), row[0].get<std::int64_t>(1), row[0].get<std::int64_t>(2)};
}

} // namespace store
