#include "base/error.h"
#include "base/text.h"
#include "calendar/rrule.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace calendar {

namespace chrono = std::chrono;
using base::ErrorCode;
using base::fail;

static constexpr std::array<std::string_view, 7> weekday_names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

static std::string shown(std::string_view text) { return base::truncate_utf8(base::clean_utf8(text), 60); }

static int whole_number(std::string_view name, std::string_view text, int min, int max)
{
    auto digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    int value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value < min || value > max)
        fail(ErrorCode::InvalidInput, "rrule: {}: '{}' is no number from {} to {}", name, shown(text), min, max);
    return value;
}

/// A list of numbers; 0 only where `min` is 0.
static std::vector<int> numbers(std::string_view name, std::string_view text, int min, int max)
{
    std::vector<int> out;
    for (auto const& part : base::split(text, ',')) {
        auto const value = whole_number(name, part, min, max);
        if (value == 0 && min < 0) fail(ErrorCode::InvalidInput, "rrule: {}: 0 is nothing to count by", name);
        if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
    }
    return out;
}

static int weekday(std::string_view name, std::string_view text)
{
    for (std::size_t i = 0; i < weekday_names.size(); ++i)
        if (text == weekday_names[i]) return static_cast<int>(i);
    fail(ErrorCode::InvalidInput, "rrule: {}: '{}' is none of SU, MO, TU, WE, TH, FR, SA", name, shown(text));
}

namespace {

struct Moment {
    Local local;
    bool is_utc = false;
};

} // namespace

/// "20260105", "20260105T090000" or "20260105T090000Z".
static Moment moment(std::string_view name, std::string_view text)
{
    auto const bad = [&] {
        fail(ErrorCode::InvalidInput, "rrule: {}: '{}' is not like 20260105T090000", name, shown(text));
    };
    auto rest = text;
    Moment out;
    if (rest.ends_with('Z')) {
        out.is_utc = true;
        rest.remove_suffix(1);
    }
    auto const has_time = rest.size() == 15 && rest[8] == 'T';
    if (rest.size() != 8 && !has_time) bad();
    auto const part = [&](std::size_t at, std::size_t size, int max) {
        auto const digits = rest.substr(at, size);
        if (digits.find_first_not_of("0123456789") != std::string_view::npos) bad();
        return whole_number(name, digits, 0, max);
    };
    chrono::year_month_day const date{chrono::year(part(0, 4, 9999)),
                                      chrono::month(static_cast<unsigned>(part(4, 2, 12))),
                                      chrono::day(static_cast<unsigned>(part(6, 2, 31)))};
    if (!date.ok() || static_cast<int>(date.year()) < 1970) bad();
    out.local = Local(chrono::local_days(date));
    if (has_time)
        out.local +=
            chrono::hours(part(9, 2, 23)) + chrono::minutes(part(11, 2, 59)) + chrono::seconds(part(13, 2, 59));
    else
        out.local +=
            chrono::days(name == "UNTIL" ? 1 : 0) - chrono::seconds(name == "UNTIL" ? 1 : 0); // all of that day
    return out;
}

/// Fills in a rule, part by part.
struct RruleReader {
    Rrule& rule;
    Zone const& zone;

    void freq(std::string_view value) const
    {
        static constexpr std::array<std::string_view, 6> names{"YEARLY", "MONTHLY", "WEEKLY",
                                                               "DAILY",  "HOURLY",  "MINUTELY"};
        auto const* const it = std::find(names.begin(), names.end(), value);
        if (it == names.end())
            fail(ErrorCode::InvalidInput,
                 "rrule: FREQ: '{}' is none of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, "
                 "MINUTELY",
                 shown(value));
        rule.freq_ = static_cast<Rrule::Freq>(it - names.begin());
    }
    void days(std::string_view value) const
    {
        for (auto const& part : base::split(value, ',')) {
            if (part.size() < 2) weekday("BYDAY", part);
            std::string_view const text = part;
            auto const number = text.substr(0, text.size() - 2);
            auto const nth = number.empty() ? 0 : whole_number("BYDAY", number, -53, 53);
            if (!number.empty() && nth == 0) fail(ErrorCode::InvalidInput, "rrule: BYDAY: 0 is nothing to count by");
            rule.weekdays_.push_back({weekday("BYDAY", text.substr(text.size() - 2)), nth});
        }
    }
    Local local(std::string_view name, std::string_view value) const
    {
        auto const read = moment(name, value);
        return read.is_utc ? zone.local(base::Time(read.local.time_since_epoch())) : read.local;
    }
    void take(std::string const& name, std::string const& value) const
    {
        if (name == "FREQ") return freq(value);
        if (name == "INTERVAL") return void(rule.interval_ = whole_number(name, value, 1, 10'000));
        if (name == "COUNT") return void(rule.count_ = whole_number(name, value, 1, Rrule::count_max));
        if (name == "UNTIL") return void(rule.until_ = local(name, value));
        if (name == "BYMONTH") return void(rule.months_ = numbers(name, value, 1, 12));
        if (name == "BYMONTHDAY") return void(rule.month_days_ = numbers(name, value, -31, 31));
        if (name == "BYHOUR") return void(rule.hours_ = numbers(name, value, 0, 23));
        if (name == "BYMINUTE") return void(rule.minutes_ = numbers(name, value, 0, 59));
        if (name == "BYSETPOS") return void(rule.positions_ = numbers(name, value, -366, 366));
        if (name == "WKST") return void(rule.week_begins_ = weekday(name, value));
        if (name == "BYDAY") return days(value);
        fail(ErrorCode::InvalidInput,
             base::Next{
                 "use FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSETPOS, WKST"},
             "rrule: the part {} is not known", shown(name));
    }
};

void Rrule::check() const
{
    auto const numbered = std::any_of(weekdays_.begin(), weekdays_.end(), [](Weekday const& w) { return w.nth != 0; });
    if (numbered && freq_ != Freq::Monthly && freq_ != Freq::Yearly)
        fail(ErrorCode::InvalidInput, "rrule: BYDAY with a number needs FREQ=MONTHLY or YEARLY");
    if (freq_ == Freq::Weekly && !month_days_.empty())
        fail(ErrorCode::InvalidInput, "rrule: BYMONTHDAY makes no sense with FREQ=WEEKLY");
    if (count_ && until_) fail(ErrorCode::InvalidInput, "rrule: COUNT and UNTIL exclude each other");
    auto const by =
        !months_.empty() || !month_days_.empty() || !weekdays_.empty() || !hours_.empty() || !minutes_.empty();
    if (!positions_.empty() && !by) fail(ErrorCode::InvalidInput, "rrule: BYSETPOS needs another BY part beside it");
}

Rrule::Rrule(std::string_view text, Local start, Zone const& zone) : start_(start)
{
    if (text.size() > text_bytes_max || !base::is_utf8(text))
        fail(ErrorCode::InvalidInput, "rrule: not a text of at most {} bytes", text_bytes_max);
    RruleReader const reader{*this, zone};
    auto body = std::string(base::trim(text));
    for (auto& c : body)
        if (c == '\r') c = '\n';
    if (body.starts_with("DTSTART:")) {
        auto const end = std::min(body.find('\n'), body.size());
        start_ = reader.local("DTSTART", base::trim(std::string_view(body).substr(8, end - 8)));
        body = std::string(base::trim(std::string_view(body).substr(end)));
    }
    if (body.starts_with("RRULE:")) body = body.substr(6);
    std::vector<std::string> seen;
    for (auto const& part : base::split(body, ';')) {
        auto const equals = part.find('=');
        if (equals == std::string::npos || equals + 1 == part.size())
            fail(ErrorCode::InvalidInput, "rrule: '{}' is not like NAME=VALUE", shown(part));
        auto const name = part.substr(0, equals);
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            fail(ErrorCode::InvalidInput, "rrule: {} stands there twice", shown(name));
        seen.push_back(name);
        reader.take(name, part.substr(equals + 1));
    }
    if (std::find(seen.begin(), seen.end(), "FREQ") == seen.end())
        fail(ErrorCode::InvalidInput, "rrule: FREQ is missing");
    check();
    set_defaults();
}

} // namespace calendar
