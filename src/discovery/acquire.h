#pragma once
#include "discovery/candidate.h"
#include "discovery/page_download.h"
#include "discovery/scan.h"
#include "net/download.h"
#include "store/blob_store.h"

namespace discovery {

/// Cleared: a licence that lets others use the work, stated at the source. Unknown: a person must decide before it is
/// published.
enum class RightsStatus { Cleared, Unknown };
BOOST_DESCRIBE_ENUM(RightsStatus, Cleared, Unknown)

/// Under what terms a clip came here; kept with it for ever.
struct Rights {
    std::string license = "unknown";
    std::optional<std::string> license_url;
    std::optional<std::string> author;
    std::string source_url;
    RightsStatus status = RightsStatus::Unknown;
    bool attribution_required = false;
    std::optional<std::string> statement; ///< the platform's own words
};
BOOST_DESCRIBE_STRUCT(Rights, (), (license, license_url, author, source_url, status, attribution_required, statement))

/// A clip on this machine.
struct Acquired {
    std::filesystem::path path;
    std::string sha256;
    std::int64_t bytes = 0;
    bool downloaded = false;         ///< false: it was here already
    std::optional<std::string> blob; ///< its name in the blob store; a library clip has none
    Rights rights;
};
BOOST_DESCRIBE_STRUCT(Acquired, (), (path, sha256, bytes, downloaded, blob, rights))

struct AcquireOptions {
    std::filesystem::path cache; ///< folder for downloads under way, and notes of what was fetched
    store::BlobStore& blobs;     ///< where they end
    std::uintmax_t bytes_max = 2ULL << 30U;
    base::Milliseconds timeout{30 * 60 * 1000};
    std::function<void(std::uintmax_t bytes, std::optional<std::uintmax_t> total)> on_progress = {};
    /// For candidates that name a page and no file. Limits and progress are those above.
    PageDownloadOptions page = {};
    /// A sealed secret of the owner's, as in "cookies.youtube"; "" where there is none.
    std::function<std::string(std::string const& name)> secret = {};
};

/// The settings of acquisition, for base::Config.
std::vector<base::Setting> acquire_settings();
/// Cache and blob store are the caller's.
AcquireOptions acquire_options_from(base::Config const& config, std::filesystem::path cache, store::BlobStore& blobs,
                                    net::ClientOptions guard);

/// Makes the clip a local file. A library clip stays where it is; a network clip lands in the blob store, and is taken
/// from there the next time. One that names no file is fetched from its page. InvalidInput for what is no video or
/// sound.
Acquired acquire(Candidate const& candidate, AcquireOptions const& acquire_options, Options const& options,
                 net::HttpClient& client, std::stop_token const& stop = {});

/// What a local file says of itself: its name, and the sidecar beside it where there is one. A broken sidecar raises
/// InvalidInput, naming it.
Candidate describe_file(std::filesystem::path const& video);

Rights rights_of(Candidate const& candidate);

} // namespace discovery
