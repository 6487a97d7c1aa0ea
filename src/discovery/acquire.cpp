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

/// Beside a clip in the cache: what it is, so that it is fetched once.
struct CacheNote {
    std::string id;
    std::string media_url;
    std::string sha256;
    std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(CacheNote, (), (id, media_url, sha256, bytes))

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
    return {path, base::sha256_file(path), static_cast<std::int64_t>(bytes), false, rights_of(candidate)};
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

static std::optional<Acquired> from_cache(Candidate const& candidate, fs::path const& target, fs::path const& note_path)
{
    try {
        auto const note = base::read_json<CacheNote>(base::read_file(note_path, note_bytes_max), note_path.string());
        std::error_code error;
        auto const bytes = fs::file_size(target, error);
        if (error || note.media_url != *candidate.media_url || static_cast<std::int64_t>(bytes) != note.bytes)
            return std::nullopt;
        if (base::sha256_file(target) != note.sha256) return std::nullopt;
        return Acquired{target, note.sha256, note.bytes, false, rights_of(candidate)};
    } catch (base::Error const&) { // no note, or a broken one: fetch it again
        return std::nullopt;
    }
}

Acquired acquire(Candidate const& candidate, AcquireOptions const& acquire_options, Options const& options,
                 net::HttpClient& client, std::stop_token const& stop)
{
    if (!candidate.media_url)
        fail(ErrorCode::Unavailable, base::Next{"choose another clip"}, "{}: the platform offers no file to download",
             candidate.id);
    if (candidate.url.starts_with("file://")) return local(candidate, *candidate.media_url);
    auto const& url = *candidate.media_url;
    auto const name = base::slug(candidate.id, 40) + "-" + base::sha256(candidate.id + "\n" + url).substr(0, 12);
    auto const target = acquire_options.cache / (name + ending_of(url));
    auto const note_path = acquire_options.cache / (name + ".json");
    if (auto cached = from_cache(candidate, target, note_path)) return *cached;
    net::Request request;
    request.url = url;
    request.trust = trust_of(candidate, url, options);
    request.total_timeout = acquire_options.timeout;
    net::DownloadOptions limits;
    limits.bytes_max = acquire_options.bytes_max;
    limits.on_progress = acquire_options.on_progress;
    auto const file = net::download(client, request, target, limits, stop);
    auto const bytes = static_cast<std::int64_t>(file.bytes);
    if (bytes == 0 || file.content_type.starts_with("text/html")) {
        std::error_code ignored;
        fs::remove(target, ignored);
        fail(ErrorCode::Upstream, "{}: {} is no video ({})", candidate.id, base::redact_url(url),
             bytes == 0 ? "empty" : file.content_type);
    }
    base::write_file_atomic(note_path, base::to_json(CacheNote{candidate.id, url, file.sha256, bytes}));
    return {target, file.sha256, bytes, true, rights_of(candidate)};
}

} // namespace discovery
