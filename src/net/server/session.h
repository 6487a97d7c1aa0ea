#pragma once
#include "base/thread_pool.h"
#include "net/server/loop.h"
#include "net/server/proxies.h"
#include "net/server/request_head.h"
#include "net/server/socket_link.h"
#include "net/server/transport.h"

#include <memory>
#include <optional>

namespace net::server {

class Session;

/// What a session asks of its server, always on its loop's thread.
class Host {
public:
    virtual ~Host() = default;
    virtual ServerOptions const& options() const = 0;
    virtual HttpServer::Handler const& handler() const = 0;
    virtual Proxies const& proxies() const = 0;
    virtual Loop& loop() = 0;
    virtual bool stopping() const = 0;
    /// Runs work on the handler pool. False: too many requests wait. `begun`: goes on with what was taken before, and
    /// is never refused (a session has one such piece of work at a time).
    virtual bool submit(base::ThreadPool::Work work, bool begun) = 0;
    /// For bodies; false: all connections together hold as much as they may.
    virtual bool reserve(std::size_t bytes) = 0;
    virtual void release(std::size_t bytes) = 0;
    virtual void busy(bool now) = 0;
    /// The session is closed; nothing but handlers that still run may hold it.
    virtual void gone(Session& session) = 0;
};

/// One connection, request after request, until it ends or becomes a WebSocket. All of it on its loop's thread; work on
/// the handler pool holds the session, and touches only the exchange, which the loop leaves alone meanwhile.
class Session : public Watched, public std::enable_shared_from_this<Session> {
public:
    Session(Transport transport, std::string remote, Host& host);
    ~Session() override;
    void start();
    void on_events(unsigned events) override;
    void on_deadline() override;
    /// Ends at once when no request is being answered, after the answer otherwise. WebSockets are told to go away.
    void close_when_idle();
    void close();
    /// The handler's or the sink's last call; after the handler pool ended, where one of them was busy until then.
    void say_farewell();

private:
    enum class Phase {
        Head,   ///< waits for a request
        Body,   ///< reads a body into memory
        Stream, ///< reads a body for a sink
        Work,   ///< a handler has the exchange
        Write,
        Linger, ///< said all; reads on so that the peer can, too
        Socket,
        Closed
    };
    enum class BodyState { More, Whole, Bad };
    struct Exchange;
    struct Socket;

    void step();
    bool fill(std::size_t bytes_max);
    void shrink_input();
    // One request
    bool read_request();
    bool begin(Head const& head);
    bool begin_body();
    void ask_about_body();
    void decided(BodyDecision decision);
    BodyState decode(std::string& out, std::size_t room);
    bool read_body();
    bool read_stream();
    bool hand_over(bool whole, bool broken);
    void handed_over(bool broken);
    void dispatch();
    bool answer_quickly();
    template <class Work> bool work(Work work, bool begun);
    // One answer
    void refuse(int status, std::string_view detail);
    void answer();
    void compose();
    bool write();
    bool write_pieces();
    bool written();
    bool linger();
    void restart_window(base::Milliseconds window);
    bool too_slow() const;
    void drop();
    void set_busy(bool now);
    // As a WebSocket (session_socket.cpp)
    bool agree_on_socket();
    void become_socket();
    bool serve_socket();
    bool write_socket();
    void take_message(ClientMessage message);
    void run_socket_handler(std::function<void()> call);
    void on_socket_deadline();

    Transport transport_;
    Host& host_;
    std::string remote_;
    std::string in_; // read and not used yet
    std::unique_ptr<Exchange> exchange_;
    std::unique_ptr<Socket> socket_;
    std::size_t window_moved_ = 0;
    Phase phase_ = Phase::Head;
    bool readable_ = true; // as far as is known
    bool hung_up_ = false; // the peer sends no more; there may be something to read before that
    bool ended_ = false;   // and all of it was read
    bool busy_ = false;
};

} // namespace net::server
