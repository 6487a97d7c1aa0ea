#include "discovery/reset.h"

#include "discovery/convert.h"
#include "discovery/json_path.h"

namespace discovery {

using namespace std::chrono;

namespace {

constexpr auto retry_after_longest = hours(24);
constexpr auto pacific_winter = hours(-8);
constexpr auto pacific_summer = hours(-7);

/// Summer time there: from the second Sunday of March to the first of November, two o'clock in the morning.
milliseconds pacific_offset(base::Time now)
{
    auto const date = year_month_day(floor<days>(now + pacific_winter));
    auto const begin = sys_days(date.year() / March / Sunday[2]) + hours(2) - pacific_winter;
    auto const end = sys_days(date.year() / November / Sunday[1]) + hours(2) - pacific_summer;
    return now >= begin && now < end ? milliseconds(pacific_summer) : milliseconds(pacific_winter);
}

base::Time pacific_day(base::Time now) { return floor<days>(now + pacific_offset(now)); }

/// Local midnights as moments; the offset is that of noon the day before, for days on which it changes.
base::Time from_pacific(base::Time local_midnight)
{
    auto const guess = local_midnight - pacific_winter;
    return local_midnight - pacific_offset(guess - hours(1));
}

std::optional<base::Time> named_time(Reset const& rule, std::string const& text, base::Time now)
{
    auto const number = number_of(base::json::value(text));
    auto const later = [&](double count_seconds) -> std::optional<base::Time> {
        if (count_seconds < 0 || count_seconds > 4e7) return std::nullopt;
        return now + milliseconds(static_cast<std::int64_t>(count_seconds * 1000));
    };
    switch (rule.form) {
    case ResetForm::EpochSeconds: return number ? epoch_time(*number) : std::nullopt;
    case ResetForm::Iso: return base::parse_time(text);
    case ResetForm::EpochOrIso: return number ? epoch_time(*number) : base::parse_time(text);
    case ResetForm::SecondsLeft: return number ? later(*number) : std::nullopt;
    case ResetForm::MinutesLeft: return number ? later(*number * 60) : std::nullopt;
    default: return std::nullopt;
    }
}

/// What stands in the header; where it holds JSON, the largest number at the path.
std::string header_text(Reset const& rule, net::Response const& response)
{
    auto const text = std::string(base::trim(response.header(rule.header)));
    if (rule.path.empty() || text.empty()) return text;
    try {
        auto const document = base::parse_json(text, rule.header);
        std::optional<double> most;
        for (auto const* found : json_path(rule.path).all(document, document))
            if (auto const number = number_of(*found)) most = std::max(most.value_or(0), *number);
        return most ? fmt::format("{:.0f}", *most) : "";
    } catch (base::Error const&) {
        return "";
    }
}

std::optional<base::Time> one_time(Reset const& rule, net::Response const& response, base::Time now)
{
    switch (rule.form) {
    case ResetForm::RetryAfter:
        if (auto const wait = response.retry_after(now)) return now + *wait;
        return std::nullopt;
    case ResetForm::MidnightPacific: return next_midnight_pacific(now);
    case ResetForm::MidnightUtc: return next_midnight_utc(now);
    case ResetForm::NextMonthUtc: return next_month_utc(now);
    case ResetForm::Fixed: return now + seconds(rule.seconds);
    default: return named_time(rule, header_text(rule, response), now);
    }
}

} // namespace

base::Time next_midnight_utc(base::Time now) { return floor<days>(now) + days(1); }

base::Time next_midnight_pacific(base::Time now) { return from_pacific(pacific_day(now) + days(1)); }

base::Time next_month_utc(base::Time now)
{
    auto const date = year_month_day(floor<days>(now));
    return sys_days((date.year() / date.month() + months(1)) / 1);
}

base::Time period_start(QuotaPeriod period, base::Time now)
{
    auto const date = year_month_day(floor<days>(now));
    switch (period) {
    case QuotaPeriod::Hour: return floor<hours>(now);
    case QuotaPeriod::DayPacific: return from_pacific(pacific_day(now));
    case QuotaPeriod::Month: return sys_days(date.year() / date.month() / 1);
    case QuotaPeriod::DayUtc: break;
    }
    return floor<days>(now);
}

base::Time period_end(QuotaPeriod period, base::Time now)
{
    switch (period) {
    case QuotaPeriod::Hour: return floor<hours>(now) + hours(1);
    case QuotaPeriod::DayPacific: return next_midnight_pacific(now);
    case QuotaPeriod::Month: return next_month_utc(now);
    case QuotaPeriod::DayUtc: break;
    }
    return next_midnight_utc(now);
}

std::optional<base::Time> reset_time(std::vector<Reset> const& rules, net::Response const& response, base::Time now)
{
    if (auto const wait = response.retry_after(now)) return now + std::min<milliseconds>(*wait, retry_after_longest);
    for (auto const& rule : rules) {
        auto const time = one_time(rule, response, now);
        if (!time || *time <= now) continue;
        auto const believed =
            rule.header.empty() ? *time : std::min<base::Time>(*time, now + seconds(rule.seconds_max));
        return believed;
    }
    return std::nullopt;
}

} // namespace discovery
