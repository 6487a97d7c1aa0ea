#pragma once
#include "net/http_server.h"

namespace net::server {

/// Why a request is not taken; the connection is closed after saying so.
struct Refusal {
    int status = 400;
    std::string_view detail;
};

/// What stands before a body.
struct Head {
    std::string_view method;
    std::string_view target;
    Headers headers;
    int version = 11; ///< 10 or 11
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
    bool upgrades = false; ///< Connection: upgrade and Upgrade: websocket
    bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

struct HeadLimits {
    std::size_t bytes_max = 16U << 10U;
    std::size_t target_bytes_max = 8U << 10U;
    int fields_max = 100;
};

/// Finds the end of a head that arrives piece by piece.
class HeadScanner {
public:
    enum class State { More, Whole, Bad };
    /// `bytes` holds all that came since the head began. Lines end with CRLF alone.
    State scan(std::string_view bytes, HeadLimits const& limits);
    /// Of the head with its empty line, once Whole.
    std::size_t size() const { return at_; }
    Refusal refusal() const { return refusal_; }

private:
    State bad(int status, std::string_view detail);
    std::size_t at_ = 0;         // up to here everything was looked at
    std::size_t line_begin_ = 0; // of the line that at_ is in
    Refusal refusal_;
};

/// Reads a whole head, stricter than RFC 9112 asks for: one reading or none. No leading empty lines, no folded lines,
/// no space before a colon, one Host, one Content-Length of digits, never both lengths, "chunked" as the only coding.
/// `out` refers to `bytes`.
std::optional<Refusal> read_head(std::string_view bytes, HeadLimits const& limits, Head& out);

/// Splits and decodes path and query of "/path?query" or of an absolute URL whose authority is `host`.
bool read_target(std::string_view target, std::string_view host, ServerRequest& out);

/// Takes the frames off a chunked body: no extensions, no trailers.
class ChunkReader {
public:
    struct Piece {
        std::size_t consumed = 0; ///< of the bytes given
        std::string_view data;    ///< part of the body; empty: give more, or see done and bad
        bool done = false;
        bool bad = false;
    };
    Piece next(std::string_view bytes);

private:
    enum class Part { SizeFirst, Size, SizeEnd, Data, DataEnd, DataEndLf, LastCr, LastLf, Done };
    bool step(char c);
    Part part_ = Part::SizeFirst;
    std::uint64_t left_ = 0;
    int digits_ = 0;
};

} // namespace net::server
