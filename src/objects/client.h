#pragma once
#include "base/config.h"
#include "base/retry.h"
#include "objects/signer.h"
#include "objects/xml.h"

#include <filesystem>

namespace objects {

struct ClientOptions {
    std::string endpoint; ///< "https://NAMESPACE.compat.objectstorage.REGION.oci.customer-oci.com"
    std::string region = "us-east-1";
    std::string bucket;
    Credentials credentials;
    std::size_t part_bytes = 16U << 20U; ///< of a multipart upload; larger files have larger parts, 10,000 at most
    int attempts_max = 6;
    base::Backoff backoff{.first = base::Milliseconds(300), .longest = base::Milliseconds(20'000)};
    bool check_etags = true; ///< false where the server encrypts with keys of its own: then they are no MD5
};

struct ObjectInfo {
    std::string key;
    std::uintmax_t bytes = 0;
    std::string etag; ///< without quotes
};

struct Part {
    int number = 0;
    std::uintmax_t bytes = 0;
    std::string etag;
};

/// An upload that was begun and not ended.
struct OpenUpload {
    std::string key;
    std::string id;
    std::optional<base::Time> began;
};

struct ListPage {
    std::vector<ObjectInfo> items;
    std::string next; ///< "" at the end
};

/// One bucket of an S3-compatible service: path style, plain bodies (no aws-chunked), each body's hash signed.
/// Refusals that may pass are tried again with a new signature. Thread-safe as the HttpClient is.
class Client {
public:
    Client(ClientOptions options, net::HttpClient& http, base::Random& random);

    ClientOptions const& options() const { return options_; }
    void put(std::string const& key, std::string_view bytes, std::stop_token const& stop = {});
    std::optional<ObjectInfo> head(std::string const& key, std::stop_token const& stop = {});
    /// Into a file that appears whole; goes on where an earlier attempt ended. NotFound where there is no such key.
    void get(std::string const& key, std::filesystem::path const& target, std::uintmax_t bytes_max,
             std::stop_token const& stop = {});
    void remove(std::string const& key, std::stop_token const& stop = {});
    ListPage list(std::string const& prefix, std::string const& from = "", std::stop_token const& stop = {});
    void create_bucket(std::stop_token const& stop = {});
    /// Unavailable or Upstream where the bucket can't be used, saying why.
    void check_bucket(std::stop_token const& stop = {});

    std::string begin_upload(std::string const& key, std::stop_token const& stop = {});
    Part put_part(std::string const& key, std::string const& upload, int number, std::string_view bytes,
                  std::stop_token const& stop = {});
    /// NotFound where the upload is over.
    std::vector<Part> list_parts(std::string const& key, std::string const& upload, std::stop_token const& stop = {});
    void complete_upload(std::string const& key, std::string const& upload, std::vector<Part> const& parts,
                         std::uintmax_t bytes, std::stop_token const& stop = {});
    void abort_upload(std::string const& key, std::string const& upload, std::stop_token const& stop = {});
    std::vector<OpenUpload> list_uploads(std::string const& prefix, std::stop_token const& stop = {});

    /// A URL that anybody may use to read the object for a while.
    std::string presigned_get(std::string const& key, std::chrono::seconds valid_for) const;

private:
    struct Call {
        std::string method = "GET";
        std::string key = {}; ///< "" for the bucket itself
        std::vector<std::pair<std::string, std::string>> query = {};
        net::Headers headers = {};
        std::string body = {};
        std::vector<int> also = {}; ///< statuses that are answers here, not errors
    };
    Signable signable(Call const& call) const;
    net::Request request_of(Call const& call, std::string const& payload_hash) const;
    net::Response send(Call const& call, std::stop_token const& stop);
    net::Response attempt(Call const& call, std::string const& payload_hash, std::stop_token const& stop);
    std::string stored_etag(net::Response const& response, std::string_view bytes, std::string const& key) const;

    ClientOptions options_;
    net::Url endpoint_;
    net::HttpClient& http_;
    base::Random& random_;
};

} // namespace objects
