#include "net/lane.h"

#include "net/curl_job.h"

#include <algorithm>
#include <pthread.h>

namespace net {

using base::ErrorCode;
using base::fail;

static constexpr int poll_longest_ms = 1000;
static constexpr base::Milliseconds deadline_slack{250}; // curl's own time limit should fire first: it knows why

Lane::Lane(ClientOptions const& options, std::string name) : options_(options), name_(std::move(name))
{
    static auto const global = curl_global_init(CURL_GLOBAL_DEFAULT);
    multi_ = global == CURLE_OK ? curl_multi_init() : nullptr;
    if (!multi_) fail(ErrorCode::Internal, "libcurl can't be started");
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options.connections_per_host_max));
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(options.connections_max));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options.connections_max));
    thread_ = std::thread([this] { loop(); });
}

Lane::~Lane()
{
    {
        std::scoped_lock const lock(mutex_);
        stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
}

void Lane::post(Action action, Job& job)
{
    {
        std::scoped_lock const lock(mutex_);
        if (action == Action::Start && orders_.size() >= options_.waiting_max)
            throw TransferError(ErrorCode::RateLimited,
                                "more than " + std::to_string(options_.waiting_max) + " requests wait", true);
        orders_.push_back({action, &job});
    }
    curl_multi_wakeup(multi_);
}

bool Lane::obey_orders()
{
    std::deque<Order> orders;
    {
        std::scoped_lock const lock(mutex_);
        if (stopping_) return false;
        orders.swap(orders_);
    }
    for (auto const& [action, job] : orders) {
        // A job lives until it is done, and nothing is ordered for it after that: `wait` sees to it.
        auto const known = running_.contains(job->easy);
        if (action == Action::Start)
            start(*job);
        else if (action == Action::Cancel && known)
            end(*job, CURLE_ABORTED_BY_CALLBACK);
        else if (action == Action::Resume && known)
            curl_easy_pause(job->easy, CURLPAUSE_CONT);
        if (action != Action::Start) job->release_order();
    }
    return true;
}

void Lane::start(Job& job)
{
    auto const code = curl_multi_add_handle(multi_, job.easy);
    if (code != CURLM_OK) return job.finish(CURLE_FAILED_INIT);
    running_[job.easy] = &job;
}

void Lane::end(Job& job, int curl_code)
{
    curl_multi_remove_handle(multi_, job.easy);
    running_.erase(job.easy);
    job.finish(curl_code);
}

void Lane::finish_ended()
{
    int left = 0;
    while (auto const* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        auto const code = message->data.result; // the message goes with the handle
        if (auto const it = running_.find(message->easy_handle); it != running_.end()) end(*it->second, code);
    }
}

void Lane::loop()
{
    ::pthread_setname_np(::pthread_self(), name_.substr(0, 15).c_str());
    while (obey_orders()) {
        int running = 0;
        curl_multi_perform(multi_, &running);
        finish_ended();
        curl_multi_poll(multi_, nullptr, 0, poll_longest_ms, nullptr);
    }
    while (!running_.empty()) end(*running_.begin()->second, CURLE_ABORTED_BY_CALLBACK);
    std::scoped_lock const lock(mutex_);
    for (auto const& [action, job] : orders_) {
        if (action == Action::Start)
            job->finish(CURLE_ABORTED_BY_CALLBACK);
        else
            job->release_order();
    }
}

/// Hands what has arrived to the sink, on the calling thread, without the lock.
void Lane::drain(Job& job, std::unique_lock<std::mutex>& lock)
{
    std::string bytes;
    bytes.swap(job.buffered);
    auto const paused = std::exchange(job.paused, false);
    auto const first = !std::exchange(job.start_told, true);
    if (paused) ++job.orders_open;
    lock.unlock();
    if (paused) post(Action::Resume, job);
    if (first && job.attempt.on_start && *job.attempt.on_start) (*job.attempt.on_start)(job.response);
    if (!bytes.empty()) (*job.attempt.sink)(bytes);
    lock.lock();
}

/// Waits for the end, whatever happens: afterwards the network thread knows nothing of the job any more.
void Lane::wait(Job& job, std::stop_token const& stop)
{
    auto const deadline = job.attempt.deadline + deadline_slack;
    auto const late = [&] { return stop.stop_requested() || std::chrono::steady_clock::now() >= deadline; };
    std::exception_ptr broken;
    std::unique_lock lock(job.mutex);
    while (!broken) {
        job.changed.wait_until(lock, stop, deadline, [&] { return job.done || job.has_news(); });
        if (!job.has_news() || (!job.done && late())) break;
        try {
            drain(job, lock);
        } catch (...) {
            broken = std::current_exception();
            if (!lock.owns_lock()) lock.lock();
        }
    }
    auto const cancelled = !job.done;
    if (cancelled) {
        ++job.orders_open;
        lock.unlock();
        post(Action::Cancel, job);
        lock.lock();
    }
    job.changed.wait(lock, [&] { return job.done && job.orders_open == 0; });
    if (broken) std::rethrow_exception(broken);
    if (cancelled && stop.stop_requested())
        fail(ErrorCode::Cancelled, "stopped while asking {}", job.attempt.route.url.origin());
}

Response Lane::run(Attempt const& attempt, std::stop_token const& stop)
{
    auto const begin = std::chrono::steady_clock::now();
    if (begin >= attempt.deadline)
        throw TransferError(ErrorCode::Timeout, attempt.route.url.origin() + ": no time is left for another request",
                            false);
    Job job(attempt, options_);
    post(Action::Start, job);
    wait(job, stop);
    job.check();
    auto response = std::move(job.response);
    response.url = attempt.route.url.text();
    response.took = std::chrono::duration_cast<base::Milliseconds>(std::chrono::steady_clock::now() - begin);
    return response;
}

} // namespace net
