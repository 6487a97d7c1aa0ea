#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `audit_log`: who did what to which row from where.
struct AuditRow {
    std::int64_t sequence = 0; ///< 1, 2, 3 ... without gaps
    base::Time at{};
    std::string actor_id;
    std::string actor_name;
    std::string actor_kind; ///< session, api_token, service, command or system
    std::string remote;
    std::string request_id;
    std::string action; ///< "session.begun", "user.changed"
    std::string target_kind;
    std::string target_id;
    std::string owner_id; ///< whose row it was
    std::string details;  ///< JSON, without secrets
    std::string previous; ///< hash of the row before
    std::string hash;     ///< over all of the above
};
BOOST_DESCRIBE_STRUCT(AuditRow, (),
                      (sequence, at, actor_id, actor_name, actor_kind, remote, request_id, action, target_kind,
                       target_id, owner_id, details, previous, hash))

struct AuditFilter {
    std::string actor_id;
    std::string target_id;
    std::string action;
    std::int64_t before = 0; ///< rows with a lower sequence; 0 = from the newest
    int limit = 50;
};
inline constexpr int audit_limit_max = 200;

/// Fills in sequence, previous and hash. Others who append wait until this transaction ends: do it last.
void append_audit(Connection& connection, AuditRow row);
/// Newest first.
std::vector<AuditRow> list_audit(Connection& connection, AuditFilter const& filter);
/// Oldest first, those after that sequence.
std::vector<AuditRow> audit_after(Connection& connection, std::int64_t sequence, int limit);

struct AuditHead {
    std::int64_t sequence = 0;
    std::string hash;
};
AuditHead audit_head(Connection& connection);
/// What a row's hash must be.
std::string audit_hash(AuditRow const& row);

} // namespace store
