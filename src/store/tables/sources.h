#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `source_health`; the code is a name of discovery's.
struct SourceHealthRow {
    std::string source;
    std::string endpoint;
    std::int64_t failures = 0;
    std::optional<base::Time> open_until;
    std::optional<base::Time> paused_until;
    std::optional<std::string> code;
    std::string reason;
    std::optional<base::Time> last_ok;
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(SourceHealthRow, (),
                      (source, endpoint, failures, open_until, paused_until, code, reason, last_ok, updated_at))

/// One row of `source_history`.
struct SourceHistoryRow {
    std::string source;
    base::Time at{};
    std::string status;
    std::optional<std::string> code;
    std::int64_t took_ms = 0;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(SourceHistoryRow, (), (source, at, status, code, took_ms, count))

/// One row of `source_cache`.
struct SourceCacheRow {
    std::string key;
    std::string body;
    std::int64_t bytes = 0;
    std::string content_type;
    std::string etag;
    std::string last_modified;
    base::Time expires_at{};
    base::Time kept_at{};
};
BOOST_DESCRIBE_STRUCT(SourceCacheRow, (), (key, body, bytes, content_type, etag, last_modified, expires_at, kept_at))

std::int64_t source_quota_used(Connection& connection, std::string const& source, std::string const& quota,
                               base::Time period);
/// Adds to what is used, unless it would pass the budget; false then. Periods before this one are forgotten.
bool charge_source_quota(Connection& connection, std::string const& source, std::string const& quota, base::Time period,
                         std::int64_t cost, std::int64_t units);

std::optional<SourceHealthRow> find_source_health(Connection& connection, std::string const& source);
void save_source_health(Connection& connection, SourceHealthRow const& row);
/// Keeps the newest `rows_max` of the source. A second row of the same millisecond is left out.
void add_source_history(Connection& connection, SourceHistoryRow const& row, std::int64_t rows_max);
/// The newest first.
std::vector<SourceHistoryRow> source_history(Connection& connection, std::string const& source, std::int64_t limit);

std::optional<SourceCacheRow> find_source_answer(Connection& connection, std::string const& key);
/// The oldest go where there are more than so many rows or bytes.
void keep_source_answer(Connection& connection, SourceCacheRow const& row, std::int64_t rows_max,
                        std::int64_t bytes_max);

} // namespace store
