#include "store/tables/assets.h"

#include "store/record.h"

namespace store {

static std::string select_assets(std::string_view rest)
{
    return fmt::format("SELECT {} FROM assets {}", columns<Asset>(), rest);
}

void insert_asset(Connection& connection, Asset const& asset) { insert_record(connection, "assets", asset); }

std::optional<Asset> find_asset(Connection& connection, std::string const& id)
{
    return first_record<Asset>(connection.query(select_assets("WHERE id = $1"), id));
}

std::optional<Asset> find_asset_by_hash(Connection& connection, std::string const& owner_id, std::string const& sha256)
{
    return first_record<Asset>(
        connection.query(select_assets("WHERE owner_id = $1 AND sha256 = $2 ORDER BY id LIMIT 1"), owner_id, sha256));
}

std::optional<Asset> find_asset_of_candidate(Connection& connection, std::string const& owner_id,
                                             std::string const& candidate_id)
{
    return first_record<Asset>(connection.query(
        select_assets("WHERE owner_id = $1 AND candidate_id = $2 ORDER BY id LIMIT 1"), owner_id, candidate_id));
}

std::vector<Asset> list_assets(Connection& connection, AssetFilter const& filter)
{
    Where where(filter.limit, 1'000);
    where.add("owner_id =", filter.owner_id);
    if (filter.rights_status) where.add("rights_status =", base::enum_text(*filter.rights_status));
    if (!filter.cursor.empty()) where.add("id <", filter.cursor);
    return records<Asset>(where.run(connection, select_assets(""), "ORDER BY id DESC"));
}

bool update_asset(Connection& connection, Asset const& asset) { return update_record(connection, "assets", asset); }

} // namespace store
