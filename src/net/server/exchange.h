#pragma once
#include "net/server/session.h"
#include "net/websocket.h"

namespace net::server {

/// One request and its answer.
struct Session::Exchange {
    HeadScanner scanner;
    ServerRequest request;
    SteadyTime whole_at{};  ///< when nothing of the request was missing; its head alone, for one that is refused early
    bool head_only = false; ///< HEAD
    bool keep_alive = true;
    int version = 11;
    bool expects_continue = false;
    bool upgrades = false;
    bool chunked = false;
    std::uint64_t body_left = 0; ///< where it is not chunked
    ChunkReader chunks;
    bool body_whole = true; ///< nothing of it is left to be read
    std::size_t reserved = 0;
    std::shared_ptr<BodySink> sink;
    std::string piece;

    ServerResponse response;
    bool answered = false; ///< the sink gave the response
    std::string head;
    std::size_t sent = 0; ///< of head and body together
    std::uint64_t file_sent = 0;
    std::size_t allowed = 0; ///< of head and body, for an answer that drips
};

struct Session::Socket {
    Socket(std::shared_ptr<WebSocketHandler> the_handler, WebSocketLimits const& the_limits)
        : handler(std::move(the_handler)), limits(the_limits), reader(the_limits.message_bytes_max)
    {
    }
    std::shared_ptr<WebSocketHandler> handler;
    WebSocketLimits limits;
    std::shared_ptr<SocketLink> link;
    FrameReader reader;
    SteadyTime heard{};
    SteadyTime wrote{};
    bool opened = false;   ///< the handler knows of it; written where it is told
    bool handling = false; ///< the handler is at work
    bool failed = false;   ///< the handler raised an error
    bool ping_sent = false;
    bool peer_closed = false;
    bool farewell = false; ///< on_close was called
};

} // namespace net::server
