#include "calendar/cron.h"

#include "base/error.h"
#include "base/text.h"

#include <array>
#include <charconv>
#include <span>

namespace calendar {

namespace chrono = std::chrono;
using base::ErrorCode;
using base::fail;

namespace {

struct Field {
    std::string_view name;
    int min;
    int max;
    std::span<std::string_view const> words; ///< the first of them is `min`
};

constexpr std::array<std::string_view, 12> month_words{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> weekday_words{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

constexpr Field minute_field{"minute", 0, 59, {}};
constexpr Field hour_field{"hour", 0, 23, {}};
constexpr Field day_field{"day of month", 1, 31, {}};
constexpr Field month_field{"month", 1, 12, month_words};
constexpr Field weekday_field{"day of week", 0, 7, weekday_words};

[[noreturn]] void refuse(Field const& field, std::string_view part)
{
    fail(ErrorCode::InvalidInput, base::Next{"use values, names, ranges and steps, as in */15 or mon-fri"},
         "cron: '{}' is nothing for the field {} ({} to {})", part, field.name, field.min, field.max);
}

int number(Field const& field, std::string_view text, std::string_view part)
{
    for (std::size_t i = 0; i < field.words.size(); ++i)
        if (base::lower_ascii(text) == field.words[i]) return field.min + static_cast<int>(i);
    int value = -1;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) refuse(field, part);
    return value;
}

/// Calls `add` with each value of "a", "a-b", "*", each perhaps with "/step".
template <class Add> void read_part(Field const& field, std::string_view part, Add add)
{
    auto const slash = part.find('/');
    auto const range = part.substr(0, slash);
    auto step = 1;
    if (slash != std::string_view::npos) {
        Field const steps{field.name, 1, field.max, {}};
        step = number(steps, part.substr(slash + 1), part);
        if (step < 1 || step > field.max) refuse(field, part);
    }
    auto first = field.min;
    auto last = field.max;
    if (range != "*") {
        auto const dash = range.find('-');
        first = number(field, range.substr(0, dash), part);
        if (dash != std::string_view::npos)
            last = number(field, range.substr(dash + 1), part);
        else if (slash == std::string_view::npos)
            last = first;
    }
    if (first < field.min || last > field.max || first > last) refuse(field, part);
    for (auto value = first; value <= last; value += step) add(static_cast<std::size_t>(value));
}

template <class Add> void read_field(Field const& field, std::string const& text, Add add)
{
    for (auto const& part : base::split(text, ',')) read_part(field, part, add);
}

std::string expanded(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> names{{{"@yearly", "0 0 1 1 *"},
                                                                                         {"@annually", "0 0 1 1 *"},
                                                                                         {"@monthly", "0 0 1 * *"},
                                                                                         {"@weekly", "0 0 * * 0"},
                                                                                         {"@daily", "0 0 * * *"},
                                                                                         {"@midnight", "0 0 * * *"},
                                                                                         {"@hourly", "0 * * * *"}}};
    auto const wanted = base::lower_ascii(base::trim(text));
    for (auto const& [name, fields] : names)
        if (wanted == name) return std::string(fields);
    if (wanted.starts_with('@'))
        fail(ErrorCode::InvalidInput, "cron: '{}' is none of @hourly, @daily, @weekly, @monthly, @yearly",
             base::truncate_utf8(base::clean_utf8(wanted), 40));
    return wanted;
}

} // namespace

Cron::Cron(std::string_view text)
{
    if (text.size() > text_bytes_max || !base::is_utf8(text))
        fail(ErrorCode::InvalidInput, "cron: not a text of at most {} bytes", text_bytes_max);
    std::vector<std::string> fields;
    for (auto const& word : base::split(expanded(text), ' '))
        if (!word.empty()) fields.push_back(word);
    if (fields.size() != 5)
        fail(ErrorCode::InvalidInput, base::Next{"minute hour day-of-month month day-of-week, as in 30 6 * * mon-fri"},
             "cron: {} fields instead of 5", fields.size());
    read_field(minute_field, fields[0], [&](std::size_t value) { minutes_.set(value); });
    read_field(hour_field, fields[1], [&](std::size_t value) { hours_.set(value); });
    read_field(day_field, fields[2], [&](std::size_t value) { days_.set(value); });
    read_field(month_field, fields[3], [&](std::size_t value) { months_.set(value); });
    read_field(weekday_field, fields[4], [&](std::size_t value) { weekdays_.set(value % 7); });
    any_day_ = fields[2].starts_with('*');
    any_weekday_ = fields[4].starts_with('*');
}

bool Cron::fits_day(chrono::local_days day) const
{
    chrono::year_month_day const date(day);
    if (!months_.test(static_cast<unsigned>(date.month()))) return false;
    auto const by_date = days_.test(static_cast<unsigned>(date.day()));
    auto const by_weekday = weekdays_.test(chrono::weekday(day).c_encoding());
    return any_day_ || any_weekday_ ? by_date && by_weekday : by_date || by_weekday;
}

std::optional<Local> Cron::next(Local after) const
{
    auto const from = chrono::floor<chrono::minutes>(after) + chrono::minutes(1);
    auto day = chrono::floor<chrono::days>(from);
    auto const last = day + chrono::days(366 * years_max);
    auto minute = static_cast<int>((from - day) / chrono::minutes(1)); // of the day
    for (; day <= last; day += chrono::days(1), minute = 0) {
        if (!fits_day(day)) continue;
        for (; minute < 24 * 60; ++minute) {
            if (!hours_.test(static_cast<std::size_t>(minute / 60)))
                minute = (minute / 60 + 1) * 60 - 1; // on to the next hour
            else if (minutes_.test(static_cast<std::size_t>(minute % 60)))
                return Local(day) + chrono::minutes(minute);
        }
    }
    return std::nullopt;
}

} // namespace calendar
