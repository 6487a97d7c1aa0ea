#pragma once
#include "base/file.h"

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace net::server {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What a loop watches: a descriptor and one moment.
class Watched {
public:
    virtual ~Watched() = default;
    /// Edge-triggered: EPOLLIN, EPOLLOUT ... since it was last told.
    virtual void on_events(unsigned events) = 0;
    virtual void on_deadline() = 0;

private:
    friend class Loop;
    SteadyTime deadline_ = SteadyTime::max();
    std::multimap<SteadyTime, Watched*>::iterator timer_;
    bool armed_ = false;
};

/// One thread's worth of connections: epoll, timers and a mailbox. Everything but post() and stop() belongs to the
/// thread that runs it.
class Loop {
public:
    static constexpr std::size_t scratch_bytes = 64U << 10U;
    Loop();
    void run();
    void stop();
    /// From any thread; runs on the loop's. Never after run() has returned.
    void post(std::function<void()> work);
    void watch(int fd, Watched& watched, unsigned events);
    /// Calls on_deadline() then, once, unless it is moved before. Moving it on costs nothing.
    void set_deadline(Watched& watched, SteadyTime when);
    void clear_deadline(Watched& watched) { watched.deadline_ = SteadyTime::max(); }
    /// Before the descriptor is closed: closing alone does not end the events while a child process, on its way from
    /// fork to exec, holds a copy of it.
    void unwatch(int fd);
    /// Its last words: no timer will call it.
    void forget(Watched& watched);
    /// The moment in which the loop woke.
    SteadyTime now() const { return now_; }
    /// For one read at a time.
    char* scratch() { return scratch_.get(); }
    /// "Sun, 06 Nov 1994 08:49:37 GMT", renewed every second.
    std::string const& date();
    /// Kept until no event of this round can name it any more.
    void bury(std::shared_ptr<void> body) { graves_.push_back(std::move(body)); }

private:
    void wake();
    void arm(Watched& watched);
    int wait_ms() const;
    void ring_timers();
    void empty_mailbox();

    base::Fd epoll_;
    base::Fd bell_;
    std::unique_ptr<char[]> scratch_;
    std::multimap<SteadyTime, Watched*> timers_;
    std::vector<std::shared_ptr<void>> graves_;
    SteadyTime now_;
    std::string date_;
    SteadyTime date_until_{};
    std::mutex mutex_;
    std::vector<std::function<void()>> mailbox_;
    std::vector<std::function<void()>> work_; // the mailbox's other half, to keep its memory
    bool asleep_ = false;
    bool stopped_ = false;
};

} // namespace net::server
