#include "calendar/rrule.h"

#include "base/error.h"

#include <algorithm>

namespace calendar {

namespace chrono = std::chrono;
using chrono::days;
using chrono::local_days;

static bool holds(std::vector<int> const& list, int value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

static int hour_of(Local moment) { return static_cast<int>((moment - chrono::floor<days>(moment)) / chrono::hours(1)); }

static int minute_of(Local moment)
{
    return static_cast<int>((moment - chrono::floor<chrono::hours>(moment)) / chrono::minutes(1));
}

static chrono::year_month_day date_of(Local moment) { return chrono::year_month_day(chrono::floor<days>(moment)); }

/// What the rule leaves open is as in its start.
void Rrule::set_defaults()
{
    auto const date = date_of(start_);
    auto const day = static_cast<int>(static_cast<unsigned>(date.day()));
    if (month_days_.empty() && weekdays_.empty()) {
        if (freq_ == Freq::Yearly && months_.empty()) months_ = {static_cast<int>(static_cast<unsigned>(date.month()))};
        if (freq_ == Freq::Yearly || freq_ == Freq::Monthly) month_days_ = {day};
        if (freq_ == Freq::Weekly)
            weekdays_ = {{static_cast<int>(chrono::weekday(chrono::floor<days>(start_)).c_encoding()), 0}};
    }
    if (hours_.empty() && freq_ < Freq::Hourly) hours_ = {hour_of(start_)};
    if (minutes_.empty() && freq_ < Freq::Minutely) minutes_ = {minute_of(start_)};
}

local_days Rrule::week_start(local_days day) const
{
    auto const weekday = static_cast<int>(chrono::weekday(day).c_encoding());
    return day - days((weekday - week_begins_ + 7) % 7);
}

std::int64_t Rrule::period_of(Local moment) const
{
    auto const date = date_of(moment);
    auto const day = chrono::floor<days>(moment);
    switch (freq_) {
    case Freq::Yearly: return static_cast<int>(date.year());
    case Freq::Monthly:
        return static_cast<int>(date.year()) * 12LL + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    case Freq::Weekly:
        return (week_start(day).time_since_epoch().count() + 7'000'000) / 7; // whole weeks, never below 0
    case Freq::Daily: return day.time_since_epoch().count();
    case Freq::Hourly: return chrono::floor<chrono::hours>(moment).time_since_epoch().count();
    default: return chrono::floor<chrono::minutes>(moment).time_since_epoch().count();
    }
}

/// The nth of its weekday, from the end where negative: in its month, or in its year where no month is named.
bool Rrule::is_nth(local_days day, int nth) const
{
    if (nth == 0) return true;
    auto const date = chrono::year_month_day(day);
    auto const in_year = freq_ == Freq::Yearly && months_.empty();
    auto const first = in_year ? local_days(date.year() / 1 / 1) : local_days(date.year() / date.month() / 1);
    auto const last =
        in_year ? local_days(date.year() / 12 / 31) : local_days(date.year() / date.month() / chrono::last);
    return nth > 0 ? (day - first).count() / 7 + 1 == nth : (last - day).count() / 7 + 1 == -nth;
}

bool Rrule::fits(local_days day) const
{
    auto const date = chrono::year_month_day(day);
    if (!months_.empty() && !holds(months_, static_cast<int>(static_cast<unsigned>(date.month())))) return false;
    if (!month_days_.empty()) {
        auto const number = static_cast<int>(static_cast<unsigned>(date.day()));
        auto const last = chrono::year_month_day_last(date.year(), chrono::month_day_last(date.month())).day();
        auto const from_end = number - static_cast<int>(static_cast<unsigned>(last)) - 1;
        if (!holds(month_days_, number) && !holds(month_days_, from_end)) return false;
    }
    if (weekdays_.empty()) return true;
    auto const weekday = static_cast<int>(chrono::weekday(day).c_encoding());
    return std::any_of(weekdays_.begin(), weekdays_.end(),
                       [&](Weekday const& wanted) { return wanted.day == weekday && is_nth(day, wanted.nth); });
}

std::vector<local_days> Rrule::days_of(std::int64_t period) const
{
    local_days first;
    local_days end;
    if (freq_ == Freq::Yearly) {
        chrono::year const year(static_cast<int>(period));
        first = local_days(year / 1 / 1);
        end = local_days((year + chrono::years(1)) / 1 / 1);
    } else if (freq_ == Freq::Monthly) {
        chrono::year_month const month{chrono::year(static_cast<int>(period / 12)),
                                       chrono::month(static_cast<unsigned>(period % 12) + 1)};
        first = local_days(month / 1);
        end = local_days((month + chrono::months(1)) / 1);
    } else if (freq_ == Freq::Weekly) {
        first = week_start(local_days(days(period * 7 - 7'000'000 + 6)));
        end = first + days(7);
    } else {
        first = local_days(days(period));
        end = first + days(1);
    }
    std::vector<local_days> out;
    for (auto day = first; day < end; day += days(1))
        if (fits(day)) out.push_back(day);
    return out;
}

std::vector<Local> Rrule::sub_daily(std::int64_t period) const
{
    auto const begin = freq_ == Freq::Hourly ? Local(chrono::hours(period)) : Local(chrono::minutes(period));
    if (!fits(chrono::floor<days>(begin))) return {};
    if (!hours_.empty() && !holds(hours_, hour_of(begin))) return {};
    if (freq_ == Freq::Minutely) {
        if (!minutes_.empty() && !holds(minutes_, minute_of(begin))) return {};
        return {begin};
    }
    std::vector<Local> out;
    for (auto const minute : minutes_) out.push_back(begin + chrono::minutes(minute));
    return out;
}

std::vector<Local> Rrule::occurrences(std::int64_t period) const
{
    std::vector<Local> all;
    if (freq_ >= Freq::Hourly) {
        all = sub_daily(period);
    } else {
        for (auto const day : days_of(period))
            for (auto const hour : hours_)
                for (auto const minute : minutes_)
                    all.push_back(Local(day) + chrono::hours(hour) + chrono::minutes(minute));
    }
    for (auto& moment : all) moment += start_ - chrono::floor<chrono::minutes>(start_);
    std::sort(all.begin(), all.end());
    if (positions_.empty()) return all;
    std::vector<Local> picked;
    auto const size = static_cast<int>(all.size());
    for (auto const position : positions_) {
        auto const index = position > 0 ? position - 1 : size + position;
        if (index >= 0 && index < size) picked.push_back(all[static_cast<std::size_t>(index)]);
    }
    std::sort(picked.begin(), picked.end());
    picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
    return picked;
}

std::int64_t Rrule::following(std::int64_t index) const
{
    if (freq_ < Freq::Hourly) return index + 1;
    auto const base = period_of(start_);
    auto const unit = freq_ == Freq::Hourly ? chrono::minutes(60) : chrono::minutes(1);
    auto const here = Local(unit * (base + index * interval_));
    // Whole days, and whole hours, that hold nothing are stepped over.
    auto target = here + unit * interval_;
    auto const day = chrono::floor<days>(here);
    if (!fits(day))
        target = std::max(target, Local(day + days(1)));
    else if (!hours_.empty() && !holds(hours_, hour_of(here)))
        target = std::max(target, Local(chrono::floor<chrono::hours>(here) + chrono::hours(1)));
    auto const wanted = period_of(target) - base;
    return std::max(index + 1, (wanted + interval_ - 1) / interval_);
}

std::optional<Local> Rrule::next(Local after) const
{
    auto const base = period_of(start_);
    auto const from = std::max(after, start_);
    auto const end = from + days(366 * years_max);
    auto index = count_ ? 0 : (period_of(from) - base) / interval_;
    int seen = 0;
    for (int looked = 0; looked < (count_ ? 10 * periods_max : periods_max); ++looked, index = following(index)) {
        if (base + index * interval_ > period_of(end)) return std::nullopt;
        for (auto const moment : occurrences(base + index * interval_)) {
            if (moment < start_) continue;
            if (until_ && moment > *until_) return std::nullopt;
            if (count_ && ++seen > *count_) return std::nullopt;
            if (moment > after) return moment;
        }
    }
    return std::nullopt;
}

} // namespace calendar
