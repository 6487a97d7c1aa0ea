#include "calendar/local_time.h"

#include "base/error.h"
#include "base/text.h"

#include <date/tz.h>

namespace calendar {

static date::time_zone const& zone_of(void const* pointer) { return *static_cast<date::time_zone const*>(pointer); }

static bool looks_like_a_zone(std::string_view name)
{
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
               c == '-' || c == '+';
    };
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), fits);
}

Zone::Zone(std::string_view name) : name_(name), zone_(nullptr)
{
    try {
        if (looks_like_a_zone(name)) zone_ = date::locate_zone(std::string(name));
    } catch (std::exception const&) { // named below
    }
    if (!zone_)
        base::fail(base::ErrorCode::InvalidInput, base::Next{"use a name like Europe/Berlin or UTC"},
                   "zone: '{}' is no time zone of this system", base::truncate_utf8(base::clean_utf8(name), 80));
}

Local Zone::local(base::Time moment) const
{
    auto const there = zone_of(zone_).to_local(std::chrono::floor<std::chrono::seconds>(moment));
    return Local(there.time_since_epoch());
}

base::Time Zone::moment(Local local) const
{
    date::local_seconds const wanted(local.time_since_epoch());
    auto const info = zone_of(zone_).get_info(wanted);
    if (info.result == date::local_info::nonexistent) return base::Time(info.first.end.time_since_epoch());
    // Of two, info.first is the one before the clocks were set back.
    return base::Time(wanted.time_since_epoch() - info.first.offset);
}

std::vector<std::string> zone_names()
{
    std::vector<std::string> names;
    for (auto const& zone : date::get_tzdb().zones) names.push_back(zone.name());
    return names;
}

} // namespace calendar
