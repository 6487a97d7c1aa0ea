// Frames of a client, in one piece or byte by byte, are the same messages; what they say is understood or refused.
#include "api/live/listener.h"
#include "net/server/websocket_frames.h"

#include <cstdint>
#include <cstdlib>

using namespace net::server;

static void require(bool fine)
{
    if (!fine) std::abort();
}

static std::string read_all(std::string_view bytes, std::size_t step)
{
    FrameReader reader(2048);
    std::string held;
    std::string out;
    for (std::size_t at = 0; at < bytes.size() && reader.failure() == 0; at += step) {
        held += bytes.substr(at, step);
        for (;;) {
            std::size_t used = 0;
            auto const message = reader.next(held, used);
            require(used <= held.size());
            held.erase(0, used);
            if (!message) break;
            require(message->opcode != Opcode::Continuation && message->payload.size() <= 2048);
            out += std::to_string(static_cast<int>(message->opcode)) + message->payload + '|';
        }
    }
    return out + std::to_string(reader.failure());
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    require(read_all(bytes, 1) == read_all(bytes, 1 + bytes.size()));
    try {
        api::live::read_message(bytes);
    } catch (base::Error const&) {
    }
    return 0;
}
