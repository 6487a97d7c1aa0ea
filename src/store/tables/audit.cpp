#include "store/tables/audit.h"

#include "base/hash.h"
#include "store/record.h"

namespace store {

/// Each field with its length, so that no two rows give the same text.
std::string audit_hash(AuditRow const& row)
{
    std::string text;
    auto const add = [&](std::string_view field) { text += fmt::format("{}:{},", field.size(), field); };
    add(std::to_string(row.sequence));
    add(std::to_string(row.at.time_since_epoch().count()));
    for (auto const* field :
         {&row.actor_id, &row.actor_name, &row.actor_kind, &row.remote, &row.request_id, &row.action, &row.target_kind,
          &row.target_id, &row.owner_id, &row.details, &row.previous})
        add(*field);
    return base::sha256(text);
}

static AuditHead read_head(Connection& connection, std::string_view suffix)
{
    auto const rows = connection.query("SELECT sequence, hash FROM audit_head WHERE one = 1" + std::string(suffix));
    if (rows.empty()) throw DatabaseError(Fault::Damaged, "the head of the audit log is gone");
    return {rows[0].get<std::int64_t>(0), rows[0].get<std::string>(1)};
}

AuditHead audit_head(Connection& connection) { return read_head(connection, ""); }

void append_audit(Connection& connection, AuditRow row)
{
    auto const head = read_head(connection, connection.for_update());
    row.sequence = head.sequence + 1;
    row.previous = head.hash;
    row.hash = audit_hash(row);
    insert_record(connection, "audit_log", row);
    connection.query("UPDATE audit_head SET sequence = $1, hash = $2 WHERE one = 1", row.sequence, row.hash);
}

std::vector<AuditRow> list_audit(Connection& connection, AuditFilter const& filter)
{
    Where where(filter.limit, audit_limit_max + 1);
    if (!filter.actor_id.empty()) where.add("actor_id =", filter.actor_id);
    if (!filter.target_id.empty()) where.add("target_id =", filter.target_id);
    if (!filter.action.empty()) where.add("action =", filter.action);
    if (filter.before > 0) where.add("sequence <", filter.before);
    return records<AuditRow>(
        where.run(connection, "SELECT " + columns<AuditRow>() + " FROM audit_log", "ORDER BY sequence DESC"));
}

std::vector<AuditRow> audit_after(Connection& connection, std::int64_t sequence, int limit)
{
    return records<AuditRow>(connection.query("SELECT " + columns<AuditRow>() +
                                                  " FROM audit_log WHERE sequence > $1 ORDER BY sequence LIMIT $2",
                                              sequence, limit));
}

} // namespace store
