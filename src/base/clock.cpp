#include "base/clock.h"

#include "base/error.h"
#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace base {

using namespace std::chrono;

Time SystemClock::now() const { return floor<Milliseconds>(system_clock::now()); }

static char* put_digits(char* out, unsigned value, unsigned digits)
{
    for (auto i = digits; i > 0; --i, value /= 10) out[i - 1] = static_cast<char>('0' + value % 10);
    return out + digits;
}

void put_time(std::string& out, Time time)
{
    auto const day = floor<days>(time);
    year_month_day const date(day);
    hh_mm_ss const clock(time - day);
    auto const year = static_cast<int>(date.year());
    char text[24];
    auto* end = text;
    if (year < 0 || year > 9999)
        fmt::format_to(std::back_inserter(out), "{:04}", year);
    else
        end = put_digits(end, static_cast<unsigned>(year), 4);
    *end++ = '-';
    end = put_digits(end, static_cast<unsigned>(date.month()), 2);
    *end++ = '-';
    end = put_digits(end, static_cast<unsigned>(date.day()), 2);
    *end++ = 'T';
    end = put_digits(end, static_cast<unsigned>(clock.hours().count()), 2);
    *end++ = ':';
    end = put_digits(end, static_cast<unsigned>(clock.minutes().count()), 2);
    *end++ = ':';
    end = put_digits(end, static_cast<unsigned>(clock.seconds().count()), 2);
    if (clock.subseconds().count() != 0) {
        *end++ = '.';
        end = put_digits(end, static_cast<unsigned>(clock.subseconds().count()), 3);
    }
    *end++ = 'Z'; // the longest has 24 bytes
    out.append(text, end);
}

std::string format_time(Time time)
{
    std::string text;
    put_time(text, time);
    return text;
}

namespace {

/// Reads a date from the front of a text, one piece at a time.
struct Cursor {
    std::string_view rest;

    std::optional<int> number(std::size_t min_digits, std::size_t max_digits)
    {
        std::size_t count = 0;
        while (count < rest.size() && count < max_digits && rest[count] >= '0' && rest[count] <= '9') ++count;
        if (count < min_digits) return std::nullopt;
        int value = 0;
        std::from_chars(rest.data(), rest.data() + count, value);
        rest.remove_prefix(count);
        return value;
    }
    bool skip(char c)
    {
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    std::string_view word()
    {
        rest = trim(rest);
        auto const end = rest.find_first_of(" \t,");
        auto const found = rest.substr(0, end);
        rest.remove_prefix(found.size());
        return found;
    }
};

} // namespace

static std::optional<Time> make_time(int y, int mo, int d, int h, int mi, int s, int ms, minutes offset)
{
    year_month_day const date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (!date.ok() || h > 24 || mi > 59 || s > 60 || (h == 24 && (mi > 0 || s > 0))) return std::nullopt;
    return sys_days(date) + hours(h) + minutes(mi) + seconds(s) + Milliseconds(ms) - offset;
}

/// "Z", "+01:00", "-0500" or nothing.
static std::optional<minutes> read_offset(Cursor& in)
{
    if (in.rest.empty()) return minutes(0);
    if (in.skip('Z') || in.skip('z')) return minutes(0);
    auto const negative = in.rest.front() == '-';
    if (!in.skip('+') && !in.skip('-')) return std::nullopt;
    auto const h = in.number(2, 2);
    in.skip(':');
    auto const m = in.number(2, 2);
    if (!h || *h > 23 || (m && *m > 59)) return std::nullopt;
    minutes const offset(*h * 60 + m.value_or(0));
    return negative ? -offset : offset;
}

std::optional<Time> parse_time(std::string_view text)
{
    Cursor in{trim(text)};
    auto const y = in.number(4, 4);
    if (!y || !in.skip('-')) return std::nullopt;
    auto const mo = in.number(1, 2);
    if (!mo || !in.skip('-')) return std::nullopt;
    auto const d = in.number(1, 2);
    if (!d) return std::nullopt;
    if (in.rest.empty()) return make_time(*y, *mo, *d, 0, 0, 0, 0, minutes(0));
    if (!in.skip('T') && !in.skip('t') && !in.skip(' ')) return std::nullopt;
    auto const h = in.number(2, 2);
    if (!h || !in.skip(':')) return std::nullopt;
    auto const mi = in.number(2, 2);
    if (!mi) return std::nullopt;
    int s = 0;
    int ms = 0;
    if (in.skip(':')) {
        auto const value = in.number(2, 2);
        if (!value) return std::nullopt;
        s = *value;
        if (in.skip('.') || in.skip(',')) {
            auto const before = in.rest.size();
            auto const fraction = in.number(1, 9);
            if (!fraction) return std::nullopt;
            ms = static_cast<int>(*fraction / std::pow(10.0, static_cast<double>(before - in.rest.size()) - 3.0));
        }
    }
    in.rest = trim(in.rest);
    auto const offset = read_offset(in);
    if (!offset || !in.rest.empty()) return std::nullopt;
    return make_time(*y, *mo, *d, *h, *mi, s, ms, *offset);
}

/// Zone of RFC 2822: a number, one of the old American names, or GMT/UT/UTC/Z.
static std::optional<minutes> read_zone(std::string_view zone)
{
    static constexpr std::array<std::pair<std::string_view, int>, 12> names{{{"GMT", 0},
                                                                             {"UT", 0},
                                                                             {"UTC", 0},
                                                                             {"Z", 0},
                                                                             {"EST", -5},
                                                                             {"EDT", -4},
                                                                             {"CST", -6},
                                                                             {"CDT", -5},
                                                                             {"MST", -7},
                                                                             {"MDT", -6},
                                                                             {"PST", -8},
                                                                             {"PDT", -7}}};
    if (zone.empty()) return minutes(0);
    for (auto const& [name, offset] : names)
        if (name == zone) return minutes(offset * 60);
    Cursor in{zone};
    auto const offset = read_offset(in);
    return in.rest.empty() ? offset : std::nullopt;
}

std::optional<Time> parse_rfc2822(std::string_view text)
{
    static constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                             "jul", "aug", "sep", "oct", "nov", "dec"};
    Cursor in{trim(text)};
    if (auto const comma = in.rest.find(','); comma != std::string_view::npos && comma <= 9)
        in.rest.remove_prefix(comma + 1);
    in.rest = trim(in.rest);
    auto const d = in.number(1, 2);
    auto const month_name = lower_ascii(in.word().substr(0, 3));
    in.rest = trim(in.rest);
    auto y = in.number(2, 4);
    in.rest = trim(in.rest);
    auto const h = in.number(1, 2);
    if (!d || !y || !h || !in.skip(':')) return std::nullopt;
    auto const mi = in.number(2, 2);
    auto const s = in.skip(':') ? in.number(2, 2) : std::optional(0);
    int mo = 0;
    while (mo < 12 && months[static_cast<std::size_t>(mo)] != month_name) ++mo;
    auto const offset = read_zone(in.word());
    if (!mi || !s || mo == 12 || !offset) return std::nullopt;
    if (*y < 100) y = *y < 50 ? *y + 2000 : *y + 1900; // RFC 2822, 4.3
    return make_time(*y, mo + 1, *d, *h, *mi, *s, 0, *offset);
}

std::optional<Milliseconds> parse_duration(std::string_view text)
{
    text = trim(text);
    double value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value) || value < 0) return std::nullopt;
    auto const unit = text.substr(static_cast<std::size_t>(end - text.data()));
    static constexpr std::array<std::pair<std::string_view, double>, 6> units{
        {{"ms", 1}, {"s", 1e3}, {"m", 60e3}, {"h", 3600e3}, {"d", 86400e3}, {"w", 604800e3}}};
    for (auto const& [name, factor] : units)
        if (name == unit && value * factor < 1e15) return Milliseconds(static_cast<std::int64_t>(value * factor));
    return std::nullopt;
}

Time parse_since(std::string_view text, Time now, std::string_view field)
{
    if (auto const back = parse_duration(text)) return now - *back;
    if (auto const time = parse_time(text)) return *time;
    fail(ErrorCode::InvalidInput, Next{"give a time like 24h, 7d, 30d or 2026-11-20T10:00:00Z"},
         "{}: '{}' is neither a duration nor a time", field, text);
}

std::string format_duration(Milliseconds duration)
{
    auto const total = round<seconds>(duration).count();
    if (duration < seconds(1)) return fmt::format("{} ms", duration.count());
    if (total < 60) return fmt::format("{} s", total);
    if (total < 3600) return fmt::format("{} min {:02} s", total / 60, total % 60);
    return fmt::format("{} h {:02} min", total / 3600, total % 3600 / 60);
}

} // namespace base
