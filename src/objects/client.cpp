#include "objects/client.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/markup.h"
#include "base/text.h"
#include "net/download.h"

#include <algorithm>
#include <openssl/evp.h>

namespace objects {

using base::ErrorCode;
using base::fail;
using base::Next;

static constexpr int pages_max = 100; // of a list of parts or uploads, 1,000 rows each
static constexpr base::Milliseconds transfer_timeout{30 * 60'000};

static std::string md5(std::string_view bytes)
{
    std::string digest(16, '\0');
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, EVP_md5(),
                   nullptr) != 1)
        fail(ErrorCode::Unavailable, Next{"set s3.check_etags to false"}, "this system's OpenSSL has no MD5");
    return base::hex(digest);
}

static std::string unquoted(std::string_view etag)
{
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
    return std::string(etag);
}

Client::Client(ClientOptions options, net::HttpClient& http, base::Random& random)
    : options_(std::move(options)), endpoint_(net::parse_url(options_.endpoint)), http_(http), random_(random)
{
    if (options_.bucket.empty()) fail(ErrorCode::InvalidInput, "s3.bucket: which bucket?");
    if (options_.credentials.access_key.empty() || options_.credentials.secret_key.empty())
        fail(ErrorCode::Unavailable, Next{"set s3.access_key and s3.secret_key"}, "the object store has no key");
}

Signable Client::signable(Call const& call) const
{
    auto const base_path = endpoint_.target == "/" ? std::string() : endpoint_.target;
    auto path = base_path + "/" + options_.bucket + (call.key.empty() ? "" : "/" + call.key);
    return {.method = call.method,
            .host = endpoint_.origin().substr(endpoint_.origin().find("//") + 2),
            .path = std::move(path),
            .query = call.query,
            .headers = call.headers,
            .payload_hash = {}};
}

net::Request Client::request_of(Call const& call, std::string const& payload_hash) const
{
    auto wanted = signable(call);
    wanted.payload_hash = payload_hash;
    net::Request request;
    request.method = call.method;
    request.trust = net::Trust::Operator;
    request.url = endpoint_.origin() + encoded_path(wanted.path);
    if (!call.query.empty()) request.url += "?" + canonical_query(call.query);
    request.headers = sign(std::move(wanted), options_.credentials, {options_.region}, http_.clock().now());
    // curl would call a body a form otherwise.
    if (call.method == "PUT" || call.method == "POST")
        request.headers.emplace_back("Content-Type", "application/octet-stream");
    request.total_timeout = transfer_timeout;
    request.body_bytes_max = xml_bytes_max;
    request.redirects_max = 0;
    request.attempts_max = 1; // ours are signed anew
    return request;
}

static bool may_pass(int status, std::string const& code)
{
    if (status == 429 || status == 408 || status >= 500) return status != 501;
    return code == "SlowDown" || code == "RequestTimeout" || code == "InternalError" || code == "BadDigest" ||
           code == "OperationAborted";
}

/// What a refusal means; its code decides whether it is worth another try.
[[noreturn]] static void refuse(std::string const& what, int status, XmlAnswer const& answer)
{
    auto const code = answer.text("Code");
    auto const text = fmt::format("{}: the object store answers {} {}{}{}", what, status, code,
                                  code.empty() ? "" : ": ", base::truncate_utf8(answer.text("Message"), 300));
    if (may_pass(status, code)) throw base::Error(ErrorCode::Upstream, text, "try again later");
    if (status == 404) throw base::Error(ErrorCode::NotFound, text);
    if (code == "RequestTimeTooSkewed") throw base::Error(ErrorCode::Forbidden, text, "set this machine's clock");
    if (status == 401 || status == 403)
        throw base::Error(ErrorCode::Forbidden, text, "check s3.access_key, s3.secret_key, s3.region and the bucket");
    if (status == 409) throw base::Error(ErrorCode::Conflict, text);
    throw base::Error(ErrorCode::Internal, text);
}

static std::string name_of(std::string const& method, std::string const& key)
{
    return fmt::format("{} {}", method, key.empty() ? "the bucket" : key);
}

net::Response Client::attempt(Call const& call, std::string const& payload_hash, std::stop_token const& stop)
{
    auto request = request_of(call, payload_hash);
    request.body = call.body;
    auto response = http_.send(request, stop);
    if (std::find(call.also.begin(), call.also.end(), response.status) != call.also.end()) return response;
    auto const answer = read_xml(response.body);
    // Completing an upload takes long, so some services say 200 first and that it failed afterwards.
    if (response.ok() && answer.root != "Error") return response;
    refuse(name_of(call.method, call.key), response.ok() ? 500 : response.status, answer);
}

net::Response Client::send(Call const& call, std::stop_token const& stop)
{
    auto const hash = base::sha256(call.body);
    return base::retry(options_.backoff, options_.attempts_max, random_, stop,
                       [&] { return attempt(call, hash, stop); });
}

/// An ETag that is an MD5, but of something else, means that something else was stored.
std::string Client::stored_etag(net::Response const& response, std::string_view bytes, std::string const& key) const
{
    auto const etag = unquoted(response.header("ETag"));
    auto const is_md5 = etag.size() == 32 && etag.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (options_.check_etags && is_md5 && etag != md5(bytes))
        fail(ErrorCode::Upstream, Next{"if the service encrypts with keys of its own, set s3.check_etags to false"},
             "{}: the object store kept something else than was sent", key);
    return etag;
}

void Client::put(std::string const& key, std::string_view bytes, std::stop_token const& stop)
{
    Call const call{.method = "PUT", .key = key, .body = std::string(bytes)};
    auto const hash = base::sha256(call.body);
    base::retry(options_.backoff, options_.attempts_max, random_, stop,
                [&] { stored_etag(attempt(call, hash, stop), bytes, key); });
}

std::optional<ObjectInfo> Client::head(std::string const& key, std::stop_token const& stop)
{
    auto const response = send({.method = "HEAD", .key = key, .also = {404}}, stop);
    if (response.status == 404) return std::nullopt;
    auto const length = std::string(response.header("Content-Length"));
    return ObjectInfo{key, std::strtoull(length.c_str(), nullptr, 10), unquoted(response.header("ETag"))};
}

void Client::get(std::string const& key, std::filesystem::path const& target, std::uintmax_t bytes_max,
                 std::stop_token const& stop)
{
    if (!head(key, stop)) fail(ErrorCode::NotFound, "the object store has no {}", key);
    net::DownloadOptions limits;
    limits.bytes_max = bytes_max;
    base::retry(options_.backoff, options_.attempts_max, random_, stop,
                [&] { return net::download(http_, request_of({.key = key}, base::sha256("")), target, limits, stop); });
}

void Client::remove(std::string const& key, std::stop_token const& stop)
{
    send({.method = "DELETE", .key = key, .also = {404}}, stop);
}

ListPage Client::list(std::string const& prefix, std::string const& from, std::stop_token const& stop)
{
    Call call{.query = {{"list-type", "2"}, {"prefix", prefix}}};
    if (!from.empty()) call.query.emplace_back("continuation-token", from);
    auto const answer = read_xml(send(call, stop).body);
    ListPage page;
    auto const found = answer.groups.find("Contents");
    if (found != answer.groups.end())
        for (auto item : found->second)
            page.items.push_back(
                {item["Key"], std::strtoull(item["Size"].c_str(), nullptr, 10), unquoted(item["ETag"])});
    if (answer.text("IsTruncated") == "true") page.next = answer.text("NextContinuationToken");
    return page;
}

void Client::create_bucket(std::stop_token const& stop) { send({.method = "PUT", .also = {409}}, stop); }

void Client::check_bucket(std::stop_token const& stop)
{
    if (send({.method = "HEAD", .also = {404}}, stop).status == 404)
        fail(ErrorCode::Unavailable, Next{"make the bucket, or mend s3.bucket"}, "there is no bucket {}",
             options_.bucket);
}

std::string Client::begin_upload(std::string const& key, std::stop_token const& stop)
{
    auto const answer = read_xml(send({.method = "POST", .key = key, .query = {{"uploads", ""}}}, stop).body);
    auto const id = answer.text("UploadId");
    if (id.empty()) fail(ErrorCode::Upstream, "{}: the object store gave the upload no id", key);
    return id;
}

Part Client::put_part(std::string const& key, std::string const& upload, int number, std::string_view bytes,
                      std::stop_token const& stop)
{
    Call const call{.method = "PUT",
                    .key = key,
                    .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload}},
                    .body = std::string(bytes)};
    auto const hash = base::sha256(call.body);
    return base::retry(options_.backoff, options_.attempts_max, random_, stop, [&] {
        auto const etag = stored_etag(attempt(call, hash, stop), bytes, key);
        if (etag.empty()) fail(ErrorCode::Upstream, "{}: part {} got no ETag", key, number);
        return Part{number, bytes.size(), etag};
    });
}

std::vector<Part> Client::list_parts(std::string const& key, std::string const& upload, std::stop_token const& stop)
{
    std::vector<Part> parts;
    std::string marker;
    for (int page = 0; page < pages_max; ++page) {
        Call call{.key = key, .query = {{"uploadId", upload}}};
        if (!marker.empty()) call.query.emplace_back("part-number-marker", marker);
        auto const answer = read_xml(send(call, stop).body);
        auto const found = answer.groups.find("Part");
        if (found != answer.groups.end())
            for (auto item : found->second)
                parts.push_back({std::atoi(item["PartNumber"].c_str()),
                                 std::strtoull(item["Size"].c_str(), nullptr, 10), unquoted(item["ETag"])});
        marker = answer.text("NextPartNumberMarker");
        if (answer.text("IsTruncated") != "true" || marker.empty()) break;
    }
    return parts;
}

void Client::complete_upload(std::string const& key, std::string const& upload, std::vector<Part> const& parts,
                             std::uintmax_t bytes, std::stop_token const& stop)
{
    std::string body = "<CompleteMultipartUpload>";
    for (auto const& part : parts)
        body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>\"{}\"</ETag></Part>", part.number,
                            base::escape_markup(part.etag));
    body += "</CompleteMultipartUpload>";
    auto const response = send(
        {.method = "POST", .key = key, .query = {{"uploadId", upload}}, .body = std::move(body), .also = {404}}, stop);
    // An answer that was lost leaves an upload that is over: what counts is whether the object is there.
    auto const there = head(key, stop);
    if (there && there->bytes == bytes) return;
    fail(response.status == 404 ? ErrorCode::NotFound : ErrorCode::Upstream,
         "{}: its upload is over, and the object store has {} bytes of {}", key, there ? there->bytes : 0, bytes);
}

void Client::abort_upload(std::string const& key, std::string const& upload, std::stop_token const& stop)
{
    send({.method = "DELETE", .key = key, .query = {{"uploadId", upload}}, .also = {404}}, stop);
}

std::vector<OpenUpload> Client::list_uploads(std::string const& prefix, std::stop_token const& stop)
{
    auto const answer = read_xml(send({.query = {{"uploads", ""}, {"prefix", prefix}}}, stop).body);
    std::vector<OpenUpload> uploads;
    auto const found = answer.groups.find("Upload");
    if (found != answer.groups.end())
        for (auto item : found->second)
            uploads.push_back({item["Key"], item["UploadId"], base::parse_time(item["Initiated"])});
    return uploads;
}

std::string Client::presigned_get(std::string const& key, std::chrono::seconds valid_for) const
{
    auto const wanted = signable({.key = key});
    auto const url = endpoint_.origin() + encoded_path(wanted.path) + "?";
    return url + presign(wanted, options_.credentials, {options_.region}, http_.clock().now(), valid_for);
}

} // namespace objects
