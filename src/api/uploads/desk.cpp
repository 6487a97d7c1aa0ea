#include "api/uploads/desk.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>

namespace api {

using base::ErrorCode;
using base::fail;
using store::UploadState;

static constexpr int swept_at_once = 100;

UploadDesk::UploadDesk(UploadParts parts) : parts_(std::move(parts)) { base::make_folder(parts_.folder); }

std::filesystem::path UploadDesk::path_of(std::string const& id) const { return parts_.folder / (id + ".part"); }

store::Upload UploadDesk::create(std::string const& owner_id, std::int64_t length,
                                 std::map<std::string, std::string> const& metadata)
{
    auto const& limits = parts_.limits;
    if (length < 0 || length > limits.bytes_max)
        fail(ErrorCode::InvalidInput, "Upload-Length: {} is outside [0, {}]", length, limits.bytes_max);
    auto const free = static_cast<std::int64_t>(
        std::min<std::uintmax_t>(base::free_bytes(parts_.folder), std::numeric_limits<std::int64_t>::max()));
    if (free - limits.disk_reserve < 2 * length) // once here, once in the blob store
        fail(ErrorCode::Storage, base::Next{"free some disk space"},
             "a file of {} bytes does not fit on the disk; {} are free", length, free);
    store::Upload upload;
    upload.id = parts_.ids.next();
    upload.owner_id = owner_id;
    upload.length = length;
    upload.metadata = base::to_json(metadata);
    upload.created_at = upload.updated_at = parts_.clock.now();
    upload.expires_at = upload.created_at + limits.expires_after;
    base::Fd const file(::open(path_of(upload.id).c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    if (!file) base::fail_errno(errno, "make", path_of(upload.id).string());
    try {
        parts_.database.transaction([&](store::Connection& connection) {
            auto const use = store::upload_use(connection, owner_id);
            if (use.open >= limits.open_max)
                fail(ErrorCode::Conflict, base::Next{"finish or delete others first"},
                     "{} uploads are under way, and that is the limit", use.open);
            if (length > limits.quota_bytes - use.bytes)
                fail(ErrorCode::Conflict, base::Next{"delete other uploads first"},
                     "{} bytes are more than the quota leaves: {} of {} are used", length, use.bytes,
                     limits.quota_bytes);
            store::insert_upload(connection, upload);
        });
    } catch (...) {
        ::unlink(path_of(upload.id).c_str());
        throw;
    }
    if (length == 0) finish(upload);
    return upload;
}

store::Upload UploadDesk::get(std::string const& id, std::string const& owner_id)
{
    auto upload =
        parts_.database.read([&](store::Connection& connection) { return store::find_upload(connection, id); });
    auto const expired = upload && upload->state == UploadState::Receiving && upload->expires_at <= parts_.clock.now();
    if (!upload || upload->owner_id != owner_id || expired)
        fail(ErrorCode::NotFound, "there is no upload {}", base::truncate_utf8(id, 60));
    return *upload;
}

base::Fd UploadDesk::lock(std::string const& id) const
{
    base::Fd file(::open(path_of(id).c_str(), O_WRONLY | O_CLOEXEC));
    if (file && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) file.reset();
    return file;
}

void UploadDesk::remove(std::string const& id, std::string const& owner_id)
{
    auto const upload = get(id, owner_id);
    parts_.database.transaction([&](store::Connection& connection) { store::delete_upload(connection, upload.id); });
    ::unlink(path_of(upload.id).c_str()); // a writer that has it open writes into nothing
}

void UploadDesk::save(store::Upload& upload)
{
    upload.updated_at = parts_.clock.now();
    auto const there = parts_.database.transaction(
        [&](store::Connection& connection) { return store::update_upload(connection, upload); });
    if (!there) fail(ErrorCode::NotFound, "the upload {} was deleted", upload.id);
}

std::unique_ptr<UploadDesk::Writer> UploadDesk::write(std::string const& id, std::string const& owner_id,
                                                      std::int64_t offset, std::optional<tus::Checksum> checksum)
{
    get(id, owner_id); // 404 before anything else
    auto file = lock(id);
    auto upload = get(id, owner_id); // as the writer before left it
    if (upload.state != UploadState::Receiving) fail(ErrorCode::Conflict, "the upload {} has all its bytes", upload.id);
    if (!file) fail(ErrorCode::RateLimited, "another request writes to the upload {}", upload.id);
    if (offset != upload.received)
        fail(ErrorCode::Conflict, base::Next{"ask for Upload-Offset with HEAD, and go on from there"},
             "Upload-Offset: {} were received, not {}", upload.received, offset);
    return std::make_unique<Writer>(*this, std::move(upload), std::move(file), std::move(checksum));
}

/// All bytes are here: into the blob store, tell, done. Each step is durable before the next.
void UploadDesk::finish(store::Upload& upload)
{
    if (upload.state == UploadState::Receiving) {
        auto const blob = parts_.blobs.put_file(path_of(upload.id));
        upload.blob = blob.name;
        auto const metadata = base::read_json<std::map<std::string, std::string>>(upload.metadata, "metadata");
        auto const wanted = metadata.find("sha256");
        if (wanted != metadata.end() && base::lower_ascii(wanted->second) != blob.name) {
            upload.state = UploadState::Failed;
            upload.reason = fmt::format("the file's SHA-256 is {}, not what was announced", blob.name);
            upload.blob.reset(); // other uploads may share the blob, so it stays where it is
        } else {
            upload.state = UploadState::Stored;
        }
        upload.finished_at = parts_.clock.now();
        save(upload);
        ::unlink(path_of(upload.id).c_str());
    }
    if (upload.state != UploadState::Stored) return;
    try {
        if (parts_.on_upload_finished) parts_.on_upload_finished(upload);
    } catch (base::Error const& error) { // a door: the bytes are safe, and the next sweep tries again
        parts_.log.error("upload.unfinished", {{"id", upload.id}, {"error", std::string(error.what())}});
        return;
    }
    upload.state = UploadState::Done;
    save(upload);
}

void UploadDesk::sweep_one(store::Upload upload)
{
    base::Fd file;
    if (upload.state == UploadState::Receiving) {
        file = lock(upload.id);
        auto const gone = !file && !std::filesystem::exists(path_of(upload.id));
        if (!file && !gone) return; // somebody writes
        if (upload.received < upload.length || gone) {
            if (upload.expires_at > parts_.clock.now()) return;
            parts_.database.transaction(
                [&](store::Connection& connection) { store::delete_upload(connection, upload.id); });
            ::unlink(path_of(upload.id).c_str());
            parts_.log.info("upload.expired", {{"id", upload.id}});
            return;
        }
    }
    finish(upload);
}

void UploadDesk::sweep()
{
    std::vector<store::Upload> due;
    try {
        due = parts_.database.read([&](store::Connection& connection) {
            return store::uploads_to_sweep(connection, parts_.clock.now(), swept_at_once);
        });
    } catch (base::Error const& error) { // a door: a database that is away for a minute does not end the server
        parts_.log.error("upload.sweep_failed", {{"error", std::string(error.what())}});
    }
    for (auto const& upload : due) {
        try {
            sweep_one(upload);
        } catch (base::Error const& error) { // a door: one upload is not all
            parts_.log.error("upload.sweep_failed", {{"id", upload.id}, {"error", std::string(error.what())}});
        }
    }
}

struct UploadDesk::Writer::Digest {
    explicit Digest(std::string const& algorithm) : context(EVP_MD_CTX_new())
    {
        auto const* const kind = EVP_get_digestbyname(algorithm.c_str());
        if (!context || !kind || EVP_DigestInit_ex(context, kind, nullptr) != 1)
            fail(ErrorCode::Internal, "OpenSSL has no {}", algorithm);
    }
    Digest(Digest const&) = delete;
    Digest& operator=(Digest const&) = delete;
    ~Digest() { EVP_MD_CTX_free(context); }
    std::string result() const
    {
        std::string bytes(EVP_MAX_MD_SIZE, '\0');
        unsigned size = 0;
        EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(bytes.data()), &size);
        bytes.resize(size);
        return bytes;
    }
    EVP_MD_CTX* context;
};

UploadDesk::Writer::Writer(UploadDesk& desk, store::Upload upload, base::Fd file, std::optional<tus::Checksum> checksum)
    : desk_(desk), upload_(std::move(upload)), file_(std::move(file)), checksum_(std::move(checksum)),
      at_(upload_.received)
{
    if (checksum_) digest_ = std::make_unique<Digest>(checksum_->algorithm);
    // What stands beyond was written before a crash and may be holes.
    if (::ftruncate(file_.get(), at_) != 0 || ::lseek(file_.get(), at_, SEEK_SET) != at_)
        base::fail_errno(errno, "write", desk_.path_of(upload_.id).string());
}

UploadDesk::Writer::~Writer() = default;

void UploadDesk::Writer::take(std::string_view bytes)
{
    if (static_cast<std::int64_t>(bytes.size()) > upload_.length - at_)
        fail(ErrorCode::InvalidInput, "the upload has {} bytes, and more came", upload_.length);
    base::write_all(file_.get(), bytes, desk_.path_of(upload_.id).string());
    at_ += static_cast<std::int64_t>(bytes.size());
    if (digest_) EVP_DigestUpdate(digest_->context, bytes.data(), bytes.size());
    if (!digest_ && at_ - upload_.received >= desk_.parts_.limits.sync_bytes) keep();
}

/// The row never promises bytes that a loss of power would take.
void UploadDesk::Writer::keep()
{
    if (at_ == upload_.received) return;
    if (::fdatasync(file_.get()) != 0) base::fail_errno(errno, "write", desk_.path_of(upload_.id).string());
    upload_.received = at_;
    desk_.save(upload_);
}

bool UploadDesk::Writer::commit()
{
    if (digest_ && digest_->result() != checksum_->digest) return false; // the row never knew of these bytes
    keep();
    if (upload_.received == upload_.length) desk_.finish(upload_);
    return true;
}

void UploadDesk::Writer::break_off()
{
    if (!digest_) keep();
}

} // namespace api
