#pragma once
#include "calendar/cron.h"
#include "calendar/rrule.h"

#include <memory>
#include <variant>

namespace calendar {

/// When something recurs: a cron expression or an RRULE, on the clocks of a zone.
///
/// Each wall-clock slot happens once. Where clocks are set back, at the first of the two; where they are set forward
/// over it, at the moment at which the gap ends, and all slots inside one gap happen together, as one.
class Rule {
public:
    /// Text that begins with FREQ=, RRULE: or DTSTART: is an RRULE. `start` is where one without DTSTART begins.
    Rule(std::string_view text, std::string_view zone, base::Time start);
    /// The first slot that is later; none where there are no more.
    std::optional<base::Time> next(base::Time after) const;

private:
    Zone zone_;
    std::variant<Cron, Rrule> rule_;
};

} // namespace calendar
