#include "api/file_response.h"
#include "api/paging.h"
#include "api/problem.h"
#include "api/uploads/desk.h"

#include <fmt/chrono.h>

namespace api::routes {

static constexpr std::string_view tus_body = "application/offset+octet-stream";

struct UploadView {
    std::string id;
    std::int64_t length = 0;
    std::int64_t received = 0;
    std::map<std::string, std::string> metadata;
    store::UploadState state = store::UploadState::Receiving;
    std::string reason;
    std::optional<std::string> sha256;
    base::Time expires_at{};
    base::Time created_at{};
    std::optional<base::Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(UploadView, (),
                      (id, length, received, metadata, state, reason, sha256, expires_at, created_at, finished_at))

static std::map<std::string, std::string> metadata_of(store::Upload const& upload)
{
    return base::read_json<std::map<std::string, std::string>>(upload.metadata, "metadata");
}

static UploadView view_of(store::Upload const& upload)
{
    return {upload.id,     upload.length, upload.received,   metadata_of(upload), upload.state,
            upload.reason, upload.blob,   upload.expires_at, upload.created_at,   upload.finished_at};
}

static net::ServerResponse tus_answer(int status, net::Headers headers)
{
    headers.emplace_back("Tus-Resumable", tus::version);
    headers.emplace_back("Cache-Control", "no-store");
    return {.status = status, .headers = std::move(headers), .content_type = ""};
}

static net::ServerResponse tus_problem(Call const& call, int status, std::string code, std::string detail,
                                       net::Headers const& headers = {})
{
    auto response = problem_response(make_problem(status, std::move(code), std::move(detail), call.request_id));
    response.headers.emplace_back("Tus-Resumable", tus::version);
    for (auto const& header : headers) response.headers.push_back(header);
    return response;
}

/// A refusal where the client speaks another version, or sends what is no piece of a file.
static std::optional<net::ServerResponse> check_request(Call const& call, bool has_body)
{
    if (call.request.header("Tus-Resumable") != tus::version)
        return tus_problem(call, 412, "invalid_input",
                           fmt::format("Tus-Resumable: only version {} is spoken here", tus::version),
                           {{"Tus-Version", std::string(tus::version)}});
    if (has_body && call.request.header("Content-Type") != tus_body)
        return tus_problem(call, 415, "invalid_input", fmt::format("Content-Type: must be {}", tus_body));
    return std::nullopt;
}

static std::string http_date(base::Time time)
{
    return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(
                           std::chrono::time_point_cast<std::chrono::system_clock::duration>(time))));
}

static net::Headers offset_headers(store::Upload const& upload)
{
    return {{"Upload-Offset", std::to_string(upload.received)}, {"Upload-Expires", http_date(upload.expires_at)}};
}

static net::ServerResponse options(Services& services, Call const&, Nothing const&)
{
    return tus_answer(204, {{"Tus-Version", std::string(tus::version)},
                            {"Tus-Extension", std::string(tus::extensions)},
                            {"Tus-Checksum-Algorithm", std::string(tus::checksum_algorithms)},
                            {"Tus-Max-Size", std::to_string(services.uploads.limits().bytes_max)}});
}

Route upload_options()
{
    return route({.method = "OPTIONS",
                  .path = "/api/v1/uploads",
                  .access = Access::Public,
                  .tag = "uploads",
                  .help = "What of tus 1.0 is spoken here, and how large a file may be.",
                  .status = 204},
                 options);
}

static std::optional<tus::Checksum> checksum_of(Call const& call)
{
    auto const text = call.request.header("Upload-Checksum");
    if (text.empty()) return std::nullopt;
    return tus::read_checksum(text);
}

/// The end of a request that brought bytes.
static net::ServerResponse commit(Call const& call, UploadDesk::Writer& writer)
{
    if (!writer.commit())
        return tus_problem(call, 460, "invalid_input", "Upload-Checksum: the bytes that came have another one");
    return tus_answer(204, offset_headers(writer.upload()));
}

static net::ServerResponse create(Services& services, Call const& call, Nothing const&)
{
    auto const& request = call.request;
    if (auto refused = check_request(call, !request.body.empty())) return std::move(*refused);
    if (request.header("Upload-Length").empty())
        return tus_problem(call, 400, "invalid_input",
                           "Upload-Length: is missing; a length that comes later is not taken");
    auto const length = tus::read_number("Upload-Length", request.header("Upload-Length"));
    if (length > services.uploads.limits().bytes_max)
        return tus_problem(call, 413, "invalid_input",
                           fmt::format("Upload-Length: {} exceeds {}", length, services.uploads.limits().bytes_max));
    auto const checksum = checksum_of(call);
    auto upload = services.uploads.create(call.owner(), length, tus::read_metadata(request.header("Upload-Metadata")));
    net::Headers headers{{"Location", "/api/v1/uploads/" + upload.id}};
    if (!request.body.empty()) { // the first bytes came with it; if not, the client goes on with PATCH
        auto const writer = services.uploads.write(upload.id, call.owner(), 0, checksum);
        writer->take(request.body);
        if (!writer->commit())
            return tus_problem(call, 460, "invalid_input", "Upload-Checksum: the bytes that came have another one",
                               headers);
        upload = writer->upload();
    }
    for (auto& header : offset_headers(upload)) headers.push_back(std::move(header));
    return tus_answer(201, std::move(headers));
}

Route create_upload()
{
    return route({.method = "POST",
                  .path = "/api/v1/uploads",
                  .access = Access::Creator,
                  .tag = "uploads",
                  .help = "Begins an upload of Upload-Length bytes (tus 1.0); Location says where its pieces go. "
                          "Upload-Metadata may hold filename, filetype and sha256 of the whole file.",
                  .status = 201,
                  .takes = tus_body,
                  .problems = {400, 409, 412, 413, 415, 460, 507}},
                 create);
}

static Page<UploadView> list(Services& services, Call const& call, ListQuery const& query)
{
    auto const rows = services.database.read([&](store::Connection& connection) {
        return store::list_uploads(connection, call.owner(), decode_cursor(query.cursor), query.limit + 1);
    });
    return page_of<UploadView>(rows, query.limit, [](store::Upload const& upload) { return view_of(upload); });
}

Route list_uploads()
{
    return route({.method = "GET",
                  .path = "/api/v1/uploads",
                  .access = Access::Viewer,
                  .tag = "uploads",
                  .help = "One's uploads, newest first."},
                 list);
}

static Reply<UploadView> get(Services& services, Call const& call, ById const& parameters)
{
    auto const upload = services.uploads.get(parameters.id, call.owner());
    auto headers = offset_headers(upload);
    headers.emplace_back("Upload-Length", std::to_string(upload.length));
    headers.emplace_back("Tus-Resumable", tus::version);
    headers.emplace_back("Cache-Control", "no-store");
    if (auto text = tus::write_metadata(metadata_of(upload)); !text.empty())
        headers.emplace_back("Upload-Metadata", std::move(text));
    return {view_of(upload), 0, std::move(headers)};
}

Route get_upload()
{
    return route({.method = "GET",
                  .path = "/api/v1/uploads/{id}",
                  .access = Access::Viewer,
                  .tag = "uploads",
                  .help = "How far an upload is; HEAD gives the same in the headers of tus."},
                 get);
}

static std::unique_ptr<UploadDesk::Writer> writer_of(Services& services, Call const& call)
{
    auto const offset = call.request.header("Upload-Offset");
    return services.uploads.write(call.path.at("id"), call.owner(), tus::read_number("Upload-Offset", offset),
                                  checksum_of(call));
}

static net::ServerResponse append(Services& services, Call const& call, ById const& parameters)
{
    services.uploads.get(parameters.id, call.owner()); // what is not there has no offset, and no version either
    if (auto refused = check_request(call, true)) return std::move(*refused);
    auto const writer = writer_of(services, call);
    writer->take(call.request.body);
    return commit(call, *writer);
}

/// Bytes go to the disk as they come.
class UploadSink : public net::BodySink {
public:
    UploadSink(Call const& call, std::unique_ptr<UploadDesk::Writer> writer) : call_(call), writer_(std::move(writer))
    {
    }
    bool take(std::string_view bytes, std::stop_token const&) override
    {
        writer_->take(bytes);
        return true;
    }
    net::ServerResponse finish(bool, std::stop_token const&) override { return commit(call_, *writer_); }
    void lost() override
    {
        writer_->break_off();
        writer_.reset(); // the next request may write at once
    }

private:
    Call const& call_;
    std::unique_ptr<UploadDesk::Writer> writer_;
};

/// One that must be refused whole: its body is not even looked at.
class RefusedSink : public net::BodySink {
public:
    explicit RefusedSink(net::ServerResponse response) : response_(std::move(response)) {}
    bool take(std::string_view, std::stop_token const&) override { return false; }
    net::ServerResponse finish(bool, std::stop_token const&) override { return std::move(response_); }

private:
    net::ServerResponse response_;
};

Route append_upload()
{
    auto out = route({.method = "PATCH",
                      .path = "/api/v1/uploads/{id}",
                      .access = Access::Creator,
                      .tag = "uploads",
                      .help = "The next bytes, from Upload-Offset on; Upload-Checksum is held to them.",
                      .status = 204,
                      .takes = tus_body,
                      .problems = {409, 412, 415, 460, 507}},
                     append);
    out.receive = [](Services& services, Call const& call) -> std::unique_ptr<net::BodySink> {
        services.uploads.get(call.path.at("id"), call.owner());
        if (auto refused = check_request(call, true)) return std::make_unique<RefusedSink>(std::move(*refused));
        return std::make_unique<UploadSink>(call, writer_of(services, call));
    };
    return out;
}

static net::ServerResponse remove(Services& services, Call const& call, ById const& parameters)
{
    services.uploads.get(parameters.id, call.owner());
    if (auto refused = check_request(call, false)) return std::move(*refused);
    services.uploads.remove(parameters.id, call.owner());
    return tus_answer(204, {});
}

Route delete_upload()
{
    return route({.method = "DELETE",
                  .path = "/api/v1/uploads/{id}",
                  .access = Access::Creator,
                  .tag = "uploads",
                  .help = "Ends an upload and forgets its bytes; of a finished one the row, not the file.",
                  .status = 204,
                  .problems = {412}},
                 remove);
}

static net::ServerResponse download(Services& services, Call const& call, ById const& parameters)
{
    auto const upload = services.uploads.get(parameters.id, call.owner());
    if (!upload.blob) base::fail(base::ErrorCode::NotFound, "the upload {} has no file yet", upload.id);
    auto metadata = metadata_of(upload);
    auto const& name = metadata["filename"];
    return file_response(call.request, {services.blobs.path_of(*upload.blob), '"' + *upload.blob + '"',
                                        std::string(content_type_of(name)), name});
}

Route get_upload_file()
{
    return route({.method = "GET",
                  .path = "/api/v1/uploads/{id}/file",
                  .access = Access::Viewer,
                  .tag = "uploads",
                  .help = "The file itself, whole or by Range.",
                  .returns = "application/octet-stream",
                  .problems = {416}},
                 download);
}

} // namespace api::routes
