#pragma once
#include "store/database.h"
#include "store/tables/access.h"

namespace accounts {

/// How sign-ins that fail are slowed down: after `free` of them each further one doubles the wait.
struct Backoff {
    std::int64_t free = 5;
    base::Milliseconds first{1'000};
    base::Milliseconds max{900'000}; ///< a quarter of an hour: nobody can lock somebody else out for good
    base::Milliseconds wait(std::int64_t failures) const;
};

inline constexpr Backoff user_backoff{};
inline constexpr Backoff address_backoff{20, base::Milliseconds(1'000), base::Milliseconds(900'000)};
inline constexpr base::Milliseconds failures_kept{24LL * 3600 * 1000}; ///< counted anew after a day without any
/// From where a user signed in within this time, strangers who guess elsewhere don't keep that user out.
inline constexpr base::Milliseconds familiar_for{30LL * 24 * 3600 * 1000};

/// What attempts are counted under.
struct AttemptKeys {
    std::string user;
    std::string address;
    /// An IPv6 network of 64 bits is one address: its owner has all of them.
    static AttemptKeys of(std::string const& user_name, std::string const& remote, bool familiar);
};

/// Counts this attempt as a failure before it is judged, so that many at once gain nothing. Says how long to wait
/// where it may not even be tried; it is not counted then.
std::optional<base::Milliseconds> begin_attempt(store::Connection& connection, AttemptKeys const& keys, base::Time now);
/// It was none: the user's count begins anew, the address's loses this one.
void forgive_attempt(store::Connection& connection, AttemptKeys const& keys, base::Time now);
/// It was neither a failure nor a success (a code is still to come): as if it had not been.
void undo_attempt(store::Connection& connection, AttemptKeys const& keys, base::Time now);

/// "192.0.2.1", or the network of an IPv6 address: "2001:db8:1:2::/64".
std::string address_block(std::string const& remote);

} // namespace accounts
