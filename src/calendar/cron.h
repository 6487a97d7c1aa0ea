#pragma once
#include "calendar/local_time.h"

#include <bitset>
#include <optional>

namespace calendar {

/// minute hour day-of-month month day-of-week, or @hourly, @daily (@midnight), @weekly, @monthly, @yearly (@annually).
/// A field is "*" or a list of values and ranges, each with a step: "1-5", "*/15", "10-40/10", "mon-fri", "jan,jul".
/// 0 and 7 are Sunday. Where day-of-month and day-of-week are both given (neither begins with "*"), either will do.
class Cron {
public:
    static constexpr std::size_t text_bytes_max = 400;
    static constexpr int years_max = 9; ///< from one 29th of February to the next but one
    /// InvalidInput names the field and what is wrong with it.
    explicit Cron(std::string_view text);
    /// The first that is later; none where no such day comes within years_max (30 February).
    std::optional<Local> next(Local after) const;

private:
    bool fits_day(std::chrono::local_days day) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;
    std::bitset<13> months_;
    std::bitset<7> weekdays_;
    bool any_day_ = true;
    bool any_weekday_ = true;
};

} // namespace calendar
