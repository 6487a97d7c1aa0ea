#pragma once
#include "accounts/principal.h"
#include "store/database.h"
#include "store/tables/audit.h"

namespace accounts {

/// Who does something, and from where.
struct Actor {
    std::string id;
    std::string name;
    std::string kind; ///< session, api_token, service, command or system
    std::string remote;
    std::string request_id;
    static Actor of(Principal const& principal, std::string remote, std::string request_id);
    /// Of a sign-in: not known yet.
    static Actor nobody(std::string remote, std::string request_id);
    static Actor command_line();
    static Actor system();
};

/// What was done. Details are said in words and numbers; secrets are no part of them.
struct Deed {
    std::string_view action; ///< "user.changed"
    std::string_view target_kind;
    std::string target_id;
    std::string owner_id = {}; ///< whose row it was
    base::json::object details = {};
};

/// Into the audit log, in the same transaction as the change, and last in it (others who write there wait).
void record(store::Connection& connection, base::Time now, Actor const& actor, Deed const& deed);

struct AuditReport {
    std::int64_t rows = 0;
    std::string head; ///< hash of the last row: kept elsewhere, it proves later that nothing before it was changed
    std::optional<std::int64_t> broken_at;
    std::string problem; ///< "" where the chain holds
};
BOOST_DESCRIBE_STRUCT(AuditReport, (), (rows, head, broken_at, problem))

/// Reads the whole chain, a piece at a time.
AuditReport check_audit(store::Database& database);

} // namespace accounts
