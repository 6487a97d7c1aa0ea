#include "calendar/rule.h"

#include "base/text.h"

namespace calendar {

static std::variant<Cron, Rrule> read(std::string_view text, Zone const& zone, base::Time start)
{
    auto const trimmed = base::trim(text);
    for (auto const* beginning : {"FREQ=", "RRULE:", "DTSTART:"})
        if (trimmed.starts_with(beginning)) return Rrule(trimmed, zone.local(start), zone);
    return Cron(trimmed);
}

Rule::Rule(std::string_view text, std::string_view zone, base::Time start)
    : zone_(zone), rule_(read(text, zone_, start))
{
}

std::optional<base::Time> Rule::next(base::Time after) const
{
    // What the clock shows at `after` or before maps to `after` or before, so that the search may begin there.
    auto local = zone_.local(after);
    for (int same = 0; same < 24 * 60; ++same) { // slots inside one gap are one moment
        auto const slot = std::visit([&](auto const& rule) { return rule.next(local); }, rule_);
        if (!slot) return std::nullopt;
        auto const moment = zone_.moment(*slot);
        if (moment > after) return moment;
        local = *slot;
    }
    return std::nullopt;
}

} // namespace calendar
