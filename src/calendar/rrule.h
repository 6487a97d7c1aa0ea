#pragma once
#include "calendar/local_time.h"

#include <optional>
#include <vector>

namespace calendar {

/// A recurrence rule of RFC 5545, in the zone of its schedule: FREQ=YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY,
/// INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY (with numbers where FREQ is MONTHLY or YEARLY), BYHOUR, BYMINUTE,
/// BYSETPOS, WKST. SECONDLY, BYSECOND, BYYEARDAY and BYWEEKNO are refused, not ignored. "RRULE:" before it is taken,
/// and a line "DTSTART:20260105T090000" before that; without one it starts at `start`.
class Rrule {
public:
    static constexpr std::size_t text_bytes_max = 1'000;
    static constexpr int count_max = 10'000;
    static constexpr int periods_max = 20'000; ///< looked through for one that holds anything, with COUNT ten times
    static constexpr int years_max = 400;      ///< no rule is followed further ahead
    /// InvalidInput names the part and what is wrong with it.
    Rrule(std::string_view text, Local start, Zone const& zone);
    /// The first that is later; none after the end of the rule, or where it never comes.
    std::optional<Local> next(Local after) const;
    Local start() const { return start_; }

private:
    enum class Freq { Yearly, Monthly, Weekly, Daily, Hourly, Minutely };
    struct Weekday {
        int day = 0; ///< 0 is Sunday
        int nth = 0; ///< 0: each
    };
    friend struct RruleReader;

    void check() const;
    void set_defaults();
    std::int64_t period_of(Local moment) const;
    /// The number of the period that may hold something after that one, counted in intervals from the start.
    std::int64_t following(std::int64_t index) const;
    std::vector<Local> occurrences(std::int64_t period) const;
    std::vector<std::chrono::local_days> days_of(std::int64_t period) const;
    std::vector<Local> sub_daily(std::int64_t period) const;
    bool fits(std::chrono::local_days day) const;
    bool is_nth(std::chrono::local_days day, int nth) const;
    std::chrono::local_days week_start(std::chrono::local_days day) const;

    Freq freq_ = Freq::Daily;
    Local start_;
    std::int64_t interval_ = 1;
    std::optional<int> count_;
    std::optional<Local> until_;
    std::vector<int> months_, month_days_, hours_, minutes_, positions_;
    std::vector<Weekday> weekdays_;
    int week_begins_ = 1; ///< Monday
};

} // namespace calendar
