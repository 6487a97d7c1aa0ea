#pragma once
#include "net/guard.h"
#include "net/http.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace net {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A transfer that broke, and whether the same may go better in a moment.
struct TransferError : base::Error {
    TransferError(base::ErrorCode error_code, std::string const& message, bool may_retry, std::string next = {})
        : base::Error(error_code, message, std::move(next)), retriable(may_retry)
    {
    }
    bool retriable;
};

/// One exchange with one server: no redirects, no second try.
struct Attempt {
    Request const* request = nullptr; ///< limits and body; its URL and headers don't count
    Route route;
    std::optional<Route> proxy;
    std::string proxy_url;
    std::string method;
    Headers headers;
    SteadyTime deadline;
    HttpClient::OnStart const* on_start = nullptr; ///< with a sink: streaming
    HttpClient::Sink const* sink = nullptr;
};

/// A curl multi handle with the one thread that may touch it, and so a pool of connections of its own.
class Lane {
public:
    Lane(ClientOptions const& options, std::string name);
    ~Lane();
    Lane(Lane const&) = delete;
    Lane& operator=(Lane const&) = delete;
    /// Blocks until the answer is whole. TransferError, or Cancelled.
    Response run(Attempt const& attempt, std::stop_token const& stop);

    struct Job;

private:
    enum class Action { Start, Cancel, Resume };
    struct Order {
        Action action;
        Job* job;
    };
    void post(Action action, Job& job);
    void loop();
    bool obey_orders();
    void start(Job& job);
    void finish_ended();
    void end(Job& job, int curl_code);
    void wait(Job& job, std::stop_token const& stop);
    void drain(Job& job, std::unique_lock<std::mutex>& lock);

    ClientOptions const& options_;
    std::string name_;
    void* multi_;
    std::mutex mutex_;
    std::deque<Order> orders_;
    bool stopping_ = false;
    std::map<void*, Job*> running_; // of the network thread alone
    std::thread thread_;
};

} // namespace net
