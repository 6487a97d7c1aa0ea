#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// May a work be used? Unknown is treated as no until somebody says otherwise.
enum class RightsStatus { Cleared, Unknown, Refused };
BOOST_DESCRIBE_ENUM(RightsStatus, Cleared, Unknown, Refused)

/// One row of `assets`: a media file that was acquired, with what is known of its rights.
struct Asset {
    std::string id; ///< UUID
    std::string owner_id;
    std::optional<std::string> candidate_id;
    std::string source_url;
    std::string path;                ///< where it lies here; "" where only the blob store has it
    std::optional<std::string> blob; ///< its name in the blob store
    std::string sha256;
    std::string license; ///< "cc-by", "public-domain", "" where none was given
    std::string license_url;
    std::string author;
    std::string title;
    RightsStatus rights_status = RightsStatus::Unknown;
    std::string rights_note;
    std::string data = "{}"; ///< JSON: probe results and the like
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Asset, (),
                      (id, owner_id, candidate_id, source_url, path, blob, sha256, license, license_url, author, title,
                       rights_status, rights_note, data, created_at, updated_at))

struct AssetFilter {
    std::string owner_id;
    std::optional<RightsStatus> rights_status;
    std::string cursor; ///< the id of the last row of the page before
    int limit = 50;     ///< 1..1000
};

void insert_asset(Connection& connection, Asset const& asset);
std::optional<Asset> find_asset(Connection& connection, std::string const& id);
/// The oldest with this content, so that the same file is not acquired twice.
std::optional<Asset> find_asset_by_hash(Connection& connection, std::string const& owner_id, std::string const& sha256);
std::optional<Asset> find_asset_of_candidate(Connection& connection, std::string const& owner_id,
                                             std::string const& candidate_id);
/// Newest first.
std::vector<Asset> list_assets(Connection& connection, AssetFilter const& filter);
/// Everything but owner_id and created_at; false where there is no such asset.
bool update_asset(Connection& connection, Asset const& asset);

} // namespace store
