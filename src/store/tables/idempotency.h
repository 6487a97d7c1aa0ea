#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `idempotency_keys`: a request that was begun, and its answer once there is one.
struct IdempotencyKey {
    std::string owner_id;
    std::string key;
    std::string fingerprint; ///< of method, path, query and body
    std::optional<int> status;
    std::string answer; ///< JSON; "" where it is not kept
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(IdempotencyKey, (), (owner_id, key, fingerprint, status, answer, created_at))

/// Inserts it and gives nothing back, or gives back the one that is there.
std::optional<IdempotencyKey> begin_idempotent(Connection& connection, IdempotencyKey const& row);
void end_idempotent(Connection& connection, IdempotencyKey const& row);
void forget_idempotent(Connection& connection, std::string const& owner_id, std::string const& key);
/// Deletes rows from before that time, at most `limit`.
void prune_idempotent(Connection& connection, base::Time before, int limit);

} // namespace store
