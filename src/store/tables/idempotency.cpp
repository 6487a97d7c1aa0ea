#include "store/tables/idempotency.h"

#include "store/record.h"

namespace store {

std::optional<IdempotencyKey> begin_idempotent(Connection& connection, IdempotencyKey const& row)
{
    if (insert_record(connection, "idempotency_keys", row, " ON CONFLICT DO NOTHING").changes == 1) return std::nullopt;
    return first_record<IdempotencyKey>(
        connection.query(fmt::format("SELECT {} FROM idempotency_keys WHERE owner_id = $1 AND key = $2{}",
                                     columns<IdempotencyKey>(), connection.for_update()),
                         row.owner_id, row.key));
}

void end_idempotent(Connection& connection, IdempotencyKey const& row)
{
    connection.query("UPDATE idempotency_keys SET status = $3, answer = $4, created_at = $5"
                     " WHERE owner_id = $1 AND key = $2",
                     row.owner_id, row.key, row.status, row.answer, row.created_at);
}

void forget_idempotent(Connection& connection, std::string const& owner_id, std::string const& key)
{
    connection.query("DELETE FROM idempotency_keys WHERE owner_id = $1 AND key = $2", owner_id, key);
}

void prune_idempotent(Connection& connection, base::Time before, int limit)
{
    connection.query("DELETE FROM idempotency_keys WHERE (owner_id, key) IN"
                     " (SELECT owner_id, key FROM idempotency_keys WHERE created_at < $1 LIMIT $2)",
                     before, limit);
}

} // namespace store
