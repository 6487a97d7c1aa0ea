#pragma once
#include "base/json.h"
#include "net/http.h"

#include <filesystem>
#include <functional>

namespace discovery {

/// Why yt-dlp brought no file.
enum class PageTrouble {
    BotCheck,
    AgeGate,
    Private,
    Removed,
    Geo,
    Live,
    Drm,
    Throttled,
    NoFormat,
    Setup,
    Unsupported,
    TooLarge,
    Network,
    Other
};
BOOST_DESCRIBE_ENUM(PageTrouble, BotCheck, AgeGate, Private, Removed, Geo, Live, Drm, Throttled, NoFormat, Setup,
                    Unsupported, TooLarge, Network, Other)

/// What the program's messages mean; they are matched by pieces, for their wording changes.
PageTrouble trouble_of(std::string_view messages);

struct PageError : base::Error {
    PageError(PageTrouble what, std::string const& message, std::string next);
    PageTrouble trouble;
};

struct PageDownloadOptions {
    std::string program = "yt-dlp"; ///< found through PATH
    std::string js_runtime = {};    ///< "node", "node:/path"; empty: what the program takes by itself
    std::string rate_limit = {};    ///< bytes a second as in "2M"; empty: none
    std::string cookies = {};       ///< the text of a Netscape cookie file; on disk only while the program runs
    std::uintmax_t bytes_max = 2ULL << 30U;
    base::Milliseconds timeout{30 * 60 * 1000};
    net::ClientOptions guard = {}; ///< for the proxy that all its traffic goes through
    std::function<void(std::uintmax_t bytes, std::optional<std::uintmax_t> total)> on_progress = {};
};

/// The video of a page, by yt-dlp as a child process: no configuration, no playlists, no live streams; its requests
/// pass the URL guard. PageError where it brings none. The file lies in the folder, under a name of its own.
std::filesystem::path download_page(std::string const& url, std::filesystem::path const& folder,
                                    PageDownloadOptions const& options, std::stop_token const& stop = {});

/// What is installed, for `doctor`.
struct PageProgram {
    std::string version;                                 ///< "2026.08.19"
    bool js_runtimes = false;                            ///< knows --js-runtimes
    bool too_old() const { return version < "2025.11"; } ///< without --js-runtimes YouTube's formats stay hidden
};
/// Unavailable where the program is not there.
PageProgram page_program(std::string const& program);

} // namespace discovery
