#pragma once
#include "base/clock.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace store {

struct Blob {
    std::string name; ///< SHA-256 of the content, 64 hexadecimal digits
    std::uintmax_t bytes = 0;
};

/// Files by their content: the same content has the same name and is kept once. Thread-safe.
class BlobStore {
public:
    virtual ~BlobStore() = default;
    virtual Blob put_bytes(std::string_view bytes) = 0;
    /// Copies the file; Storage where the quota does not allow it, and then nothing is left of it.
    virtual Blob put_file(std::filesystem::path const& file) = 0;
    virtual bool contains(std::string_view name) = 0;
    /// A local file to read from; NotFound where there is no such blob.
    virtual std::filesystem::path path_of(std::string_view name) = 0;
    /// Reads it all: false where the content is no longer what the name says, or is gone.
    virtual bool verify(std::string_view name) = 0;
    /// False where there was none.
    virtual bool remove(std::string_view name) = 0;
    virtual std::uintmax_t total_bytes() = 0;
    /// Whether other machines see the same blobs.
    virtual bool is_shared() const { return false; }
    /// While this is held, what path_of() gave stays where it is. Nothing where blobs stay anyway.
    virtual std::shared_ptr<void> hold(std::string_view) { return nullptr; }
    /// Gives up what was begun long ago and never ended, which costs space; says how much of it there was.
    virtual int give_up_leftovers(base::Time) { return 0; }
    /// Where it is and that it answers, for people; an error where it doesn't.
    virtual std::string probe() = 0;
};

/// Blobs in a folder: ab/cd/abcd... Files appear whole or not at all, also after a crash or the loss of power.
class FolderBlobStore : public BlobStore {
public:
    /// quota_bytes 0: no limit but the disk's. Removes what dead processes left half written.
    explicit FolderBlobStore(std::filesystem::path folder, std::uintmax_t quota_bytes = 0);
    Blob put_bytes(std::string_view bytes) override;
    Blob put_file(std::filesystem::path const& file) override;
    bool contains(std::string_view name) override;
    std::filesystem::path path_of(std::string_view name) override;
    bool verify(std::string_view name) override;
    bool remove(std::string_view name) override;
    /// As counted when it was opened and changed by this process since; what others add is seen before a refusal.
    std::uintmax_t total_bytes() override;
    std::string probe() override;

private:
    class Incoming;
    std::filesystem::path place_of(std::string_view name) const;
    void clean_leftovers();
    std::uintmax_t count() const;
    void reserve(std::uintmax_t wanted);
    void forget(std::uintmax_t bytes);
    Blob keep(Incoming& incoming, std::uintmax_t reserved);

    std::filesystem::path folder_;
    std::filesystem::path incoming_;
    std::uintmax_t quota_bytes_;
    std::mutex mutex_; // guards used_ and the moment in which a blob appears or goes
    std::uintmax_t used_ = 0;
};

} // namespace store
