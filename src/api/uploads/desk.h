#pragma once
#include "api/uploads/tus.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "store/blob_store.h"
#include "store/database.h"
#include "store/tables/uploads.h"

#include <functional>
#include <memory>

namespace api {

struct UploadLimits {
    std::int64_t bytes_max = 8LL << 30;    ///< of one file
    std::int64_t quota_bytes = 50LL << 30; ///< of one user, what is under way included
    std::int64_t open_max = 50;            ///< unfinished ones of one user
    std::int64_t disk_reserve = 1LL << 30; ///< bytes that stay free
    base::Milliseconds expires_after{24LL * 3600'000};
    std::int64_t sync_bytes = 8LL << 20; ///< so much may come again after a crash
};

struct UploadParts {
    store::Database& database;
    store::BlobStore& blobs;
    base::Clock const& clock;
    base::Ids& ids;
    base::Log& log;
    std::filesystem::path folder; ///< for bytes on their way; made where it is missing
    UploadLimits limits = {};
    /// Called when all is in the blob store, before the upload counts as done; again after a crash in between, so it
    /// must bear a repetition. An error is logged and it is called again by the next sweep.
    std::function<void(store::Upload const& upload)> on_upload_finished = nullptr;
};

/// Files on their way in, resumable after a crash of either side. Thread-safe.
class UploadDesk {
public:
    explicit UploadDesk(UploadParts parts);

    /// InvalidInput above the limit for one file, Conflict above the user's quota, Storage where the disk is full.
    store::Upload create(std::string const& owner_id, std::int64_t length,
                         std::map<std::string, std::string> const& metadata);
    /// NotFound also for another user's, and for what expired.
    store::Upload get(std::string const& id, std::string const& owner_id);
    void remove(std::string const& id, std::string const& owner_id);
    /// Ends what only waits for its end, and forgets what expired. At the start and every minute.
    void sweep();

    /// Bytes for one upload, one writer at a time.
    class Writer;
    /// Conflict where the offset is not what was received so far; RateLimited while another one writes.
    std::unique_ptr<Writer> write(std::string const& id, std::string const& owner_id, std::int64_t offset,
                                  std::optional<tus::Checksum> checksum);

    UploadLimits const& limits() const { return parts_.limits; }

private:
    std::filesystem::path path_of(std::string const& id) const;
    /// The file of an upload, locked; none where another one has it.
    base::Fd lock(std::string const& id) const;
    void save(store::Upload& upload);
    void finish(store::Upload& upload);
    void sweep_one(store::Upload upload);

    UploadParts parts_;
};

class UploadDesk::Writer {
public:
    Writer(UploadDesk& desk, store::Upload upload, base::Fd file, std::optional<tus::Checksum> checksum);
    ~Writer();
    /// InvalidInput above the announced length.
    void take(std::string_view bytes);
    /// All of this request came. False: its checksum is another, and the bytes are forgotten.
    bool commit();
    /// It broke off: what came is kept, but where a checksum was to be checked.
    void break_off();
    store::Upload const& upload() const { return upload_; }

private:
    struct Digest;
    void keep();

    UploadDesk& desk_;
    store::Upload upload_;
    base::Fd file_;
    std::optional<tus::Checksum> checksum_;
    std::unique_ptr<Digest> digest_;
    std::int64_t at_; // where the next byte goes
};

} // namespace api
