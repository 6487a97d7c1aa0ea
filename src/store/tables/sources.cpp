#include "store/tables/sources.h"

#include "store/record.h"

namespace store {

std::int64_t source_quota_used(Connection& connection, std::string const& source, std::string const& quota,
                               base::Time period)
{
    auto const rows = connection.query("SELECT used FROM source_quota WHERE source = $1 AND quota = $2 AND period = $3",
                                       source, quota, period);
    return rows.empty() ? 0 : rows[0].get<std::int64_t>(0);
}

bool charge_source_quota(Connection& connection, std::string const& source, std::string const& quota, base::Time period,
                         std::int64_t cost, std::int64_t units)
{
    connection.query("DELETE FROM source_quota WHERE source = $1 AND quota = $2 AND period < $3", source, quota,
                     period);
    connection.query("INSERT INTO source_quota(source, quota, period, used) VALUES($1, $2, $3, 0) "
                     "ON CONFLICT (source, quota, period) DO NOTHING",
                     source, quota, period);
    return connection
               .query("UPDATE source_quota SET used = used + $4 WHERE source = $1 AND quota = $2 AND period = $3 "
                      "AND used + $4 <= $5",
                      source, quota, period, cost, units)
               .changes == 1;
}

std::optional<SourceHealthRow> find_source_health(Connection& connection, std::string const& source)
{
    return first_record<SourceHealthRow>(
        connection.query("SELECT " + columns<SourceHealthRow>() + " FROM source_health WHERE source = $1", source));
}

void save_source_health(Connection& connection, SourceHealthRow const& row)
{
    insert_record(connection, "source_health", row,
                  " ON CONFLICT (source) DO UPDATE SET endpoint = excluded.endpoint, failures = excluded.failures, "
                  "open_until = excluded.open_until, paused_until = excluded.paused_until, code = excluded.code, "
                  "reason = excluded.reason, last_ok = excluded.last_ok, updated_at = excluded.updated_at");
}

void add_source_history(Connection& connection, SourceHistoryRow const& row, std::int64_t rows_max)
{
    insert_record(connection, "source_history", row, " ON CONFLICT (source, at) DO NOTHING");
    connection.query("DELETE FROM source_history WHERE source = $1 AND at < "
                     "(SELECT MIN(at) FROM (SELECT at FROM source_history WHERE source = $1 "
                     "ORDER BY at DESC LIMIT $2) newest)",
                     row.source, rows_max);
}

std::vector<SourceHistoryRow> source_history(Connection& connection, std::string const& source, std::int64_t limit)
{
    return records<SourceHistoryRow>(connection.query(
        "SELECT " + columns<SourceHistoryRow>() + " FROM source_history WHERE source = $1 ORDER BY at DESC LIMIT $2",
        source, limit));
}

std::optional<SourceCacheRow> find_source_answer(Connection& connection, std::string const& key)
{
    return first_record<SourceCacheRow>(
        connection.query("SELECT " + columns<SourceCacheRow>() + " FROM source_cache WHERE key = $1", key));
}

void keep_source_answer(Connection& connection, SourceCacheRow const& row, std::int64_t rows_max,
                        std::int64_t bytes_max)
{
    connection.query("DELETE FROM source_cache WHERE key = $1", row.key);
    insert_record(connection, "source_cache", row);
    for (;;) {
        auto const sums =
            connection.query("SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM source_cache");
        auto const bytes = sums[0].get<std::int64_t>(1);
        if (sums[0].get<std::int64_t>(0) <= rows_max && bytes <= bytes_max) return;
        auto const gone =
            connection.query("DELETE FROM source_cache WHERE key IN "
                             "(SELECT key FROM source_cache WHERE key <> $1 ORDER BY kept_at, key LIMIT 16)",
                             row.key);
        if (gone.changes == 0) return; // one row alone may pass the limit
    }
}

} // namespace store
