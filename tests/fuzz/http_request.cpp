// Whatever comes over a connection is one request, or refused; the parts agree on how long it is. Begins with a byte
// that says which reader gets the rest.
#include "net/server/request_head.h"
#include "net/server/response_head.h"

#include <cstdint>
#include <cstdlib>
#include <string>

using namespace net::server;

static void require(bool fine)
{
    if (!fine) std::abort();
}

static void read_request(std::string_view bytes)
{
    HeadLimits const limits{4096, 1024, 30};
    // Found piece by piece or at once, the end is the same.
    HeadScanner whole;
    HeadScanner slow;
    auto const state = whole.scan(bytes, limits);
    auto slow_state = HeadScanner::State::More;
    for (std::size_t i = 1; i <= bytes.size() && slow_state == HeadScanner::State::More; ++i)
        slow_state = slow.scan(bytes.substr(0, i), limits);
    if (state == HeadScanner::State::Whole) require(slow_state == state && slow.size() == whole.size());
    if (state != HeadScanner::State::Whole) return;
    Head head;
    if (read_head(bytes.substr(0, whole.size()), limits, head)) return;
    require(!(head.chunked && head.content_length));
    require(static_cast<int>(head.headers.size()) <= limits.fields_max);
    for (auto const& [name, value] : head.headers)
        require(!name.empty() && name.find_first_of(" \t\r\n:") == std::string::npos &&
                value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    net::ServerRequest request;
    request.headers = head.headers;
    if (!read_target(head.target, request.header("Host"), request)) return;
    require(request.path.starts_with('/') && (request.path + "/").find("/../") == std::string::npos &&
            request.path.find('\0') == std::string::npos);
}

static void read_chunks(std::string_view bytes)
{
    ChunkReader at_once;
    ChunkReader bytewise;
    std::string one;
    std::string other;
    std::size_t used = 0;
    auto ended = false;
    while (used < bytes.size() && !ended) {
        auto const piece = at_once.next(bytes.substr(used));
        one += piece.data;
        used += piece.consumed;
        ended = piece.done || piece.bad;
        require(piece.consumed > 0 || ended);
    }
    ended = false;
    for (std::size_t i = 0; i < bytes.size() && !ended; ++i) {
        auto const piece = bytewise.next(bytes.substr(i, 1));
        other += piece.data;
        ended = piece.done || piece.bad;
    }
    require(one == other);
}

/// What a handler was talked into is never more than one line of a header.
static void write_head(std::string_view bytes)
{
    net::ServerResponse response;
    auto const half = bytes.size() / 2;
    response.headers = {{std::string(bytes.substr(0, half)), std::string(bytes.substr(half))}};
    std::string out;
    if (!put_head(out, response, {11, true, "now"})) return;
    std::size_t lines = 0;
    for (auto const c : out) lines += c == '\n' ? 1 : 0;
    require(lines <= 6 && out.ends_with("\r\n\r\n") && out.find("\r\n\r\n") == out.size() - 4);
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    if (bytes.empty()) return 0;
    auto const rest = bytes.substr(1);
    switch (bytes.front()) {
    case 'c': read_chunks(rest); break;
    case 'w': write_head(rest); break;
    default: read_request(rest); break;
    }
    return 0;
}
