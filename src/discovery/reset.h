#pragma once
#include "discovery/spec.h"
#include "net/http.h"

namespace discovery {

/// When a platform that refused may be asked again: Retry-After where it is there, else the first rule that says
/// anything. Never beyond a rule's seconds_max; nothing where nobody says.
std::optional<base::Time> reset_time(std::vector<Reset> const& rules, net::Response const& response, base::Time now);

/// The next midnight in California, where some platforms' days begin; daylight saving as it is since 2007.
base::Time next_midnight_pacific(base::Time now);
base::Time next_midnight_utc(base::Time now);
base::Time next_month_utc(base::Time now);
/// When the period that holds `now` began.
base::Time period_start(QuotaPeriod period, base::Time now);
base::Time period_end(QuotaPeriod period, base::Time now);

} // namespace discovery
