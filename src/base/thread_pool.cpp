#include "base/thread_pool.h"

#include "base/error.h"

#include <pthread.h>

namespace base {

ThreadPool::ThreadPool(std::string name, int threads, std::size_t queue_max)
    : name_(std::move(name)), queue_max_(queue_max)
{
    if (threads < 1 || threads > 256)
        fail(ErrorCode::InvalidInput, "{} pool: {} threads is outside [1, 256]", name_, threads);
    if (queue_max < 1 || queue_max > 1'000'000)
        fail(ErrorCode::InvalidInput, "{} pool: a queue of {} is outside [1, 1000000]", name_, queue_max);
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this](std::stop_token const& stop) { run(stop); });
}

ThreadPool::~ThreadPool()
{
    {
        std::scoped_lock const lock(mutex_);
        stopping_ = true;
    }
    for (auto& thread : threads_) thread.request_stop();
    not_empty_.notify_all();
    threads_.clear();
}

bool ThreadPool::try_submit(Work work)
{
    {
        std::scoped_lock const lock(mutex_);
        if (queue_.size() >= queue_max_) return false;
        queue_.push_back(std::move(work));
    }
    not_empty_.notify_one();
    return true;
}

void ThreadPool::push(Work work)
{
    {
        std::unique_lock lock(mutex_);
        not_full_.wait(lock, [&] { return queue_.size() < queue_max_; });
        queue_.push_back(std::move(work));
    }
    not_empty_.notify_one();
}

std::size_t ThreadPool::waiting() const
{
    std::scoped_lock const lock(mutex_);
    return queue_.size();
}

void ThreadPool::run(std::stop_token const& stop)
{
    ::pthread_setname_np(::pthread_self(), name_.substr(0, 15).c_str());
    for (;;) {
        Work work;
        {
            std::unique_lock lock(mutex_);
            not_empty_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        not_full_.notify_one();
        work(stop);
    }
}

} // namespace base
