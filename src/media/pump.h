#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace media {

/// A thread that works off what is pushed, in order; push() waits while `depth` things are waiting already. An error
/// of the work is raised by the next push() or by finish().
template <class Thing> class Pump {
public:
    Pump(std::size_t depth, std::function<void(Thing&)> work) : depth_(depth), work_(std::move(work))
    {
        thread_ = std::jthread([this](std::stop_token const& stop) { run(stop); });
    }
    void push(Thing thing)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return error_ || queue_.size() < depth_; });
        if (error_) std::rethrow_exception(error_);
        queue_.push_back(std::move(thing));
        changed_.notify_all();
    }
    /// Waits until all is done.
    void finish()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return error_ || (queue_.empty() && !busy_); });
        if (error_) std::rethrow_exception(error_);
    }

private:
    void run(std::stop_token const& stop)
    {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [&] { return !queue_.empty(); })) {
            auto thing = std::move(queue_.front());
            queue_.pop_front();
            busy_ = true;
            lock.unlock();
            std::exception_ptr error;
            try {
                work_(thing);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            busy_ = false;
            error_ = error;
            changed_.notify_all();
            if (error_ || stop.stop_requested()) return;
        }
    }

    std::size_t depth_;
    std::function<void(Thing&)> work_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Thing> queue_;
    bool busy_ = false;
    std::exception_ptr error_;
    std::jthread thread_;
};

} // namespace media
