#pragma once
#include "net/http_server.h"

#include <filesystem>

namespace api {

/// What a caller wants of a file.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t count = 0;
};
enum class RangeOutcome {
    Whole, ///< no Range, or one that may be ignored: not bytes, malformed, several
    Part,
    Unsatisfiable ///< 416
};
/// Reads "bytes=0-99", "bytes=100-", "bytes=-100" against a size.
RangeOutcome read_range(std::string_view header, std::uint64_t size, ByteRange& out);

struct FileInfo {
    std::filesystem::path path;
    std::string etag;         ///< strong, in quotes; a blob's name is one. "": from the file's place, size and time
    std::string content_type; ///< "video/mp4"
    std::string name;         ///< for Content-Disposition; "" sends none
};

/// 200, 206, 304 or 416, straight from the file: any number of clients, each at its own place. NotFound where it is
/// gone.
net::ServerResponse file_response(net::ServerRequest const& request, FileInfo const& file);

/// By the name's ending; "application/octet-stream" where it is unknown, or could act in a page (HTML, SVG ...).
std::string_view content_type_of(std::string_view name);

} // namespace api
