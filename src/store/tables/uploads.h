#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// Receiving: bytes are missing. Stored: all are in the blob store, and what follows from it was not done yet.
enum class UploadState { Receiving, Stored, Done, Failed };
BOOST_DESCRIBE_ENUM(UploadState, Receiving, Stored, Done, Failed)

/// One row of `uploads`.
struct Upload {
    std::string id;
    std::string owner_id;
    std::int64_t length = 0;
    std::int64_t received = 0;   ///< bytes that are safely on the disk
    std::string metadata = "{}"; ///< JSON: names and texts that the client gave
    UploadState state = UploadState::Receiving;
    std::string reason; ///< of Failed
    std::optional<std::string> blob;
    base::Time expires_at{}; ///< of what is not finished by then nothing is kept
    base::Time created_at{};
    base::Time updated_at{};
    std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(Upload, (),
                      (id, owner_id, length, received, metadata, state, reason, blob, expires_at, created_at,
                       updated_at, finished_at))

void insert_upload(Connection& connection, Upload const& upload);
std::optional<Upload> find_upload(Connection& connection, std::string const& id);
bool update_upload(Connection& connection, Upload const& upload);
bool delete_upload(Connection& connection, std::string const& id);
/// The newest first; `before` is the id where the page before ended, "" for the first.
std::vector<Upload> list_uploads(Connection& connection, std::string const& owner_id, std::string const& before,
                                 int limit);

/// What a user's uploads take: the full length of those under way, too.
struct UploadUse {
    std::int64_t bytes = 0;
    std::int64_t open = 0; ///< that are still received
};
UploadUse upload_use(Connection& connection, std::string const& owner_id);
/// Those whose time ran out, and those that only wait for their end; the oldest first.
std::vector<Upload> uploads_to_sweep(Connection& connection, base::Time now, int limit);

} // namespace store
