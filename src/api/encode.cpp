#include "api/encode.h"

#include "base/error.h"
#include "base/text.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <sodium.h>
#include <zlib.h>

namespace api {

static bool has_header(net::ServerResponse const& response, std::string_view name)
{
    return !net::find_header(response.headers, name).empty();
}

/// Weak, for the same answer goes out compressed and plain. 128 bits of BLAKE2b: made in a microsecond, and no two
/// bodies of one address share it.
static std::string etag_of(std::string_view body)
{
    unsigned char hash[16];
    ::crypto_generichash(hash, sizeof hash, reinterpret_cast<unsigned char const*>(body.data()), body.size(), nullptr,
                         0);
    char text[2 * sizeof hash + 1];
    ::sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    return fmt::format("W/\"{}\"", text);
}

/// If-None-Match with the weak comparison of RFC 9110.
static bool matches(std::string_view given, std::string_view etag)
{
    auto const plain = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
    return std::ranges::any_of(base::split_list(given),
                               [&](auto const& tag) { return tag == "*" || plain(tag) == plain(etag); });
}

void add_etag(net::ServerRequest const& request, net::ServerResponse& response)
{
    if (!has_header(response, "Cache-Control")) response.headers.emplace_back("Cache-Control", "private, no-cache");
    if ((request.method != "GET" && request.method != "HEAD") || response.status != 200 || response.body.empty() ||
        has_header(response, "ETag"))
        return;
    auto const etag = etag_of(response.body);
    response.headers.emplace_back("ETag", etag);
    if (!matches(request.header("If-None-Match"), etag)) return;
    response.status = 304;
    response.body.clear();
}

static bool takes_gzip(std::string_view accepted)
{
    for (auto const& item : base::split_list(accepted)) {
        auto const name = base::trim(std::string_view(item).substr(0, item.find(';')));
        auto const weight = item.find("q=");
        if (base::lower_ascii(name) == "gzip")
            return weight == std::string::npos || item.find_first_of("123456789", weight) != std::string::npos;
    }
    return false;
}

static std::string gzip(std::string_view body)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        base::fail(base::ErrorCode::Internal, "no memory to compress an answer");
    std::string out(::deflateBound(&stream, body.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

void compress(net::ServerRequest const& request, net::ServerResponse& response)
{
    auto const& type = response.content_type;
    auto const is_text = type.find("json") != std::string::npos || type.starts_with("text/");
    if (!is_text || response.body.size() < compress_bytes_min || has_header(response, "Content-Encoding")) return;
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!takes_gzip(request.header("Accept-Encoding"))) return;
    response.body = gzip(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
}

void add_deprecation(net::ServerResponse& response, std::string_view since, std::string_view sunset)
{
    auto const day = [](std::string_view text) { return base::parse_time(fmt::format("{}T00:00:00Z", text)); };
    if (auto const time = day(since))
        response.headers.emplace_back(
            "Deprecation",
            fmt::format("@{}", std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count()));
    if (auto const time = day(sunset))
        response.headers.emplace_back(
            "Sunset", fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                  fmt::gmtime(std::chrono::system_clock::to_time_t(
                                      std::chrono::time_point_cast<std::chrono::system_clock::duration>(*time)))));
}

} // namespace api
