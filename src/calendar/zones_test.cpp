// Every zone that the system knows, over ten years.
#include "base/ids.h"
#include "calendar/rule.h"
#include "support.h"

#include <date/tz.h>

using namespace std::chrono_literals;
namespace chrono = std::chrono;

static base::Time at(std::string const& text) { return *base::parse_time(text); }
static base::Time const from = at("2026-01-01T00:00:00Z");
static base::Time const until = at("2036-01-01T00:00:00Z");

static std::vector<base::Time> slots(calendar::Rule const& rule, base::Time begin, base::Time end)
{
    std::vector<base::Time> out;
    for (auto next = rule.next(begin); next && *next < end; next = rule.next(*next)) out.push_back(*next);
    return out;
}

static std::string texts(calendar::Rule const& rule, std::string const& begin, std::string const& end)
{
    std::string out;
    for (auto const slot : slots(rule, at(begin), at(end))) out += base::format_time(slot).substr(5, 11) + " ";
    return out;
}

TEST(Zones, a_slot_in_a_gap_moves_to_its_end_and_one_that_comes_twice_happens_first)
{
    calendar::Rule const night("30 2 * * *", "Europe/Berlin", from);
    EXPECT_EQ(texts(night, "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"), "03-28T01:30 03-29T01:00 03-30T00:30 ");
    EXPECT_EQ(texts(night, "2026-10-24T00:00:00Z", "2026-10-27T00:00:00Z"), "10-24T00:30 10-25T00:30 10-26T01:30 ");
    calendar::Rule const quarters("*/15 * * * *", "Europe/Berlin", from);
    EXPECT_EQ(texts(quarters, "2026-03-29T00:30:00Z", "2026-03-29T01:20:00Z"), "03-29T00:45 03-29T01:00 03-29T01:15 ")
        << "all that would be in the gap is one";
    EXPECT_EQ(texts(quarters, "2026-10-25T00:40:00Z", "2026-10-25T02:20:00Z"), "10-25T00:45 10-25T02:00 10-25T02:15 ")
        << "no wall-clock slot comes twice";
}

TEST(Zones, names_that_nobody_knows_are_refused)
{
    for (auto const* name : {"Europe/Atlantis", "", "../../etc/passwd", "CET CEST", "\xff"})
        EXPECT_EQ(test::error_of([&] { calendar::Zone const zone(name); }).code, base::ErrorCode::InvalidInput) << name;
}

/// The days of ten years in a zone, from the tz database itself: each has one moment for "half past two".
static std::vector<base::Time> half_past_two_each_day(date::time_zone const& zone)
{
    std::vector<base::Time> out;
    auto const begin = date::floor<date::days>(zone.to_local(chrono::floor<chrono::seconds>(from)));
    for (int day = 0; day <= 3'653; ++day) {
        auto const wanted = date::local_seconds(begin + date::days(day)) + 2h + 30min;
        auto const info = zone.get_info(wanted);
        base::Time moment;
        if (info.result == date::local_info::nonexistent)
            moment = base::Time(info.second.begin.time_since_epoch());
        else
            moment = base::Time(zone.to_sys(wanted, date::choose::earliest).time_since_epoch());
        if (moment > from && moment < until && (out.empty() || moment > out.back())) out.push_back(moment);
    }
    return out;
}

TEST(Zones, a_daily_slot_happens_once_a_day_in_every_zone_for_ten_years)
{
    int gaps = 0;
    for (auto const& name : calendar::zone_names()) {
        auto const& zone = *date::locate_zone(name);
        auto const wanted = half_past_two_each_day(zone);
        auto const got = slots(calendar::Rule("30 2 * * *", name, from), from, until);
        ASSERT_EQ(got, wanted) << name;
        ASSERT_EQ(slots(calendar::Rule("FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12", name,
                                       from - 24h),
                        from, from + 24h * 365),
                  slots(calendar::Rule("30 2 * * *", name, from), from, from + 24h * 365))
            << name;
        for (auto const slot : got)
            if (calendar::Zone(name).local(slot).time_since_epoch() % 24h != 2h + 30min) ++gaps;
    }
    EXPECT_GE(calendar::zone_names().size(), 400U);
    EXPECT_GT(gaps, 500) << "many zones skip that hour once a year";
}

TEST(Zones, around_every_change_of_every_zone_each_slot_happens_once)
{
    int changes = 0;
    for (auto const& name : calendar::zone_names()) {
        auto const& zone = *date::locate_zone(name);
        calendar::Rule const rule("*/10 * * * *", name, from);
        for (auto moment = chrono::floor<chrono::seconds>(from); moment < until;) {
            auto const info = zone.get_info(moment);
            if (info.end >= until) break;
            auto const change = base::Time(info.end.time_since_epoch());
            auto const got = slots(rule, change - 3h, change + 3h);
            auto const after = zone.get_info(info.end).offset;
            auto const skipped = after - info.offset; // what the clocks jumped over, or show twice
            if (skipped == 0s) {
                EXPECT_GE(got.size(), 35U);
            } else {
                // Those inside a gap are one moment (its end, on the grid or beside it); of a fold the first time
                // counts.
                auto const lost = std::abs(chrono::duration_cast<chrono::minutes>(skipped).count()) / 10;
                auto const wanted = skipped > 0s ? 35 : 35 - lost;
                EXPECT_NEAR(static_cast<double>(got.size()), static_cast<double>(wanted), 2)
                    << name << " " << base::format_time(change);
                ++changes;
            }
            EXPECT_TRUE(std::is_sorted(got.begin(), got.end()));
            EXPECT_EQ(std::adjacent_find(got.begin(), got.end()), got.end());
            moment = info.end;
        }
    }
    EXPECT_GT(changes, 2'000);
}
