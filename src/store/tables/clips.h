#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

enum class ClipState { Planned, Rendered, Failed, Removed };
BOOST_DESCRIBE_ENUM(ClipState, Planned, Rendered, Failed, Removed)

/// One row of `clips`: what was made of an asset.
struct Clip {
    std::string id; ///< UUID
    std::string owner_id;
    std::optional<std::string> asset_id;
    std::optional<std::string> job_id;
    std::string output_path;
    std::string thumbnail_path;
    std::string plan = "{}";   ///< JSON: the EditPlan
    std::string result = "{}"; ///< JSON: what the renderer reported
    ClipState state = ClipState::Planned;
    base::Time created_at{};
    base::Time updated_at{};
    std::optional<std::string> blob; ///< of its files where blobs are shared between machines
    std::optional<std::string> thumbnail_blob;
    std::optional<std::string> record_blob;
};
BOOST_DESCRIBE_STRUCT(Clip, (),
                      (id, owner_id, asset_id, job_id, output_path, thumbnail_path, plan, result, state, created_at,
                       updated_at, blob, thumbnail_blob, record_blob))

struct ClipFilter {
    std::string owner_id;
    std::optional<ClipState> state;
    std::optional<std::string> asset_id;
    std::string cursor; ///< the id of the last row of the page before
    int limit = 50;     ///< 1..1000
};

void insert_clip(Connection& connection, Clip const& clip);
std::optional<Clip> find_clip(Connection& connection, std::string const& id);
/// Newest first.
std::vector<Clip> list_clips(Connection& connection, ClipFilter const& filter);
/// Everything but owner_id and created_at; false where there is no such clip.
bool update_clip(Connection& connection, Clip const& clip);

} // namespace store
