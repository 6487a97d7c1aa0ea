#pragma once
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace base {

using Milliseconds = std::chrono::milliseconds;
/// A moment in UTC, to the millisecond.
using Time = std::chrono::sys_time<Milliseconds>;

/// Where the present comes from. An argument everywhere, so that tests and `--now` decide it.
struct Clock {
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

struct SystemClock : Clock {
    Time now() const override;
};

/// Stands still until told otherwise; safe to read and move from several threads.
class FixedClock : public Clock {
public:
    explicit FixedClock(Time start) : now_(start.time_since_epoch().count()) {}
    Time now() const override { return Time(Milliseconds(now_.load())); }
    void advance(Milliseconds by) { now_ += by.count(); }

private:
    std::atomic<Milliseconds::rep> now_;
};

/// RFC 3339 in UTC, "2026-11-20T10:00:00Z"; milliseconds only where there are any.
std::string format_time(Time time);
void put_time(std::string& out, Time time);
/// RFC 3339, ISO 8601 dates ("2026-11-20"), a space for the T, "+0000" offsets, 1-9 fraction digits; no zone means UTC.
std::optional<Time> parse_time(std::string_view text);
/// RFC 2822 as in feeds: "Wed, 4 Mar 2026 08:30:00 EST"; weekday and seconds are optional.
std::optional<Time> parse_rfc2822(std::string_view text);
/// "90s", "15m", "24h", "7d", "2w", or plain milliseconds as "250ms".
std::optional<Milliseconds> parse_duration(std::string_view text);
/// A duration back from now ("7d") or a moment in time; InvalidInput otherwise, naming the field.
Time parse_since(std::string_view text, Time now, std::string_view field);
/// "1 h 02 min", "42 s": for people.
std::string format_duration(Milliseconds duration);

} // namespace base
