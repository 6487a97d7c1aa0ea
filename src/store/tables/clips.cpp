#include "store/tables/clips.h"

#include "store/record.h"

namespace store {

void insert_clip(Connection& connection, Clip const& clip) { insert_record(connection, "clips", clip); }

std::optional<Clip> find_clip(Connection& connection, std::string const& id)
{
    return first_record<Clip>(connection.query("SELECT " + columns<Clip>() + " FROM clips WHERE id = $1", id));
}

std::vector<Clip> list_clips(Connection& connection, ClipFilter const& filter)
{
    Where where(filter.limit, 1'000);
    where.add("owner_id =", filter.owner_id);
    if (filter.state) where.add("state =", base::enum_text(*filter.state));
    if (filter.asset_id) where.add("asset_id =", *filter.asset_id);
    if (!filter.cursor.empty()) where.add("id <", filter.cursor);
    return records<Clip>(where.run(connection, "SELECT " + columns<Clip>() + " FROM clips", "ORDER BY id DESC"));
}

bool update_clip(Connection& connection, Clip const& clip) { return update_record(connection, "clips", clip); }

} // namespace store
