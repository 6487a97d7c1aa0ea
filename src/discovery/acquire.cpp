#include "discovery/acquire.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "discovery/license.h"

#include <algorithm>
#include <array>
#include <sys/stat.h>

namespace discovery {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr std::size_t note_bytes_max = 64U << 10U;

/// In the cache: which blob a URL brought, so that it is fetched once.
struct CacheNote {
    std::string id;
    std::string url;
    std::string sha256;
    std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(CacheNote, (), (id, url, sha256, bytes))

Rights rights_of(Candidate const& candidate)
{
    Rights rights;
    rights.license = candidate.license;
    rights.license_url = candidate.license_url;
    rights.author = candidate.author;
    rights.source_url = candidate.source_url.value_or(candidate.url);
    rights.attribution_required = needs_attribution(candidate.license);
    rights.statement = candidate.rights;
    // A licence that asks for the author's name helps nobody who doesn't know it.
    auto const nameless = rights.attribution_required && !rights.author;
    rights.status = allows_remix(candidate.license) && !nameless ? RightsStatus::Cleared : RightsStatus::Unknown;
    return rights;
}

static Acquired local(Candidate const& candidate, fs::path const& path)
{
    std::error_code error;
    auto const bytes = fs::file_size(path, error);
    if (error) base::fail_errno(error.value(), "read", path.string());
    if (bytes == 0) fail(ErrorCode::InvalidInput, "{}: the file is empty", path.string());
    return {path, base::sha256_file(path), static_cast<std::int64_t>(bytes), false, {}, rights_of(candidate)};
}

/// The ending of a file name that media tools know; ".bin" for anything else.
static std::string ending_of(std::string const& url)
{
    static constexpr std::array<std::string_view, 10> known{".mp4", ".m4v", ".mov", ".mkv",  ".webm",
                                                            ".ogv", ".avi", ".mpg", ".mpeg", ".ts"};
    auto const path = net::parse_url(url).target;
    auto const ending = base::lower_ascii(fs::path(path.substr(0, path.find('?'))).extension().string());
    return std::find(known.begin(), known.end(), ending) != known.end() ? ending : ".bin";
}

/// Operator only where the file lies on the very endpoint that the operator set for this source.
static net::Trust trust_of(Candidate const& candidate, std::string const& url, Options const& options)
{
    auto const own = options.endpoints.find(candidate.platform);
    auto const same =
        own != options.endpoints.end() && net::parse_url(own->second).origin() == net::parse_url(url).origin();
    return same ? net::Trust::Operator : net::Trust::Guarded;
}

static std::optional<Acquired> from_blobs(Candidate const& candidate, std::string const& url, fs::path const& note_path,
                                          store::BlobStore& blobs)
{
    try {
        auto const note = base::read_json<CacheNote>(base::read_file(note_path, note_bytes_max), note_path.string());
        if (note.url != url || !blobs.contains(note.sha256)) return std::nullopt;
        if (!blobs.verify(note.sha256)) { // damaged: its place is needed for a whole one
            blobs.remove(note.sha256);
            return std::nullopt;
        }
        return Acquired{blobs.path_of(note.sha256), note.sha256, note.bytes, false, note.sha256, rights_of(candidate)};
    } catch (base::Error const&) { // no note, or a broken one: fetch it again
        return std::nullopt;
    }
}

static fs::path fetch_file(Candidate const& candidate, std::string const& name, AcquireOptions const& wanted,
                           Options const& options, net::HttpClient& client, std::stop_token const& stop)
{
    auto const& url = *candidate.media_url;
    net::Request request;
    request.url = url;
    request.trust = trust_of(candidate, url, options);
    request.total_timeout = wanted.timeout;
    net::DownloadOptions limits;
    limits.bytes_max = wanted.bytes_max;
    limits.on_progress = wanted.on_progress;
    auto const file = net::download(client, request, wanted.cache / (name + ending_of(url)), limits, stop);
    if (file.bytes > 0 && !file.content_type.starts_with("text/html")) return file.path;
    std::error_code ignored;
    fs::remove(file.path, ignored);
    fail(ErrorCode::Upstream, "{}: {} is no video ({})", candidate.id, base::redact_url(url),
         file.bytes == 0 ? "empty" : file.content_type);
}

static fs::path fetch_page(Candidate const& candidate, AcquireOptions const& wanted, std::stop_token const& stop)
{
    auto page = wanted.page;
    page.bytes_max = wanted.bytes_max;
    page.timeout = wanted.timeout;
    page.on_progress = wanted.on_progress;
    auto const secret = "cookies." + candidate.platform;
    if (wanted.secret) page.cookies = wanted.secret(secret);
    if (!page.cookies.empty() && page.cookies.find("HTTP Cookie File") > 40)
        fail(ErrorCode::InvalidInput,
             base::Next{"export them in Netscape's format, whose first line is '# Netscape HTTP Cookie File'"},
             "{} holds no cookie file", secret);
    base::make_folder(wanted.cache);
    try {
        return download_page(candidate.url, wanted.cache, page, stop);
    } catch (PageError const& error) {
        auto next = error.next_action;
        if (auto const at = next.find("cookies.PLATFORM"); at != std::string::npos) next.replace(at, 16, secret);
        throw PageError(error.trouble, error.what(), next);
    }
}

Acquired acquire(Candidate const& candidate, AcquireOptions const& wanted, Options const& options,
                 net::HttpClient& client, std::stop_token const& stop)
{
    if (candidate.kind != CandidateKind::Video && candidate.kind != CandidateKind::Audio)
        fail(ErrorCode::InvalidInput, base::Next{"choose a video"}, "{}: a {} is nothing to cut a clip from",
             candidate.id, base::enum_text(candidate.kind));
    if (candidate.url.starts_with("file://")) {
        if (candidate.media_url) return local(candidate, *candidate.media_url);
        fail(ErrorCode::InvalidInput, "{}: no file is named", candidate.id);
    }
    auto const url = candidate.media_url.value_or(candidate.url);
    auto const name = base::slug(candidate.id, 40) + "-" + base::sha256(candidate.id + "\n" + url).substr(0, 12);
    auto const note_path = wanted.cache / (name + ".json");
    if (auto known = from_blobs(candidate, url, note_path, wanted.blobs)) return *known;
    auto const file = candidate.media_url ? fetch_file(candidate, name, wanted, options, client, stop)
                                          : fetch_page(candidate, wanted, stop);
    auto const blob = wanted.blobs.put_file(file);
    auto const bytes = static_cast<std::int64_t>(blob.bytes);
    base::write_file_atomic(note_path, base::to_json(CacheNote{candidate.id, url, blob.name, bytes}));
    std::error_code ignored;
    fs::remove(file, ignored); // the blob is what counts
    return {wanted.blobs.path_of(blob.name), blob.name, bytes, true, blob.name, rights_of(candidate)};
}

std::vector<base::Setting> acquire_settings()
{
    return {base::changeable({"acquire", "bytes_max", "largest file that is fetched", "2147483648"}),
            {"acquire", "yt_dlp", "the program that fetches videos from their pages", "yt-dlp"},
            {"acquire", "js_runtime", "JavaScript runtime for it, as in node or deno:/usr/bin/deno", ""},
            {"acquire", "rate_limit", "bytes a second from such pages, as in 2M; empty: no limit", ""}};
}

AcquireOptions acquire_options_from(base::Config const& config, fs::path cache, store::BlobStore& blobs,
                                    net::ClientOptions guard)
{
    AcquireOptions options{.cache = std::move(cache), .blobs = blobs};
    options.bytes_max =
        static_cast<std::uintmax_t>(config.integer("acquire.bytes_max", 1'000'000, std::int64_t{1} << 40U));
    options.page.program = config.text("acquire.yt_dlp");
    options.page.js_runtime = config.text("acquire.js_runtime");
    options.page.rate_limit = config.text("acquire.rate_limit");
    options.page.guard = std::move(guard);
    return options;
}

} // namespace discovery
