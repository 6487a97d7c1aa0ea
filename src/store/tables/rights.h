#pragma once
#include "store/tables/assets.h"

namespace store {

/// On what grounds a work may be used.
enum class RightsPolicy { Own, Licensed, CreativeCommons, PublicDomain, Permission, Unknown };
BOOST_DESCRIBE_ENUM(RightsPolicy, Own, Licensed, CreativeCommons, PublicDomain, Permission, Unknown)

/// One row of `rights`: what was known of an asset's rights at a moment, and who decided. Never changed: a new decision
/// is a new row, and the newest holds.
struct RightsEntry {
    std::string id; ///< UUIDv7: in order of time
    std::string owner_id;
    std::string asset_id;
    RightsPolicy policy = RightsPolicy::Unknown;
    RightsStatus status = RightsStatus::Unknown;
    std::string license;
    std::string license_url;
    std::string holder;
    std::string terms;           ///< what the grounds allow and ask for, in a sentence
    std::string evidence = "{}"; ///< JSON: where the statement was found, or the paper on file with its SHA-256
    std::string decided_by;      ///< "licence", or the person
    std::string note;            ///< in their own words
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(RightsEntry, (),
                      (id, owner_id, asset_id, policy, status, license, license_url, holder, terms, evidence,
                       decided_by, note, created_at))

enum class ContentRole { Picture, Music, Voice };
BOOST_DESCRIBE_ENUM(ContentRole, Picture, Music, Voice)

/// One row of `clip_contents`: a work that a clip contains.
struct ClipContent {
    std::string id;
    std::string owner_id;
    std::string clip_id;
    std::string asset_id;
    ContentRole role = ContentRole::Picture;
    std::string attribution; ///< the sentence that names the work's author and licence; "" where none is asked for
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(ClipContent, (), (id, owner_id, clip_id, asset_id, role, attribution, created_at))

/// Adds a row and brings the asset's own status in line with it.
void record_rights(Connection& connection, RightsEntry const& entry);
/// What holds now; absent where nothing was ever recorded.
std::optional<RightsEntry> current_rights(Connection& connection, std::string const& asset_id);
/// All of an asset's rows, the oldest first.
std::vector<RightsEntry> rights_history(Connection& connection, std::string const& asset_id);

void insert_clip_content(Connection& connection, ClipContent const& content);
std::vector<ClipContent> clip_contents(Connection& connection, std::string const& clip_id);

} // namespace store
