#include "accounts/audit.h"

#include <unistd.h>

namespace accounts {

static constexpr int piece = 1000;
static constexpr std::size_t field_bytes_max = 300;
static constexpr std::size_t details_bytes_max = 4000;

Actor Actor::of(Principal const& principal, std::string remote, std::string request_id)
{
    return {principal.user_id, principal.name, base::enum_text(principal.kind), std::move(remote),
            std::move(request_id)};
}

Actor Actor::nobody(std::string remote, std::string request_id)
{
    return {"", "", "session", std::move(remote), std::move(request_id)};
}

Actor Actor::command_line()
{
    return {std::string(root_user_id), fmt::format("uid {}", ::getuid()), "command", "", ""};
}

Actor Actor::system() { return {"", "", "system", "", ""}; }

static std::string bounded(std::string_view text)
{
    return base::truncate_utf8(base::clean_utf8(text), field_bytes_max);
}

void record(store::Connection& connection, base::Time now, Actor const& actor, Deed const& deed)
{
    store::AuditRow row;
    row.at = now;
    row.actor_id = bounded(actor.id);
    row.actor_name = bounded(actor.name);
    row.actor_kind = actor.kind;
    row.remote = bounded(actor.remote);
    row.request_id = bounded(actor.request_id);
    row.action = deed.action;
    row.target_kind = deed.target_kind;
    row.target_id = bounded(deed.target_id);
    row.owner_id = bounded(deed.owner_id);
    row.details = base::json::serialize(deed.details);
    if (row.details.size() > details_bytes_max) row.details = R"({"cut":true})";
    store::append_audit(connection, std::move(row));
}

/// Of one row after another: what is wrong with it, or nothing.
static std::string problem_of(store::AuditRow const& row, store::AuditHead const& before)
{
    if (row.sequence != before.sequence + 1)
        return fmt::format("row {} follows row {}: some were taken out", row.sequence, before.sequence);
    if (row.previous != before.hash) return fmt::format("row {} does not follow from the one before it", row.sequence);
    if (row.hash != store::audit_hash(row)) return fmt::format("row {} was changed", row.sequence);
    return "";
}

AuditReport check_audit(store::Database& database)
{
    AuditReport report;
    auto const head = database.read([](store::Connection& c) { return store::audit_head(c); });
    store::AuditHead seen;
    while (seen.sequence < head.sequence) {
        auto const rows =
            database.read([&](store::Connection& c) { return store::audit_after(c, seen.sequence, piece); });
        for (auto const& row : rows) {
            if (row.sequence > head.sequence) break; // added meanwhile
            report.problem = problem_of(row, seen);
            if (!report.problem.empty()) {
                report.broken_at = row.sequence;
                return report;
            }
            seen = {row.sequence, row.hash};
        }
        if (rows.empty() || rows.back().sequence > head.sequence) break;
    }
    report.rows = seen.sequence;
    report.head = seen.hash;
    if (seen.sequence != head.sequence || seen.hash != head.hash) {
        report.broken_at = seen.sequence + 1;
        report.problem = fmt::format("the log ends with row {}, and row {} was written", seen.sequence, head.sequence);
    }
    return report;
}

} // namespace accounts
