#pragma once
#include "objects/client.h"
#include "store/blob_store.h"

namespace objects {

struct BlobOptions {
    std::string prefix = "blobs/"; ///< of every key
    std::filesystem::path cache;   ///< folder of what was fetched or is on its way
    std::uintmax_t cache_bytes_max = 20ULL << 30U;
    std::uintmax_t blob_bytes_max = 64ULL << 30U;
    base::Milliseconds keep_fetched{60'000};            ///< time to hold() what path_of() gave
    base::Milliseconds upload_age_max{24 * 3600'000LL}; ///< older ones that never ended are given up
};

/// Blobs in a bucket that all machines share, with a bounded folder of copies here. What is read was verified against
/// its name, what is sent is verified by the service; uploads of large files go on where they were interrupted.
class ObjectBlobs : public store::BlobStore {
public:
    ObjectBlobs(Client client, BlobOptions options);
    store::Blob put_bytes(std::string_view bytes) override;
    store::Blob put_file(std::filesystem::path const& file) override;
    bool contains(std::string_view name) override;
    std::filesystem::path path_of(std::string_view name) override;
    bool verify(std::string_view name) override;
    bool remove(std::string_view name) override;
    /// In the bucket, counted now.
    std::uintmax_t total_bytes() override;
    bool is_shared() const override { return true; }
    std::shared_ptr<void> hold(std::string_view name) override;
    std::string probe() override;
    /// Uploads of many parts that ended on no machine.
    int give_up_leftovers(base::Time now) override;
    std::uintmax_t cached_bytes() const;
    Client& client() { return client_; }

private:
    struct Resume;
    std::string key_of(std::string_view name) const;
    std::filesystem::path place_of(std::string_view name) const;
    void upload(std::filesystem::path const& file, std::string const& name, std::uintmax_t bytes);
    void upload_parts(int fd, std::string const& name, std::uintmax_t bytes, Resume& resume);
    Resume resume_of(std::string const& name, std::uintmax_t bytes);
    void make_room(std::uintmax_t bytes);
    void keep_copy(std::filesystem::path const& file, std::string const& name, std::uintmax_t bytes);

    Client client_;
    BlobOptions options_;
    std::mutex mutex_; // guards the making of room and the moment in which a copy appears
};

/// The settings of the object store, for base::Config.
std::vector<base::Setting> settings();
/// nullptr where `s3.endpoint` is not set.
std::unique_ptr<ObjectBlobs> blobs_from(base::Config const& config, std::filesystem::path cache, net::HttpClient& http,
                                        base::Random& random);

} // namespace objects
