#include "net/server/loop.h"

#include "base/error.h"

#include <array>
#include <cerrno>
#include <ctime>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace net::server {

static constexpr int events_max = 256; // a round

Loop::Loop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      scratch_(std::make_unique<char[]>(scratch_bytes)), now_(std::chrono::steady_clock::now())
{
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    if (!epoll_ || !bell_ || ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, bell_.get(), &event) != 0)
        base::fail_errno(errno, "watch", "connections");
}

void Loop::watch(int fd, Watched& watched, unsigned events)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = &watched;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) base::fail_errno(errno, "watch", "a connection");
}

void Loop::unwatch(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void Loop::wake()
{
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(bell_.get(), &one, sizeof one);
}

void Loop::post(std::function<void()> work)
{
    bool asleep = false;
    {
        std::scoped_lock const lock(mutex_);
        mailbox_.push_back(std::move(work));
        asleep = std::exchange(asleep_, false); // one ring is enough
    }
    if (asleep) wake();
}

void Loop::stop()
{
    {
        std::scoped_lock const lock(mutex_);
        stopped_ = true;
    }
    wake();
}

void Loop::arm(Watched& watched)
{
    if (watched.armed_ && watched.timer_->first <= watched.deadline_) return; // moved on when it rings
    if (watched.armed_) {
        auto node = timers_.extract(watched.timer_);
        node.key() = watched.deadline_;
        watched.timer_ = timers_.insert(std::move(node));
        return;
    }
    watched.timer_ = timers_.emplace(watched.deadline_, &watched);
    watched.armed_ = true;
}

void Loop::set_deadline(Watched& watched, SteadyTime when)
{
    watched.deadline_ = when;
    arm(watched);
}

void Loop::forget(Watched& watched)
{
    if (watched.armed_) timers_.erase(watched.timer_);
    watched.armed_ = false;
    watched.deadline_ = SteadyTime::max();
}

int Loop::wait_ms() const
{
    if (timers_.empty()) return -1;
    auto const left = timers_.begin()->first - std::chrono::steady_clock::now();
    if (left <= SteadyTime::duration::zero()) return 0;
    return static_cast<int>(std::min<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count(), 60'000));
}

void Loop::ring_timers()
{
    while (!timers_.empty() && timers_.begin()->first <= now_) {
        auto& watched = *timers_.begin()->second;
        timers_.erase(timers_.begin());
        watched.armed_ = false;
        if (watched.deadline_ == SteadyTime::max()) continue;
        if (watched.deadline_ > now_) {
            arm(watched);
            continue;
        }
        watched.deadline_ = SteadyTime::max();
        watched.on_deadline();
    }
}

void Loop::empty_mailbox()
{
    {
        std::scoped_lock const lock(mutex_);
        work_.swap(mailbox_);
    }
    for (auto const& work : work_) work();
    work_.clear();
}

void Loop::run()
{
    std::array<epoll_event, events_max> events{};
    for (;;) {
        auto wait = wait_ms();
        {
            std::scoped_lock const lock(mutex_);
            if (stopped_) return;
            if (!mailbox_.empty()) wait = 0;
            asleep_ = wait != 0;
        }
        auto const count = ::epoll_wait(epoll_.get(), events.data(), events_max, wait);
        {
            std::scoped_lock const lock(mutex_);
            asleep_ = false;
        }
        now_ = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) {
            auto const& event = events[static_cast<std::size_t>(i)];
            if (event.data.ptr) {
                static_cast<Watched*>(event.data.ptr)->on_events(event.events);
                continue;
            }
            std::uint64_t rings = 0;
            [[maybe_unused]] auto const read = ::read(bell_.get(), &rings, sizeof rings);
        }
        empty_mailbox();
        ring_timers();
        graves_.clear();
    }
}

std::string const& Loop::date()
{
    if (now_ < date_until_) return date_;
    auto const seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    static constexpr std::array<char const*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<char const*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    date_ = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(parts.tm_wday)],
                        parts.tm_mday, months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                        parts.tm_hour, parts.tm_min, parts.tm_sec);
    date_until_ = now_ + std::chrono::seconds(1);
    return date_;
}

} // namespace net::server
