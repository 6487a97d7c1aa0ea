#pragma once
#include "base/clock.h"

#include <vector>

namespace calendar {

/// What a clock on the wall shows somewhere, to the second; not yet a moment in time.
using Local = std::chrono::local_seconds;

/// A time zone of the system's tz database, as in "Europe/Berlin" or "UTC".
class Zone {
public:
    /// InvalidInput for a name that the database does not have.
    explicit Zone(std::string_view name);
    std::string const& name() const { return name_; }
    Local local(base::Time moment) const;
    /// The one moment for a wall-clock time: the first of two where clocks are set back, the end of the gap where they
    /// are set forward. Never decreases as the local time grows.
    base::Time moment(Local local) const;

private:
    std::string name_;
    void const* zone_;
};

/// All names that the system knows.
std::vector<std::string> zone_names();

} // namespace calendar
