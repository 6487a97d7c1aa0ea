#pragma once
// The client's half of a WebSocket, blocking, and able to say what it must not.
#include "raw_server.h"

#include <optional>

namespace test {

class WebSocketClient {
public:
    struct Frame {
        int opcode = 0;
        std::string payload;
    };

    explicit WebSocketClient(std::uint16_t port, std::string const& path = "/", std::string const& headers = "")
        : client_(port)
    {
        client_.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive, Upgrade\r\n" +
                     "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
        while (!buffer_.ends_with("\r\n\r\n") && more(1)) continue;
        answer_.swap(buffer_);
    }
    /// The head of the server's answer.
    std::string const& answer() const { return answer_; }
    bool open() const { return answer_.starts_with("HTTP/1.1 101 "); }

    static std::string frame(int first_byte, std::string_view payload, std::string_view mask = "abcd")
    {
        std::string text(1, static_cast<char>(first_byte));
        if (payload.size() <= 125) {
            text += static_cast<char>(0x80U | payload.size());
        } else if (payload.size() <= 0xFFFF) {
            text +=
                {static_cast<char>(0xFE), static_cast<char>(payload.size() >> 8U), static_cast<char>(payload.size())};
        } else {
            text += static_cast<char>(0xFF);
            for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(payload.size() >> shift);
        }
        text += mask;
        for (std::size_t i = 0; i < payload.size(); ++i) text += static_cast<char>(payload[i] ^ mask[i % 4]);
        return text;
    }
    void send(std::string_view text) const { client_.send(frame(0x81, text)); }
    void send_raw(std::string const& bytes) const { client_.send(bytes); }
    void end() const { client_.end(); }

    /// The next frame; nothing once the server closed the connection.
    std::optional<Frame> read()
    {
        if (!have(2)) return std::nullopt;
        Frame frame{buffer_[0] & 0x0F, {}};
        std::size_t size = static_cast<unsigned char>(buffer_[1]) & 0x7FU;
        std::size_t const extra = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (!have(2 + extra)) return std::nullopt;
        if (extra > 0) size = 0;
        for (std::size_t i = 0; i < extra; ++i) size = size << 8U | static_cast<unsigned char>(buffer_[2 + i]);
        if (!have(2 + extra + size)) return std::nullopt;
        frame.payload = buffer_.substr(2 + extra, size);
        buffer_.erase(0, 2 + extra + size);
        return frame;
    }
    /// The next text message; "" where something else came.
    std::string read_text()
    {
        auto const frame = read();
        return frame && frame->opcode == 1 ? frame->payload : "";
    }
    /// The code of the close frame that comes next, after whatever texts; 0 where the connection just ended.
    int read_close()
    {
        while (auto const frame = read())
            if (frame->opcode == 8 && frame->payload.size() >= 2)
                return static_cast<unsigned char>(frame->payload[0]) << 8 |
                       static_cast<unsigned char>(frame->payload[1]);
        return 0;
    }

private:
    bool more(std::size_t bytes_max)
    {
        char bytes[4096];
        auto const count = ::recv(client_.fd(), bytes, std::min(bytes_max, sizeof bytes), 0);
        if (count > 0) buffer_.append(bytes, static_cast<std::size_t>(count));
        return count > 0;
    }
    bool have(std::size_t bytes)
    {
        while (buffer_.size() < bytes)
            if (!more(sizeof(char[4096]))) return false;
        return true;
    }

    RawClient client_;
    std::string answer_;
    std::string buffer_;
};

} // namespace test
