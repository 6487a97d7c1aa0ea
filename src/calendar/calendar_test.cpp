#include "base/ids.h"
#include "base/json.h"
#include "base/subprocess.h"
#include "calendar/rule.h"
#include "support.h"

#include <map>

using namespace std::chrono_literals;
namespace chrono = std::chrono;
using calendar::Local;

static base::Time at(std::string const& text) { return *base::parse_time(text); }

static Local local(std::string const& text)
{
    return Local(chrono::floor<chrono::seconds>(at(text)).time_since_epoch());
}

static std::string shown(Local moment)
{
    return base::format_time(base::Time(moment.time_since_epoch())).substr(0, 16);
}

/// The first slots after a local time, "none" where it ends.
static std::string cron(std::string const& text, std::string const& after, int count = 1)
{
    calendar::Cron const rule(text);
    auto from = local(after);
    std::string out;
    for (int i = 0; i < count; ++i) {
        auto const next = rule.next(from);
        out += (out.empty() ? "" : " ") + (next ? shown(*next) : "none");
        if (!next) break;
        from = *next;
    }
    return out;
}

TEST(Cron, finds_the_next_minute_hour_day_and_month)
{
    EXPECT_EQ(cron("*/15 * * * *", "2026-11-20T10:07:30Z", 2), "2026-11-20T10:15 2026-11-20T10:30");
    EXPECT_EQ(cron("30 6 * * mon-fri", "2026-11-20T06:30:00Z", 2), "2026-11-23T06:30 2026-11-24T06:30");
    EXPECT_EQ(cron("0 0 1 JAN,Jul *", "2026-11-20T10:00:00Z", 2), "2027-01-01T00:00 2027-07-01T00:00");
    EXPECT_EQ(cron("10-40/10 9-17/4 * * *", "2026-11-20T09:35:00Z", 2), "2026-11-20T09:40 2026-11-20T13:10");
    EXPECT_EQ(cron("5/20 * * * *", "2026-11-20T10:00:00Z", 3), "2026-11-20T10:05 2026-11-20T10:25 2026-11-20T10:45");
    EXPECT_EQ(cron("0 0 * * 7", "2026-11-20T10:00:00Z"), cron("0 0 * * 0", "2026-11-20T10:00:00Z"));
    EXPECT_EQ(cron("0 12 29 2 *", "2026-11-20T10:00:00Z", 2), "2028-02-29T12:00 2032-02-29T12:00");
    EXPECT_EQ(cron("59 23 31 12 *", "2026-12-31T23:59:00Z"), "2027-12-31T23:59");
    EXPECT_EQ(cron("0 0 29 2 *", "2096-03-01T00:00:00Z"), "2104-02-29T00:00") << "2100 is no leap year";
    EXPECT_EQ(cron("0 0 30 2 *", "2026-11-20T10:00:00Z"), "none");
}

TEST(Cron, either_day_will_do_where_both_are_given)
{
    EXPECT_EQ(cron("0 0 13 * fri", "2026-11-01T00:00:00Z", 3), "2026-11-06T00:00 2026-11-13T00:00 2026-11-20T00:00");
    EXPECT_EQ(cron("0 0 */2 * fri", "2026-11-01T00:00:00Z", 2), "2026-11-13T00:00 2026-11-27T00:00")
        << "a field that begins with * only narrows";
}

TEST(Cron, names_stand_for_expressions)
{
    std::map<std::string, std::string> const names{{"@hourly", "2026-11-20T11:00"},   {"@daily", "2026-11-21T00:00"},
                                                   {"@midnight", "2026-11-21T00:00"}, {"@weekly", "2026-11-22T00:00"},
                                                   {"@monthly", "2026-12-01T00:00"},  {"@yearly", "2027-01-01T00:00"},
                                                   {"@Annually", "2027-01-01T00:00"}};
    for (auto const& [name, next] : names) EXPECT_EQ(cron(name, "2026-11-20T10:07:00Z"), next) << name;
}

TEST(Cron, says_which_field_makes_no_sense)
{
    auto const refusal = [](std::string const& text) {
        auto const error = test::error_of([&] { calendar::Cron const rule(text); });
        EXPECT_EQ(error.code, base::ErrorCode::InvalidInput);
        return std::string(error.what());
    };
    EXPECT_NE(refusal("60 * * * *").find("minute"), std::string::npos);
    EXPECT_NE(refusal("* 24 * * *").find("hour"), std::string::npos);
    EXPECT_NE(refusal("* * 0 * *").find("day of month"), std::string::npos);
    EXPECT_NE(refusal("* * * foo *").find("month"), std::string::npos);
    EXPECT_NE(refusal("* * * * 8").find("day of week"), std::string::npos);
    EXPECT_NE(refusal("* * * *").find("4 fields"), std::string::npos);
    for (auto const* text : {"5-1 * * * *", "*/0 * * * *", "1,,2 * * * *", "- * * * *", "@reboot", "", "1-2-3 * * * *",
                             "*/99 * * * *", "+1 * * * *", "99999999999 * * * *"})
        EXPECT_NE(refusal(text), "") << text;
    EXPECT_NE(refusal(std::string(1'000, '*')), "");
}

static std::vector<std::string> expand(std::string const& rule, std::string const& start, int count)
{
    calendar::Zone const utc("UTC");
    auto const iso = fmt::format("{}-{}-{}:{}:{}Z", start.substr(0, 4), start.substr(4, 2), start.substr(6, 5),
                                 start.substr(11, 2), start.substr(13, 2));
    calendar::Rrule const read(rule, local(iso), utc);
    std::vector<std::string> out;
    auto from = read.start() - 1s;
    auto const horizon = read.start() + chrono::days(366 * 60);
    while (static_cast<int>(out.size()) < count) {
        auto const next = read.next(from);
        if (!next || *next >= horizon) break;
        std::string text;
        for (auto const c : base::format_time(base::Time(next->time_since_epoch())))
            if (c != '-' && c != ':' && c != 'Z') text += c;
        out.push_back(text);
        from = *next;
    }
    return out;
}

TEST(Rrule, gives_the_dates_of_the_standards_examples)
{
    using Dates = std::vector<std::string>;
    EXPECT_EQ(expand("RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "19970902T090000", 3),
              (Dates{"19980213T090000", "19980313T090000", "19981113T090000"}));
    EXPECT_EQ(expand("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "19970904T090000", 9),
              (Dates{"19970904T090000", "19971007T090000", "19971106T090000"}));
    EXPECT_EQ(expand("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000", 9),
              (Dates{"19970805T090000", "19970810T090000", "19970819T090000", "19970824T090000"}));
    EXPECT_EQ(expand("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000", 9),
              (Dates{"19970805T090000", "19970817T090000", "19970819T090000", "19970831T090000"}));
    EXPECT_EQ(expand("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "19961105T090000", 3),
              (Dates{"19961105T090000", "20001107T090000", "20041102T090000"}));
    EXPECT_EQ(expand("FREQ=MONTHLY;BYDAY=-2MO;COUNT=2", "19970922T090000", 9),
              (Dates{"19970922T090000", "19971020T090000"}));
    EXPECT_EQ(expand("FREQ=DAILY;UNTIL=19970904", "19970902T090000", 9).size(), 3U) << "all of its last day";
    EXPECT_EQ(expand("DTSTART:20260105T083000\r\nRRULE:FREQ=DAILY;COUNT=1", "19970902T090000", 9),
              (Dates{"20260105T083000"}));
}

namespace {

/// A rule of the subset, well-formed, with parts that go together.
std::string random_rule(base::Random& random)
{
    static constexpr char const* const freqs[] = {"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"};
    static constexpr char const* const weekdays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    auto const one_of = [&](int min, int max) { return min + static_cast<int>(random.bits() % (max - min + 1)); };
    auto const maybe = [&](int share) { return one_of(1, share) == 1; };
    auto const freq = static_cast<std::size_t>(one_of(0, 5));
    std::string rule = fmt::format("FREQ={};INTERVAL={}", freqs[freq], maybe(2) ? 1 : one_of(2, 9));
    auto any = false;
    auto const add = [&](std::string const& name, int share, auto value) {
        if (!maybe(share)) return;
        std::string list = value();
        for (auto more = one_of(0, 2); more > 0; --more) list += "," + value();
        rule += ";" + name + "=" + list;
        any = true;
    };
    add("BYMONTH", 3, [&] { return std::to_string(one_of(1, 12)); });
    if (freq != 2) add("BYMONTHDAY", 3, [&] { return std::to_string(maybe(3) ? one_of(-31, -1) : one_of(1, 31)); });
    auto const numbered = freq <= 1 && maybe(2);
    auto const in_year = freq == 0 && rule.find("BYMONTH=") == std::string::npos;
    add("BYDAY", 2, [&] {
        auto const nth = one_of(1, in_year ? 53 : 5) * (maybe(2) ? 1 : -1);
        return (numbered ? std::to_string(nth) : "") + weekdays[one_of(0, 6)];
    });
    add("BYHOUR", 4, [&] { return std::to_string(one_of(0, 23)); });
    add("BYMINUTE", 4, [&] { return std::to_string(one_of(0, 59)); });
    // Of a week that began before the start dateutil counts positions from the start, we from the week's own.
    if (any && freq <= 4 && freq != 2 && maybe(4))
        rule += fmt::format(";BYSETPOS={}", maybe(2) ? one_of(1, 4) : one_of(-4, -1));
    if (maybe(3)) rule += fmt::format(";WKST={}", weekdays[one_of(0, 6)]);
    if (maybe(4)) rule += fmt::format(";COUNT={}", one_of(1, 30));
    return rule;
}

} // namespace

TEST(Rrule, agrees_with_dateutil_on_rules_of_every_kind)
{
    base::Random random(21);
    base::json::array asked;
    for (int i = 0; i < 500; ++i)
        asked.push_back(
            {{"rule", random_rule(random)},
             {"start", fmt::format("20{:02}{:02}{:02}T{:02}{:02}00", 20 + random.bits() % 10, 1 + random.bits() % 12,
                                   1 + random.bits() % 28, random.bits() % 24, random.bits() % 60)},
             {"count", 8}});
    base::Command command{
        .arguments = {"/usr/bin/python3", (test::source_folder() / "tests/oracles/dateutil_rrule.py").string()}};
    command.input = base::json::serialize(asked);
    auto const result = base::run(command);
    ASSERT_TRUE(result.ok()) << result.describe(command) << result.errors;
    auto const theirs = base::parse_json(result.output, "dateutil").as_array();
    int compared = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        auto const rule = std::string(asked[i].at("rule").as_string());
        auto const start = std::string(asked[i].at("start").as_string());
        std::vector<std::string> wanted;
        if (theirs[i].is_null()) continue;
        ++compared;
        for (auto const& one : theirs[i].as_array()) wanted.emplace_back(one.as_string());
        EXPECT_EQ(expand(rule, start, 8), wanted) << rule << " from " << start;
    }
    EXPECT_GE(compared, 350);
}

TEST(Rrule, says_which_part_makes_no_sense)
{
    auto const refused = [](std::string const& text) {
        auto const error = test::error_of([&] { expand(text, "20260101T000000", 1); });
        EXPECT_EQ(error.code, base::ErrorCode::InvalidInput) << text;
        return std::string(error.what());
    };
    EXPECT_NE(refused("FREQ=SECONDLY").find("SECONDLY"), std::string::npos);
    EXPECT_NE(refused("FREQ=DAILY;BYWEEKNO=3").find("BYWEEKNO"), std::string::npos);
    EXPECT_NE(refused("FREQ=DAILY;BYDAY=1MO").find("BYDAY"), std::string::npos);
    EXPECT_NE(refused("INTERVAL=2").find("FREQ"), std::string::npos);
    for (auto const* text : {"", "FREQ", "FREQ=", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=1e3",
                             "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;UNTIL=2026", "FREQ=DAILY;UNTIL=20260230T000000",
                             "FREQ=DAILY;BYMONTHDAY=0", "FREQ=DAILY;BYSETPOS=1", "FREQ=WEEKLY;BYMONTHDAY=1",
                             "FREQ=DAILY;COUNT=1;UNTIL=20270101", "FREQ=DAILY;BYDAY=XX", "DTSTART:now\nFREQ=DAILY"})
        refused(text);
}

TEST(Rrule, one_that_never_comes_ends)
{
    EXPECT_TRUE(expand("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "20260101T000000", 1).empty());
    EXPECT_TRUE(expand("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "20260101T000000", 1).empty());
    EXPECT_TRUE(expand("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "20260201T000000", 1).empty());
}
