#include "store/blob_store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace store {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr std::size_t piece_bytes = 1U << 18U;

/// A file that is being written, removed unless it was kept. Its lock tells others that its writer lives.
class FolderBlobStore::Incoming {
public:
    explicit Incoming(fs::path const& folder)
    {
        struct stat info {};
        do { // a cleaner may have found it in the moment between its making and its lock
            path_ = (folder / "XXXXXX").string();
            fd_ = base::Fd(::mkostemp(path_.data(), O_CLOEXEC));
            if (!fd_) base::fail_errno(errno, "write", folder.string());
            if (::flock(fd_.get(), LOCK_EX) != 0 || ::fstat(fd_.get(), &info) != 0)
                base::fail_errno(errno, "lock", path_);
        } while (info.st_nlink == 0);
    }
    Incoming(Incoming const&) = delete;
    Incoming& operator=(Incoming const&) = delete;
    ~Incoming()
    {
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    void write(std::string_view bytes)
    {
        base::write_all(fd_.get(), bytes, path_);
        hash_.update(bytes);
        bytes_ += bytes.size();
    }
    /// Safe on the disk; nothing is written after it.
    std::string finish()
    {
        if (::fchmod(fd_.get(), 0644) != 0 || ::fsync(fd_.get()) != 0) base::fail_errno(errno, "write", path_);
        return hash_.hex();
    }
    void move_to(fs::path const& place)
    {
        if (::rename(path_.c_str(), place.c_str()) != 0) base::fail_errno(errno, "write", place.string());
        path_.clear();
    }
    std::uintmax_t bytes() const { return bytes_; }

private:
    std::string path_;
    base::Fd fd_;
    base::Sha256 hash_;
    std::uintmax_t bytes_ = 0;
};

static bool is_name(std::string_view name)
{
    auto const hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return name.size() == 64 && std::all_of(name.begin(), name.end(), hex);
}

FolderBlobStore::FolderBlobStore(fs::path folder, std::uintmax_t quota_bytes)
    : folder_(std::move(folder)), incoming_(folder_ / "incoming"), quota_bytes_(quota_bytes)
{
    base::make_folder(incoming_);
    clean_leftovers();
    used_ = count();
}

fs::path FolderBlobStore::place_of(std::string_view name) const
{
    if (!is_name(name)) fail(ErrorCode::InvalidInput, "'{}' is not the name of a blob", name);
    return folder_ / name.substr(0, 2) / name.substr(2, 2) / name;
}

void FolderBlobStore::clean_leftovers()
{
    for (auto const& entry : fs::directory_iterator(incoming_)) {
        base::Fd const fd(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str()); // its writer is dead
    }
}

std::uintmax_t FolderBlobStore::count() const
{
    std::uintmax_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
        std::error_code gone; // another process may remove it just now
        auto const size = is_name(it->path().filename().string()) ? it->file_size(gone) : 0;
        if (!gone) bytes += size;
    }
    if (error) base::fail_errno(error.value(), "read", folder_.string());
    return bytes;
}

void FolderBlobStore::reserve(std::uintmax_t wanted)
{
    std::scoped_lock const lock(mutex_);
    auto const fits = [&] { return quota_bytes_ == 0 || (used_ <= quota_bytes_ && wanted <= quota_bytes_ - used_); };
    if (!fits()) used_ = count(); // other processes may have made room
    if (!fits())
        fail(ErrorCode::Storage, base::Next{"remove what is no longer needed, or raise the quota"},
             "the blob store {} holds {} bytes, {} more exceed its quota of {}", folder_.string(), used_, wanted,
             quota_bytes_);
    used_ += wanted;
}

void FolderBlobStore::forget(std::uintmax_t bytes)
{
    std::scoped_lock const lock(mutex_);
    used_ -= std::min(bytes, used_);
}

Blob FolderBlobStore::keep(Incoming& incoming, std::uintmax_t reserved)
{
    Blob const blob{incoming.finish(), incoming.bytes()};
    auto const place = place_of(blob.name);
    std::scoped_lock const lock(mutex_);
    std::error_code none;
    if (fs::file_size(place, none) == blob.bytes && !none) {
        used_ -= std::min(reserved, used_); // there already: the same content once
        return blob;
    }
    base::make_folder(place.parent_path());
    incoming.move_to(place);
    base::sync_folder(place.parent_path());
    base::sync_folder(place.parent_path().parent_path());
    base::sync_folder(folder_);
    return blob;
}

Blob FolderBlobStore::put_bytes(std::string_view bytes)
{
    reserve(bytes.size());
    try {
        Incoming incoming(incoming_);
        incoming.write(bytes);
        return keep(incoming, bytes.size());
    } catch (...) {
        forget(bytes.size());
        throw;
    }
}

Blob FolderBlobStore::put_file(fs::path const& file)
{
    base::Fd const from(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!from) base::fail_errno(errno, "read", file.string());
    struct stat info {};
    if (::fstat(from.get(), &info) != 0) base::fail_errno(errno, "read", file.string());
    if (!S_ISREG(info.st_mode)) fail(ErrorCode::InvalidInput, "{}: not a regular file", file.string());
    auto const size = static_cast<std::uintmax_t>(info.st_size);
    reserve(size);
    try {
        Incoming incoming(incoming_);
        std::string piece(piece_bytes, '\0');
        while (incoming.bytes() <= size) {
            auto const count = ::read(from.get(), piece.data(), piece.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) base::fail_errno(errno, "read", file.string());
            if (count == 0) break;
            incoming.write(std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
        }
        if (incoming.bytes() != size) fail(ErrorCode::Conflict, "{}: changed while it was copied", file.string());
        return keep(incoming, size);
    } catch (...) {
        forget(size);
        throw;
    }
}

bool FolderBlobStore::contains(std::string_view name)
{
    std::error_code none;
    return fs::is_regular_file(place_of(name), none);
}

fs::path FolderBlobStore::path_of(std::string_view name)
{
    if (!contains(name)) fail(ErrorCode::NotFound, "there is no blob {}", name);
    return place_of(name);
}

bool FolderBlobStore::verify(std::string_view name)
{
    return contains(name) && base::sha256_file(place_of(name)) == name;
}

bool FolderBlobStore::remove(std::string_view name)
{
    auto const place = place_of(name);
    std::scoped_lock const lock(mutex_);
    std::error_code none;
    auto const bytes = fs::file_size(place, none);
    if (none) return false;
    if (::unlink(place.c_str()) != 0) {
        if (errno == ENOENT) return false;
        base::fail_errno(errno, "remove", place.string());
    }
    base::sync_folder(place.parent_path());
    used_ -= std::min(bytes, used_);
    return true;
}

std::string FolderBlobStore::probe()
{
    if (::access(incoming_.c_str(), W_OK) != 0) base::fail_errno(errno, "write into", incoming_.string());
    return folder_.string();
}

std::uintmax_t FolderBlobStore::total_bytes()
{
    std::scoped_lock const lock(mutex_);
    return used_;
}

} // namespace store
