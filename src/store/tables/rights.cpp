#include "store/tables/rights.h"

#include "store/record.h"

namespace store {

void record_rights(Connection& connection, RightsEntry const& entry)
{
    insert_record(connection, "rights", entry);
    connection.query("UPDATE assets SET rights_status = $2, rights_note = $3, updated_at = $4 WHERE id = $1",
                     entry.asset_id, base::enum_text(entry.status),
                     fmt::format("{}: {}", entry.decided_by, entry.note.empty() ? entry.terms : entry.note),
                     entry.created_at);
}

std::vector<RightsEntry> rights_history(Connection& connection, std::string const& asset_id)
{
    return records<RightsEntry>(connection.query(
        "SELECT " + columns<RightsEntry>() + " FROM rights WHERE asset_id = $1 ORDER BY id", asset_id));
}

std::optional<RightsEntry> current_rights(Connection& connection, std::string const& asset_id)
{
    return first_record<RightsEntry>(connection.query(
        "SELECT " + columns<RightsEntry>() + " FROM rights WHERE asset_id = $1 ORDER BY id DESC LIMIT 1", asset_id));
}

void insert_clip_content(Connection& connection, ClipContent const& content)
{
    insert_record(connection, "clip_contents", content, " ON CONFLICT (clip_id, asset_id, role) DO NOTHING");
}

std::vector<ClipContent> clip_contents(Connection& connection, std::string const& clip_id)
{
    return records<ClipContent>(connection.query(
        "SELECT " + columns<ClipContent>() + " FROM clip_contents WHERE clip_id = $1 ORDER BY id", clip_id));
}

} // namespace store
