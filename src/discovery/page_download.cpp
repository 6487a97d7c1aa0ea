#include "discovery/page_download.h"

#include "base/config.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "net/forward_proxy.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace discovery {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;

static constexpr base::Milliseconds probe_timeout{30'000};
static constexpr std::size_t message_bytes_max = 300;
static constexpr std::uintmax_t proxy_slack = 64U << 20U; ///< pages and playlists beside the video itself

namespace {

struct Sign {
    std::string_view text; ///< lower case, apostrophes plain
    PageTrouble trouble;
};

/// The first that occurs decides, so the narrow ones stand first.
constexpr std::array<Sign, 44> signs{{
    {"not a bot", PageTrouble::BotCheck},
    {"captcha", PageTrouble::BotCheck},
    {"confirm your age", PageTrouble::AgeGate},
    {"age-restricted", PageTrouble::AgeGate},
    {"age restricted", PageTrouble::AgeGate},
    {"drm protected", PageTrouble::Drm},
    {"private video", PageTrouble::Private},
    {"this video is private", PageTrouble::Private},
    {"members-only", PageTrouble::Private},
    {"members only", PageTrouble::Private},
    {"join this channel", PageTrouble::Private},
    {"login required", PageTrouble::Private},
    {"log in", PageTrouble::Private},
    {"available in your country", PageTrouble::Geo},
    {"available from your location", PageTrouble::Geo},
    {"geo restrict", PageTrouble::Geo},
    {"geo-restrict", PageTrouble::Geo},
    {"live event will begin", PageTrouble::Live},
    {"premieres in", PageTrouble::Live},
    {"is live", PageTrouble::Live},
    {"offline", PageTrouble::Live},
    {"rate-limited", PageTrouble::Throttled},
    {"http error 429", PageTrouble::Throttled},
    {"too many requests", PageTrouble::Throttled},
    {"has been removed", PageTrouble::Removed},
    {"has been terminated", PageTrouble::Removed},
    {"video unavailable", PageTrouble::Removed},
    {"no longer available", PageTrouble::Removed},
    {"http error 404", PageTrouble::Removed},
    {"http error 410", PageTrouble::Removed},
    {"ffmpeg is not installed", PageTrouble::Setup},
    {"no supported javascript runtime", PageTrouble::Setup},
    {"challenge solving failed", PageTrouble::Setup},
    {"signature solving failed", PageTrouble::Setup},
    {"no such option", PageTrouble::Setup},
    {"requested format is not available", PageTrouble::NoFormat},
    {"no video formats found", PageTrouble::NoFormat},
    {"po token", PageTrouble::NoFormat},
    {"larger than max-filesize", PageTrouble::TooLarge},
    {"unsupported url", PageTrouble::Unsupported},
    {"is not a valid url", PageTrouble::Unsupported},
    {"timed out", PageTrouble::Network},
    {"unable to download", PageTrouble::Network},
    {"connection re", PageTrouble::Network},
}};

struct Cure {
    PageTrouble trouble;
    ErrorCode code;
    std::string_view next;
};

constexpr std::array<Cure, 14> cures{{
    {PageTrouble::BotCheck, ErrorCode::Forbidden,
     "give the cookies of a browser that is signed in: `ettametta keys set cookies.PLATFORM < cookies.txt`; don't "
     "retry "
     "before that"},
    {PageTrouble::AgeGate, ErrorCode::Forbidden,
     "give the cookies of an adult's account: `ettametta keys set cookies.PLATFORM < cookies.txt`"},
    {PageTrouble::Private, ErrorCode::Forbidden, "choose another clip, or give cookies of an account that may see it"},
    {PageTrouble::Removed, ErrorCode::NotFound, "choose another clip"},
    {PageTrouble::Geo, ErrorCode::Forbidden, "choose another clip: this one is not shown in this server's country"},
    {PageTrouble::Live, ErrorCode::Conflict, "ask again when the stream is over"},
    {PageTrouble::Drm, ErrorCode::Forbidden, "choose another clip: this one is encrypted"},
    {PageTrouble::Throttled, ErrorCode::RateLimited, "wait an hour"},
    {PageTrouble::NoFormat, ErrorCode::Unavailable, "install a current yt-dlp and a JavaScript runtime"},
    {PageTrouble::Setup, ErrorCode::Unavailable,
     "install what is missing; `ettametta doctor` shows it; acquire.js_runtime names a JavaScript runtime"},
    {PageTrouble::Unsupported, ErrorCode::InvalidInput, "choose a page with a video"},
    {PageTrouble::TooLarge, ErrorCode::InvalidInput, "raise acquire.bytes_max, or choose a shorter clip"},
    {PageTrouble::Network, ErrorCode::Upstream, "try again later"},
    {PageTrouble::Other, ErrorCode::Upstream, "open the page in a browser and see what it says"},
}};

[[noreturn]] void give_up(PageTrouble trouble, std::string const& message, PageProgram const& program)
{
    auto const cure = std::ranges::find(cures, trouble, &Cure::trouble);
    std::string next(cure->next);
    if (program.too_old() && cure->code != ErrorCode::NotFound)
        next += "; yt-dlp " + program.version + " is too old for some platforms: install a current one";
    throw PageError(trouble, message, next);
}

/// The last of yt-dlp's "ERROR:" lines, without advice that is not ours.
std::string error_line(std::string_view errors)
{
    std::string found;
    for (auto const& line : base::split(errors, '\n'))
        if (base::trim(line).starts_with("ERROR:")) found = base::trim(line);
    if (found.empty()) found = base::trim(errors);
    for (std::string_view const advice : {" Use --cookies", "; please report", " Confirm you are", " (caused by"})
        if (auto const at = found.find(advice); at != std::string::npos) found.resize(at);
    return base::truncate_utf8(base::clean_utf8(found), message_bytes_max);
}

std::optional<std::uintmax_t> number(std::string_view word)
{
    std::uintmax_t value = 0;
    auto const whole = word.substr(0, word.find('.'));
    auto const [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    if (error != std::errc{} || end != whole.data() + whole.size() || whole.empty()) return std::nullopt;
    return value;
}

/// What the program says while it works.
struct Talk {
    PageDownloadOptions const& options;
    std::stop_source& end;
    bool too_large = false;
    std::string file = {};

    void line(std::string_view text)
    {
        if (text.starts_with("FILE ")) file = text.substr(5);
        if (!text.starts_with("P ")) return;
        auto const words = base::split(text.substr(2), ' ');
        auto const bytes = words.empty() ? std::nullopt : number(words[0]);
        if (!bytes) return;
        auto total = words.size() > 1 ? number(words[1]) : std::nullopt;
        if (!total && words.size() > 2) total = number(words[2]);
        if (*bytes > options.bytes_max) { // --max-filesize looks only where a length is known beforehand
            too_large = true;
            end.request_stop();
        }
        if (options.on_progress) options.on_progress(*bytes, total);
    }
};

std::map<std::string, std::string> environment_of(fs::path const& folder, std::string const& proxy)
{
    auto const own = base::process_environment()["PATH"];
    auto const home = folder.string();
    // The proxy's password stays out of the arguments, which every process may read.
    return {{"PATH", own.empty() ? "/usr/local/bin:/usr/bin:/bin" : own},
            {"HOME", home},
            {"XDG_CACHE_HOME", home},
            {"XDG_CONFIG_HOME", home},
            {"TMPDIR", home},
            {"LANG", "C.UTF-8"},
            {"PYTHONDONTWRITEBYTECODE", "1"},
            {"http_proxy", proxy},
            {"https_proxy", proxy},
            {"all_proxy", proxy}};
}

std::vector<std::string> arguments_of(std::string const& url, fs::path const& folder,
                                      PageDownloadOptions const& options, PageProgram const& program)
{
    std::vector<std::string> words{options.program,
                                   "--no-config",
                                   "--no-playlist",
                                   "--no-cache-dir",
                                   "--no-mtime",
                                   "--restrict-filenames",
                                   "--socket-timeout",
                                   "20",
                                   "--retries",
                                   "3",
                                   "--fragment-retries",
                                   "3",
                                   "--abort-on-unavailable-fragments",
                                   "--match-filters",
                                   "!is_live",
                                   "--merge-output-format",
                                   "mp4",
                                   "-S",
                                   "res:1080,ext:mp4:m4a",
                                   "--max-filesize",
                                   std::to_string(options.bytes_max),
                                   "--no-simulate",
                                   "--progress",
                                   "--newline",
                                   "--progress-template",
                                   "download:P %(progress.downloaded_bytes)s %(progress.total_bytes)s "
                                   "%(progress.total_bytes_estimate)s",
                                   "--print",
                                   "after_move:FILE %(filepath)s",
                                   "--write-info-json",
                                   "-P",
                                   "home:" + folder.string(),
                                   "-o",
                                   "clip.%(ext)s"};
    auto const add = [&](std::string_view flag, std::string const& value) {
        if (value.empty()) return;
        words.emplace_back(flag);
        words.push_back(value);
    };
    add("--limit-rate", options.rate_limit);
    if (program.js_runtimes) add("--js-runtimes", options.js_runtime);
    if (!options.cookies.empty()) add("--cookies", (folder / "cookies.txt").string());
    words.emplace_back("--");
    words.push_back(url);
    return words;
}

} // namespace

PageTrouble trouble_of(std::string_view messages)
{
    auto text = base::lower_ascii(messages);
    for (std::string_view const curly : {"\xe2\x80\x99", "\xe2\x80\x98"})
        for (auto at = text.find(curly); at != std::string::npos; at = text.find(curly, at))
            text.replace(at, curly.size(), "'");
    for (auto const& sign : signs)
        if (text.find(sign.text) != std::string::npos) return sign.trouble;
    return PageTrouble::Other;
}

PageError::PageError(PageTrouble what, std::string const& message, std::string next)
    : base::Error(std::ranges::find(cures, what, &Cure::trouble)->code, message, std::move(next)), trouble(what)
{
}

PageProgram page_program(std::string const& program)
{
    auto const ask = [&](char const* flag) {
        base::Command call{{program, "--no-config", flag}};
        call.timeout = probe_timeout;
        try {
            auto const result = base::run(call);
            if (result.ok()) return std::string(base::trim(result.output));
            fail(ErrorCode::Unavailable, "{} {}", program, result.describe(call));
        } catch (base::Error const& error) {
            fail(ErrorCode::Unavailable, base::Next{"install yt-dlp, or set acquire.yt_dlp to where it lies"}, "{}",
                 error.what());
        }
    };
    return {base::truncate_utf8(ask("--version"), 40), ask("--help").find("--js-runtimes") != std::string::npos};
}

/// The finished file: where the program said, in its folder, a plain file with something in it.
static fs::path finished_file(std::string const& said, fs::path const& folder)
{
    fs::path const path(said);
    std::error_code error;
    auto const fine = path.parent_path() == folder &&
                      fs::symlink_status(path, error).type() == fs::file_type::regular &&
                      fs::file_size(path, error) > 0 && !error;
    return fine ? path : fs::path();
}

fs::path download_page(std::string const& url, fs::path const& folder, PageDownloadOptions const& options,
                       std::stop_token const& stop)
{
    net::parse_url(url); // http and https alone: the program knows many more
    auto const program = page_program(options.program);
    base::TemporaryFolder const work(folder, ".page");
    if (!options.cookies.empty()) base::write_file_atomic(work.path() / "cookies.txt", options.cookies, 0600);
    net::ForwardProxy const proxy({.guard = options.guard, .bytes_max = options.bytes_max + proxy_slack});
    std::stop_source end;
    std::stop_callback const outer(stop, [&] { end.request_stop(); });
    Talk talk{options, end};
    base::Command call{arguments_of(url, work.path(), options, program)};
    call.environment = environment_of(work.path(), proxy.url());
    call.working_folder = work.path();
    call.timeout = options.timeout;
    call.on_line = [&](std::string_view line) { talk.line(line); };
    auto const result = base::run(call, end.get_token());
    if (talk.too_large || proxy.too_large())
        give_up(PageTrouble::TooLarge, fmt::format("{}: more than {} bytes", url, options.bytes_max), program);
    if (stop.stop_requested()) fail(ErrorCode::Cancelled, "{}: the download was stopped", url);
    if (result.timed_out) fail(ErrorCode::Timeout, "{}: the download {}", url, result.describe(call));
    if (auto const refused = proxy.refusals(); !result.ok() && !refused.empty())
        fail(ErrorCode::Forbidden, base::Next{"choose another clip"}, "{}", refused.front());
    if (!result.ok()) {
        auto const line = error_line(result.errors);
        give_up(trouble_of(result.errors), line.empty() ? url + ": yt-dlp " + result.describe(call) : line, program);
    }
    auto const file = finished_file(talk.file, work.path());
    if (file.empty()) { // it ends with 0 all the same
        auto const looked = fs::exists(work.path() / "clip.info.json");
        give_up(looked ? PageTrouble::TooLarge : PageTrouble::Live,
                fmt::format("{}: {}", url,
                            looked ? fmt::format("the file is larger than {} bytes", options.bytes_max)
                                   : std::string("the stream is live")),
                program);
    }
    auto const target = folder / (work.path().filename().string().substr(1) + file.extension().string());
    base::publish_file(file, target);
    return target;
}

} // namespace discovery
