#include "base/file.h"
#include "base/hash.h"
#include "discovery/acquire.h"
#include "discovery/convert.h"
#include "discovery/license.h"
#include "discovery/match.h"
#include "discovery/source.h"

#include <algorithm>
#include <array>
#include <unistd.h>

namespace discovery {

namespace fs = std::filesystem;
using base::fail;

static constexpr std::size_t sidecar_bytes_max = 64U << 10U;
static constexpr int depth_max = 12;
static constexpr std::size_t files_max = 20'000;

/// What a person says about a clip in "<file>.json" beside it.
struct Sidecar {
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::vector<std::string> tags;
    std::optional<std::string> author;
    std::optional<std::string> license;
    std::optional<std::string> license_url;
    std::optional<std::string> source_url;
    std::optional<base::Time> published_at;
    std::optional<std::string> language;
    std::optional<double> duration_seconds;
};
BOOST_DESCRIBE_STRUCT(Sidecar, (),
                      (title, description, tags, author, license, license_url, source_url, published_at, language,
                       duration_seconds))

namespace {

bool is_video(fs::path const& path)
{
    static constexpr std::array<std::string_view, 16> endings{".mp4", ".m4v",  ".mov", ".mkv", ".webm", ".avi",
                                                              ".mpg", ".mpeg", ".ts",  ".mts", ".m2ts", ".ogv",
                                                              ".flv", ".wmv",  ".3gp", ".mxf"};
    auto const ending = base::lower_ascii(path.extension().string());
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

/// "2026 bread_first-rise.mp4" -> "2026 bread first rise".
std::string title_of(fs::path const& path)
{
    auto text = base::clean_utf8(path.stem().string());
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '_' || c == '-' || c == '.'; }, ' ');
    auto const title = base::trim(text);
    return base::truncate_utf8(title.empty() ? "untitled" : title, title_bytes_max);
}

std::string url_of(fs::path const& path) { return "file://" + net::percent_encode(path.string(), "/"); }

std::optional<std::string> web_url(std::optional<std::string> const& text, std::string const& field)
{
    if (!text) return std::nullopt;
    try {
        return net::parse_url(*text).text();
    } catch (base::Error const& error) {
        fail(base::ErrorCode::InvalidInput, "{}: {}", field, error.what());
    }
}

void apply(Sidecar const& sidecar, Candidate& clip)
{
    // Everything is checked before anything is taken over: a broken sidecar counts for nothing.
    auto const license_url = web_url(sidecar.license_url, "license_url");
    auto const source_url = web_url(sidecar.source_url, "source_url");
    if (sidecar.duration_seconds && !(*sidecar.duration_seconds > 0))
        fail(base::ErrorCode::InvalidInput, "duration_seconds: {} is not above 0", *sidecar.duration_seconds);
    auto const license = normal_license(sidecar.license.value_or(""));
    if (sidecar.license && license == "unknown" && base::lower_ascii(*sidecar.license) != "unknown" && !license_url)
        clip.rights = base::truncate_utf8(base::clean_utf8(*sidecar.license), title_bytes_max);
    auto const clean = [](std::optional<std::string> const& text, std::size_t bytes_max) {
        return base::truncate_utf8(base::trim(base::clean_utf8(text.value_or(""))), bytes_max);
    };
    if (auto const title = clean(sidecar.title, title_bytes_max); !title.empty()) clip.title = title;
    clip.description = clean(sidecar.description, description_bytes_max);
    std::string tags;
    for (auto const& tag : sidecar.tags) tags += tag + "\n";
    clip.tags = split_list(tags, "\n");
    if (auto const author = clean(sidecar.author, title_bytes_max); !author.empty()) clip.author = author;
    clip.license = license != "unknown" ? license : normal_license(license_url.value_or(""));
    clip.license_url = license_url;
    clip.source_url = source_url;
    clip.published_at = sidecar.published_at;
    clip.language = language_tag(sidecar.language.value_or(""));
    clip.duration_seconds = sidecar.duration_seconds;
}

void read_sidecar(fs::path const& video, Candidate& clip, Found& found)
{
    auto const path = fs::path(video.string() + ".json");
    std::error_code error;
    if (!fs::exists(path, error)) return;
    try {
        apply(base::read_json<Sidecar>(base::read_file(path, sidecar_bytes_max), path.filename().string()), clip);
    } catch (base::Error const& broken) {
        found.trouble(SourceCode::BadInput, fmt::format("{}: {}", path.string(), broken.what()));
    }
}

bool lies_inside(fs::path const& path, fs::path const& root)
{
    std::error_code error;
    auto const real = fs::canonical(path, error);
    if (error) return false;
    auto const [end, ignored] = std::mismatch(root.begin(), root.end(), real.begin(), real.end());
    return end == root.end();
}

/// The videos under the root, sorted; hidden ones and symbolic links that lead out are passed over.
std::vector<fs::path> videos(fs::path const& root, Asking const& asking, Found& found)
{
    std::vector<fs::path> out;
    std::size_t seen = 0;
    std::error_code error;
    fs::recursive_directory_iterator it(root, error);
    if (error) base::fail_errno(error.value(), "read", root.string());
    for (fs::recursive_directory_iterator const end; it != end; it.increment(error)) {
        if (error) {
            found.trouble(SourceCode::BadInput, fmt::format("{}: {}", root.string(), error.message()));
            break;
        }
        auto const name = it->path().filename().string();
        std::error_code ignored;
        auto const folder = it->is_directory(ignored) && !it->is_symlink(ignored);
        if (folder && (name.starts_with('.') || it.depth() >= depth_max)) it.disable_recursion_pending();
        if (folder && ::access(it->path().c_str(), R_OK | X_OK) != 0) {
            it.disable_recursion_pending();
            found.trouble(SourceCode::BadInput, it->path().string() + ": may not be read");
        }
        if (++seen > files_max) {
            found.trouble(SourceCode::BadInput,
                          fmt::format("{}: only the first {} entries were looked at", root.string(), files_max));
            break;
        }
        if (asking.late()) throw SourceError(SourceCode::Timeout, root.string() + ": took too long to look through");
        if (folder || name.starts_with('.') || !is_video(it->path()) || !it->is_regular_file(ignored)) continue;
        if (lies_inside(it->path(), root)) out.push_back(it->path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

Candidate describe_file(fs::path const& video)
{
    Candidate clip;
    clip.platform = "library";
    clip.id = "library:" + base::slug(video.filename().string());
    clip.url = url_of(video);
    clip.media_url = video.string();
    clip.title = title_of(video);
    Found found;
    read_sidecar(video, clip, found);
    if (!found.troubles.empty()) base::fail(base::ErrorCode::InvalidInput, "{}", found.troubles.front());
    return clip;
}

Found ask_library(Asking const& asking, fs::path const& folder)
{
    std::error_code error;
    auto const root = fs::canonical(folder, error);
    if (error) base::fail_errno(error.value(), "read", folder.string());
    if (!fs::is_directory(root)) base::fail_errno(ENOTDIR, "read", folder.string());
    Matcher const matcher(asking.question.niche);
    Found found;
    std::vector<std::pair<double, Candidate>> matches;
    for (auto const& path : videos(root, asking, found)) {
        auto const relative = base::clean_utf8(path.lexically_relative(root).string());
        Candidate clip;
        clip.platform = asking.spec.id;
        clip.id = fmt::format("{}:{}-{}", asking.spec.id, base::slug(relative),
                              base::sha256(path.lexically_relative(root).string()).substr(0, 8));
        clip.url = url_of(path);
        clip.media_url = path.string();
        clip.title = title_of(path);
        read_sidecar(path, clip, found);
        auto const strength = std::max(matcher.strength(clip), 0.5 * matcher.share_in(relative));
        if (strength > 0) matches.emplace_back(strength, std::move(clip));
    }
    std::stable_sort(matches.begin(), matches.end(), [](auto const& a, auto const& b) { return a.first > b.first; });
    for (auto& [strength, clip] : matches) {
        if (found.candidates.size() >= static_cast<std::size_t>(asking.question.limit)) break;
        found.candidates.push_back(std::move(clip));
    }
    return found;
}

} // namespace discovery
