#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace net::server {

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

/// One whole message or control frame from a client.
struct ClientMessage {
    Opcode opcode = Opcode::Text; ///< never Continuation
    std::string payload;          ///< unmasked; of Text: UTF-8
    int close_code = 1005;        ///< of Close; 1005 where it names none
};

/// Reads what a client sends (RFC 6455): masked frames, no extensions, fragments put together, UTF-8 checked.
class FrameReader {
public:
    explicit FrameReader(std::size_t message_bytes_max) : bytes_max_(message_bytes_max) {}
    /// The next message, where `bytes` holds the rest of it; says how many bytes were used up. After a failure()
    /// nothing more is read.
    std::optional<ClientMessage> next(std::string_view bytes, std::size_t& consumed);
    /// The code to close with (1002, 1007, 1009), 0 where all is well.
    int failure() const { return failure_; }

private:
    struct FrameHead;
    std::optional<FrameHead> read_head(std::string_view bytes);
    std::optional<ClientMessage> take(FrameHead const& head, std::string payload);
    std::optional<ClientMessage> fail(int code);

    std::size_t bytes_max_;
    std::string fragments_;
    std::optional<Opcode> fragmented_; // what the fragments are pieces of
    int failure_ = 0;
};

/// A whole frame from the server: never masked, never a fragment.
std::string make_frame(Opcode opcode, std::string_view payload);
/// Of a close frame; the reason is cut to what fits.
std::string make_close(int code, std::string_view reason);
/// Sec-WebSocket-Accept for a key; nothing where the key isn't 16 bytes in base64.
std::optional<std::string> accept_key(std::string_view key);

} // namespace net::server
