#pragma once
#include "net/lane.h"

#include <curl/curl.h>

namespace net {

/// A curl easy handle on its way. The network thread fills it; the caller waits. Lives in the caller's frame.
struct Lane::Job {
    Job(Attempt const& attempt_, ClientOptions const& options);
    ~Job();
    Job(Job const&) = delete;
    Job& operator=(Job const&) = delete;

    // What both sides see, under the mutex.
    bool has_news() const
    {
        return attempt.sink && headers_whole && is_success() && (!buffered.empty() || (done && !start_told));
    }
    bool is_success() const { return response.status >= 200 && response.status < 300; }
    void finish(int curl_code);
    void release_order();
    /// Raises what went wrong; the job is done.
    void check();

    // Called by curl on the network thread.
    std::size_t take_body(std::string_view bytes);
    std::size_t take_header(std::string_view line);
    curl_socket_t open_socket(curl_sockaddr const& address);

    Attempt const& attempt;
    CURL* easy = nullptr;
    std::mutex mutex;
    std::condition_variable_any changed;
    bool done = false;
    bool headers_whole = false;
    bool start_told = false;
    bool paused = false;
    int orders_open = 0; ///< orders given to the network thread that it has not carried out
    int curl_code = 0;
    std::string buffered;
    Response response;

private:
    void free_all();
    void set_up(ClientOptions const& options);
    void set_method();
    void set_limits(ClientOptions const& options);
    void set_route(ClientOptions const& options);

    std::size_t header_bytes_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::string failure_; ///< why a callback of ours ended the transfer
    bool refused_ = false;
    char error_text_[CURL_ERROR_SIZE] = {};
    curl_slist* headers_ = nullptr;
    curl_slist* resolve_ = nullptr;
    curl_slist* connect_to_ = nullptr;
};

} // namespace net
