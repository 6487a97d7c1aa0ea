#include "net/http_server.h"

#include "base/thread_pool.h"
#include "net/server_session.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <pthread.h>
#include <set>

namespace net {

using base::ErrorCode;
using base::fail;
using tcp = asio::ip::tcp;

static constexpr std::chrono::milliseconds accept_pause{100}; // when the process is out of descriptors

std::string_view ServerRequest::parameter(std::string_view name) const
{
    for (auto const& [key, value] : query)
        if (key == name) return value;
    return {};
}

struct HttpServer::Parts : SessionHost {
    Parts(ServerOptions given, Handler given_handler)
        : options_(std::move(given)), handler_(std::move(given_handler)), acceptor_(io_), pause_(io_),
          pool_(std::make_unique<base::ThreadPool>("http-handler", options_.handler_threads, options_.waiting_max))
    {
        listen();
        accept();
        thread_ = std::thread([this] {
            ::pthread_setname_np(::pthread_self(), "http-server");
            io_.run();
        });
    }

    ~Parts() override { stop(); }

    void listen()
    {
        beast::error_code error;
        auto const address = asio::ip::make_address(options_.address, error);
        if (error) fail(ErrorCode::InvalidInput, "listen: '{}' is not an IP address", options_.address);
        tcp::endpoint const endpoint(address, options_.port);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (!error) port_ = acceptor_.local_endpoint(error).port();
        if (!error) return;
        auto const code = error == asio::error::access_denied ? ErrorCode::Forbidden : ErrorCode::Conflict;
        fail(code, base::Next{"choose another port with --listen"}, "cannot listen on {}:{}: {}", options_.address,
             options_.port, error.message());
    }

    void accept()
    {
        acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted || stopping_) return;
            if (error) { // out of descriptors: not a reason to spin
                pause_.expires_after(accept_pause);
                pause_.async_wait([this](beast::error_code stopped) {
                    if (!stopped) accept();
                });
                return;
            }
            if (sessions_.size() < static_cast<std::size_t>(options_.connections_max)) {
                beast::error_code ignored;
                socket.set_option(tcp::no_delay(true), ignored);
                auto const session = std::make_shared<Session>(std::move(socket), *this);
                sessions_.insert(session.get());
                session->start();
            }
            accept();
        });
    }

    ServerOptions const& options() const override { return options_; }
    bool stopping() const override { return stopping_; }
    void gone(Session* session) override { sessions_.erase(session); }

    void busy(bool now) override
    {
        std::scoped_lock const lock(mutex_);
        busy_ += now ? 1 : -1;
        if (busy_ == 0) idle_.notify_all();
    }

    bool handle(ServerRequest request, std::function<void(ServerResponse)> answered) override
    {
        return pool_->try_submit(
            [this, request = std::move(request), answered = std::move(answered)](std::stop_token const& stop) mutable {
                ServerResponse response;
                try {
                    response = handler_(request, stop);
                } catch (...) { // a door: whatever the handler let through must not end the server
                    response = {500, {}, R"({"status":500,"code":"internal"})", "application/problem+json"};
                }
                // Moved, not copied: the session must end on the network thread.
                asio::post(io_, [answered = std::move(answered), response = std::move(response)]() mutable {
                    answered(std::move(response));
                });
            });
    }

    void stop()
    {
        if (!thread_.joinable()) return;
        asio::post(io_, [this] {
            stopping_ = true;
            beast::error_code ignored;
            acceptor_.close(ignored);
            pause_.cancel();
            auto const sessions = sessions_; // closing may end some
            for (auto* session : sessions) session->close_when_idle();
            std::scoped_lock const lock(mutex_);
            idle_closed_ = true;
            idle_.notify_all();
        });
        {
            std::unique_lock lock(mutex_);
            idle_.wait_for(lock, options_.stop_grace, [this] { return idle_closed_ && busy_ == 0; });
        }
        io_.stop();
        thread_.join();
        for (auto* session : sessions_) session->close(); // those that outlasted the grace
        pool_.reset();                                    // after the thread: what still waits holds sessions
    }

    ServerOptions options_;
    Handler handler_;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::condition_variable idle_;
    int busy_ = 0;
    bool idle_closed_ = false;
    bool stopping_ = false; // of the network thread, like the sessions
    std::set<Session*> sessions_;
    asio::io_context io_{1};
    // An answer that a handler is still making is no work that Asio knows of.
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    std::unique_ptr<base::ThreadPool> pool_;
    std::thread thread_;
};

HttpServer::HttpServer(ServerOptions options, Handler handler)
    : parts_(std::make_unique<Parts>(std::move(options), std::move(handler)))
{
}

HttpServer::~HttpServer() = default;
void HttpServer::stop() { parts_->stop(); }
std::uint16_t HttpServer::port() const { return parts_->port_; }

std::string HttpServer::url() const
{
    auto const v6 = parts_->options_.address.find(':') != std::string::npos;
    return fmt::format("http://{}:{}", v6 ? "[" + parts_->options_.address + "]" : parts_->options_.address,
                       parts_->port_);
}

} // namespace net
