#include "accounts/audit.h"
#include "api/paging.h"

#include <charconv>

namespace api::routes {

/// One line of the audit log.
struct AuditEntry {
    std::int64_t sequence = 0;
    base::Time at{};
    std::string actor_id;
    std::string actor_name;
    std::string actor_kind;
    std::string remote;
    std::string request_id;
    std::string action;
    std::string target_kind;
    std::string target_id;
    std::string owner_id;
    base::RawJson details;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (),
                      (sequence, at, actor_id, actor_name, actor_kind, remote, request_id, action, target_kind,
                       target_id, owner_id, details, hash))

struct AuditQuery : ListQuery {
    std::optional<std::string> actor_id;
    std::optional<std::string> target_id;
    std::optional<std::string> action;
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (ListQuery), (actor_id, target_id, action))
static std::vector<FieldRule> rules_of(AuditQuery const*)
{
    return {limit_rule(),
            cursor_rule(),
            {.name = "actor_id", .help = "Only what this user did.", .length_max = 60},
            {.name = "target_id", .help = "Only what was done to this.", .length_max = 200},
            {.name = "action", .help = "Only this, as in user.changed.", .length_max = 60}};
}

static std::int64_t sequence_of(std::string const& cursor)
{
    auto const text = decode_cursor(cursor);
    std::int64_t value = 0;
    if (text.empty()) return value;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 1)
        base::fail(base::ErrorCode::InvalidInput, "cursor: it is not one of this list");
    return value;
}

static Page<AuditEntry> list(Services& services, Call const&, AuditQuery const& query)
{
    store::AuditFilter filter{query.actor_id.value_or(""), query.target_id.value_or(""), query.action.value_or(""),
                              sequence_of(query.cursor), query.limit + 1};
    auto const rows = services.database.read([&](store::Connection& c) { return store::list_audit(c, filter); });
    Page<AuditEntry> page;
    for (auto const& row : rows) {
        if (page.items.size() == static_cast<std::size_t>(query.limit)) {
            page.next_cursor = encode_cursor(std::to_string(page.items.back().sequence));
            break;
        }
        page.items.push_back({row.sequence, row.at, row.actor_id, row.actor_name, row.actor_kind, row.remote,
                              row.request_id, row.action, row.target_kind, row.target_id, row.owner_id,
                              base::RawJson{row.details}, row.hash});
    }
    return page;
}

static Route list_audit()
{
    return route({.method = "GET",
                  .path = "/api/v1/audit",
                  .access = Access::Admin,
                  .tag = "audit",
                  .help = "Who did what to which row from where, newest first."},
                 list);
}

static accounts::AuditReport check(Services& services, Call const&, Nothing const&)
{
    return accounts::check_audit(services.database);
}

static Route check_audit()
{
    return route({.method = "GET",
                  .path = "/api/v1/audit/check",
                  .access = Access::Admin,
                  .tag = "audit",
                  .help = "Reads the whole log and says whether any row of it was changed, taken out or cut off."},
                 check);
}

std::vector<Route> audit() { return {list_audit(), check_audit()}; }

} // namespace api::routes
