#include "api/file_response.h"

#include "base/error.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fcntl.h>
#include <sys/stat.h>

namespace api {

static bool read_number(std::string_view text, std::uint64_t& out)
{
    if (text.empty() || text.size() > 18) return false;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

RangeOutcome read_range(std::string_view header, std::uint64_t size, ByteRange& out)
{
    out = {0, size};
    auto const equals = header.find('=');
    if (equals == std::string_view::npos || base::lower_ascii(base::trim(header.substr(0, equals))) != "bytes")
        return RangeOutcome::Whole;
    auto const range = base::trim(header.substr(equals + 1));
    auto const dash = range.find('-');
    // Several ranges may be answered with the whole (RFC 9110, 14.2); players ask for one.
    if (dash == std::string_view::npos || range.find(',') != std::string_view::npos) return RangeOutcome::Whole;
    auto const first_text = range.substr(0, dash);
    auto const last_text = range.substr(dash + 1);
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (first_text.empty()) { // the last bytes
        if (!read_number(last_text, last)) return RangeOutcome::Whole;
        if (last == 0 || size == 0) return RangeOutcome::Unsatisfiable;
        out.count = std::min(last, size);
        out.offset = size - out.count;
        return RangeOutcome::Part;
    }
    if (!read_number(first_text, first)) return RangeOutcome::Whole;
    if (!last_text.empty() && (!read_number(last_text, last) || last < first)) return RangeOutcome::Whole;
    if (first >= size) return RangeOutcome::Unsatisfiable;
    out.offset = first;
    out.count = (last_text.empty() ? size : std::min(last, size - 1) + 1) - first;
    return RangeOutcome::Part;
}

std::string_view content_type_of(std::string_view name)
{
    struct Entry {
        std::string_view ending;
        std::string_view type;
    };
    static constexpr std::array entries{
        Entry{".gif", "image/gif"},         Entry{".jpeg", "image/jpeg"}, Entry{".jpg", "image/jpeg"},
        Entry{".json", "application/json"}, Entry{".m4a", "audio/mp4"},   Entry{".mkv", "video/x-matroska"},
        Entry{".mov", "video/quicktime"},   Entry{".mp3", "audio/mpeg"},  Entry{".mp4", "video/mp4"},
        Entry{".ogg", "audio/ogg"},         Entry{".png", "image/png"},   Entry{".wav", "audio/wav"},
        Entry{".webm", "video/webm"},       Entry{".webp", "image/webp"}};
    auto const lower = base::lower_ascii(name);
    for (auto const& entry : entries)
        if (lower.ends_with(entry.ending)) return entry.type;
    return "application/octet-stream";
}

static bool names(std::string_view list, std::string_view etag)
{
    return std::ranges::any_of(base::split_list(list), [&](std::string_view tag) {
        return tag == "*" || tag == etag || (tag.starts_with("W/") && tag.substr(2) == etag);
    });
}

/// Another file, or another content of it, has another one.
static std::string etag_of(struct stat const& facts)
{
    return fmt::format("\"{:x}-{:x}-{:x}{:09x}\"", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec,
                       facts.st_mtim.tv_nsec);
}

net::ServerResponse file_response(net::ServerRequest const& request, FileInfo const& file)
{
    base::Fd descriptor(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat facts {};
    if (!descriptor || ::fstat(descriptor.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
        base::fail(base::ErrorCode::NotFound, "the file is no longer there");
    auto const size = static_cast<std::uint64_t>(facts.st_size);
    net::ServerResponse response;
    response.content_type = file.content_type;
    auto const etag = file.etag.empty() ? etag_of(facts) : file.etag;
    response.headers = {{"Accept-Ranges", "bytes"}, {"ETag", etag}, {"Cache-Control", "private, no-cache"}};
    if (!file.name.empty())
        response.headers.emplace_back("Content-Disposition",
                                      fmt::format("inline; filename*=UTF-8''{}", net::percent_encode(file.name)));
    if (auto const known = request.header("If-None-Match"); !known.empty() && names(known, etag)) {
        response.status = 304;
        return response;
    }
    ByteRange range{0, size};
    auto outcome = RangeOutcome::Whole;
    // A part of another version would be stitched to what the client has: then it gets the whole.
    auto const condition = request.header("If-Range");
    if (request.method == "GET" && (condition.empty() || condition == etag))
        outcome = read_range(request.header("Range"), size, range);
    if (outcome == RangeOutcome::Unsatisfiable) {
        response.status = 416;
        response.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
        return response;
    }
    if (outcome == RangeOutcome::Part) {
        response.status = 206;
        response.headers.emplace_back(
            "Content-Range", fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.count - 1, size));
    }
    response.file = net::FileBody{std::make_shared<base::Fd const>(std::move(descriptor)), range.offset, range.count};
    return response;
}

} // namespace api
