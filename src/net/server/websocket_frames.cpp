#include "net/server/websocket_frames.h"

#include "base/hash.h"
#include "base/text.h"

#include <algorithm>
#include <openssl/sha.h>

namespace net::server {

static constexpr std::size_t control_bytes_max = 125;

struct FrameReader::FrameHead {
    Opcode opcode;
    bool last;
    std::size_t head_bytes;
    std::uint64_t payload_bytes;
    bool control() const { return static_cast<unsigned>(opcode) >= 8; }
};

static unsigned byte_at(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

std::optional<ClientMessage> FrameReader::fail(int code)
{
    failure_ = code;
    return std::nullopt;
}

/// Nothing: more is needed, or failure_ is set.
std::optional<FrameReader::FrameHead> FrameReader::read_head(std::string_view bytes)
{
    if (bytes.size() < 2) return std::nullopt;
    auto const first = byte_at(bytes, 0);
    auto const second = byte_at(bytes, 1);
    auto const opcode = first & 0x0FU;
    auto const known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
    // No extension was agreed on, so the reserved bits are 0; a client's frame is always masked.
    if ((first & 0x70U) != 0 || !known || (second & 0x80U) == 0) {
        failure_ = 1002;
        return std::nullopt;
    }
    FrameHead head{static_cast<Opcode>(opcode), (first & 0x80U) != 0, 6, second & 0x7FU};
    if (head.control() && (!head.last || head.payload_bytes > control_bytes_max)) {
        failure_ = 1002;
        return std::nullopt;
    }
    auto const extra = head.payload_bytes == 126 ? 2U : head.payload_bytes == 127 ? 8U : 0U;
    if (extra > 0) {
        if (bytes.size() < 2 + extra) return std::nullopt;
        head.payload_bytes = 0;
        for (std::size_t i = 0; i < extra; ++i) head.payload_bytes = head.payload_bytes << 8U | byte_at(bytes, 2 + i);
        head.head_bytes += extra;
        if (head.payload_bytes <= (extra == 2 ? 125U : 0xFFFFU)) failure_ = 1002; // not the shortest way to say it
    }
    if (!head.control() && head.payload_bytes > bytes_max_ - std::min(bytes_max_, fragments_.size())) failure_ = 1009;
    return failure_ == 0 ? std::optional(head) : std::nullopt;
}

std::optional<ClientMessage> FrameReader::next(std::string_view bytes, std::size_t& consumed)
{
    consumed = 0;
    while (failure_ == 0) {
        auto const rest = bytes.substr(consumed);
        auto const head = read_head(rest);
        if (!head || rest.size() < head->head_bytes + head->payload_bytes) return std::nullopt;
        auto const mask = rest.substr(head->head_bytes - 4, 4);
        std::string payload(rest.substr(head->head_bytes, head->payload_bytes));
        for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
        consumed += head->head_bytes + payload.size();
        if (auto message = take(*head, std::move(payload))) return message;
    }
    return std::nullopt;
}

static bool is_close_code(int code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

static bool is_text(std::string const& payload)
{
    // NUL is fine in a text message; base::is_utf8 refuses it because the stores do.
    if (payload.find('\0') == std::string::npos) return base::is_utf8(payload);
    auto copy = payload;
    std::ranges::replace(copy, '\0', ' ');
    return base::is_utf8(copy);
}

std::optional<ClientMessage> FrameReader::take(FrameHead const& head, std::string payload)
{
    if (head.control()) {
        ClientMessage message{head.opcode, std::move(payload)};
        if (head.opcode != Opcode::Close || message.payload.empty()) return message;
        if (message.payload.size() < 2) return fail(1002);
        message.close_code = static_cast<int>(byte_at(message.payload, 0) << 8U | byte_at(message.payload, 1));
        message.payload.erase(0, 2);
        if (!is_close_code(message.close_code)) return fail(1002);
        if (!is_text(message.payload)) return fail(1007);
        return message;
    }
    if ((head.opcode == Opcode::Continuation) != fragmented_.has_value()) return fail(1002);
    if (!fragmented_) fragmented_ = head.opcode;
    fragments_ += payload;
    if (!head.last) return std::nullopt;
    ClientMessage message{*fragmented_, std::move(fragments_)};
    fragments_ = {};
    fragmented_.reset();
    if (message.opcode == Opcode::Text && !is_text(message.payload)) return fail(1007);
    return message;
}

std::string make_frame(Opcode opcode, std::string_view payload)
{
    std::string frame(1, static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
    auto const size = payload.size();
    auto const length_bytes = size <= 125 ? 0U : size <= 0xFFFF ? 2U : 8U;
    frame += static_cast<char>(length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127);
    for (auto i = length_bytes; i > 0; --i) frame += static_cast<char>(size >> 8U * (i - 1) & 0xFFU);
    return frame.append(payload);
}

std::string make_close(int code, std::string_view reason)
{
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    return make_frame(Opcode::Close, payload + base::truncate_utf8(reason, control_bytes_max - 2));
}

std::optional<std::string> accept_key(std::string_view key)
{
    auto const is_base64 = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    if (key.size() != 24 || !key.ends_with("==") || !std::ranges::all_of(key.substr(0, 22), is_base64))
        return std::nullopt;
    auto const text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<unsigned char const*>(text.data()), text.size(), digest);
    return base::base64({reinterpret_cast<char const*>(digest), sizeof digest});
}

} // namespace net::server
