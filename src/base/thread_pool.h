#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace base {

/// A fixed number of threads and a bounded queue. The destructor asks running work to stop, drops what waits
/// (its future reports broken_promise) and joins.
class ThreadPool {
public:
    using Work = std::function<void(std::stop_token const&)>;
    /// threads in [1, 256], queue_max in [1, 1'000'000]; the name shows in debuggers, at most 15 bytes of it.
    ThreadPool(std::string name, int threads, std::size_t queue_max);
    ~ThreadPool();
    ThreadPool(ThreadPool const&) = delete;
    ThreadPool& operator=(ThreadPool const&) = delete;

    /// False when the queue is full.
    bool try_submit(Work work);
    /// Waits for room. An exception of the work reaches the future.
    template <class Function> auto submit(Function function) -> std::future<std::invoke_result_t<Function>>
    {
        using Result = std::invoke_result_t<Function>;
        auto task = std::make_shared<std::packaged_task<Result()>>(std::move(function));
        auto future = task->get_future();
        push([task](std::stop_token const&) { (*task)(); });
        return future;
    }
    std::size_t waiting() const;

private:
    void push(Work work);
    void run(std::stop_token const& stop);

    std::string name_;
    std::size_t queue_max_;
    mutable std::mutex mutex_;
    std::condition_variable not_empty_;
    std::condition_variable not_full_;
    bool stopping_ = false;
    std::deque<Work> queue_;
    std::vector<std::jthread> threads_; // last: joined before the queue goes
};

} // namespace base
