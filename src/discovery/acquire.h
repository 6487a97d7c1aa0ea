#pragma once
#include "discovery/candidate.h"
#include "discovery/scan.h"
#include "net/download.h"

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
    bool downloaded = false; ///< false: it was here already
    Rights rights;
};
BOOST_DESCRIBE_STRUCT(Acquired, (), (path, sha256, bytes, downloaded, rights))

struct AcquireOptions {
    std::filesystem::path cache; ///< folder for downloads
    std::uintmax_t bytes_max = 2ULL << 30U;
    base::Milliseconds timeout{30 * 60 * 1000};
    std::function<void(std::uintmax_t bytes, std::optional<std::uintmax_t> total)> on_progress = {};
};

/// Makes the clip a local file. A library clip stays where it is; a network clip lands in the cache, and is taken from
/// there the next time. Unavailable where the candidate offers no file.
Acquired acquire(Candidate const& candidate, AcquireOptions const& acquire_options, Options const& options,
                 net::HttpClient& client, std::stop_token const& stop = {});

/// What a local file says of itself: its name, and the sidecar beside it where there is one. A broken sidecar raises
/// InvalidInput, naming it.
Candidate describe_file(std::filesystem::path const& video);

Rights rights_of(Candidate const& candidate);

} // namespace discovery
