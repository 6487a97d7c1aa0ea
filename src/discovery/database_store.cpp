#include "discovery/database_store.h"

#include "store/tables/sources.h"

namespace discovery {

using store::Connection;

namespace {

/// Raised to take back what was charged before.
struct Short {
    Charge charge;
};

std::optional<std::string> text_of(std::optional<SourceCode> code)
{
    return code ? std::optional(base::enum_text(*code)) : std::nullopt;
}

std::optional<SourceCode> code_of(std::optional<std::string> const& text)
{
    return text ? std::optional(base::enum_value<SourceCode>(*text, "code")) : std::nullopt;
}

} // namespace

store::Database& DatabaseSourceStore::database()
{
    std::scoped_lock const lock(mutex_);
    return database_();
}

std::optional<Charge> DatabaseSourceStore::charge(std::string const& source, std::vector<Charge> const& charges)
{
    try {
        database().transaction([&](Connection& connection) {
            for (auto const& one : charges)
                if (!store::charge_source_quota(connection, source, one.quota, one.period, one.cost, one.units))
                    throw Short{one};
        });
    } catch (Short const& lacking) {
        return lacking.charge;
    }
    return std::nullopt;
}

std::int64_t DatabaseSourceStore::used(std::string const& source, std::string const& quota, base::Time period)
{
    return database().read(
        [&](Connection& connection) { return store::source_quota_used(connection, source, quota, period); });
}

std::optional<SourceHealth> DatabaseSourceStore::health(std::string const& source)
{
    auto const row =
        database().read([&](Connection& connection) { return store::find_source_health(connection, source); });
    if (!row) return std::nullopt;
    return SourceHealth{row->source,        row->endpoint, row->failures, row->open_until, row->paused_until,
                        code_of(row->code), row->reason,   row->last_ok,  row->updated_at};
}

void DatabaseSourceStore::save(SourceHealth const& health, HealthRecord const& record)
{
    database().transaction([&](Connection& connection) {
        store::save_source_health(connection, {health.source, health.endpoint, health.failures, health.open_until,
                                               health.paused_until, text_of(health.code),
                                               base::clean_utf8(health.reason), health.last_ok, health.updated_at});
        store::add_source_history(connection,
                                  {record.source, record.at, base::enum_text(record.status), text_of(record.code),
                                   record.took_ms, record.count},
                                  static_cast<std::int64_t>(history_max));
    });
}

std::vector<HealthRecord> DatabaseSourceStore::history(std::string const& source, std::size_t limit)
{
    auto const rows = database().read([&](Connection& connection) {
        return store::source_history(connection, source, static_cast<std::int64_t>(limit));
    });
    std::vector<HealthRecord> out;
    for (auto const& row : rows)
        out.push_back({row.source, row.at, base::enum_value<SourceStatus>(row.status, "status"), code_of(row.code),
                       row.took_ms, row.count});
    return out;
}

std::optional<CachedAnswer> DatabaseSourceStore::cached(std::string const& key)
{
    auto const row =
        database().read([&](Connection& connection) { return store::find_source_answer(connection, key); });
    if (!row) return std::nullopt;
    return CachedAnswer{row->body, row->content_type, row->etag, row->last_modified, row->expires_at};
}

void DatabaseSourceStore::keep(std::string const& key, CachedAnswer const& answer)
{
    if (answer.body.size() > cached_answer_bytes_max || !base::is_utf8(answer.body)) return;
    database().transaction([&](Connection& connection) {
        store::keep_source_answer(connection,
                                  {key, answer.body, static_cast<std::int64_t>(answer.body.size()), answer.content_type,
                                   answer.etag, answer.last_modified, answer.expires_at, clock_.now()},
                                  static_cast<std::int64_t>(cache_answers_max),
                                  static_cast<std::int64_t>(cache_bytes_max));
    });
}

} // namespace discovery
