#include "accounts/lockout.h"

#include "accounts/codes.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>

namespace accounts {

base::Milliseconds Backoff::wait(std::int64_t failures) const
{
    auto const over = failures - free;
    if (over < 0) return base::Milliseconds(0);
    return over > 20 ? max : std::min(max, first * (std::int64_t{1} << over));
}

std::string address_block(std::string const& remote)
{
    in6_addr address{};
    if (::inet_pton(AF_INET6, remote.c_str(), &address) != 1) return remote;
    if (IN6_IS_ADDR_V4MAPPED(&address)) { // a server that listens on both speaks of IPv4 like this
        std::array<char, INET_ADDRSTRLEN> text{};
        ::inet_ntop(AF_INET, &address.s6_addr[12], text.data(), text.size());
        return text.data();
    }
    std::memset(&address.s6_addr[8], 0, 8);
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, &address, text.data(), text.size());
    return std::string(text.data()) + "/64";
}

AttemptKeys AttemptKeys::of(std::string const& user_name, std::string const& remote, bool familiar)
{
    auto const address = address_block(remote);
    auto const user = hash_of(user_name).substr(0, 32);
    return {familiar ? fmt::format("user:{}@{}", user, address) : "user:" + user, "address:" + address};
}

static store::LoginAttempts recent(store::Connection& connection, std::string const& key, base::Time now)
{
    auto attempts = store::login_attempts(connection, key, now);
    if (now - attempts.updated_at > failures_kept) attempts = {key, 0, std::nullopt, {}};
    return attempts;
}

static base::Milliseconds left(store::LoginAttempts const& attempts, base::Time now)
{
    return attempts.blocked_until ? std::max(base::Milliseconds(0), *attempts.blocked_until - now)
                                  : base::Milliseconds(0);
}

std::optional<base::Milliseconds> begin_attempt(store::Connection& connection, AttemptKeys const& keys, base::Time now)
{
    store::remove_old_login_attempts(connection, now - failures_kept);
    auto address = recent(connection, keys.address, now); // always in this order: no two wait for each other
    auto user = recent(connection, keys.user, now);
    auto const wait = std::max(left(user, now), left(address, now));
    if (wait > base::Milliseconds(0)) return wait;
    auto const count = [&](store::LoginAttempts& attempts, Backoff const& backoff) {
        ++attempts.failures;
        attempts.updated_at = now;
        auto const pause = backoff.wait(attempts.failures);
        attempts.blocked_until = pause.count() > 0 ? std::optional(now + pause) : std::nullopt;
        store::upsert_login_attempts(connection, attempts);
    };
    count(address, address_backoff);
    count(user, user_backoff);
    return std::nullopt;
}

static void take_back(store::Connection& connection, std::string const& key, base::Time now)
{
    auto attempts = recent(connection, key, now);
    if (attempts.failures <= 1) return store::remove_login_attempts(connection, key);
    --attempts.failures;
    attempts.blocked_until.reset();
    store::upsert_login_attempts(connection, attempts);
}

void forgive_attempt(store::Connection& connection, AttemptKeys const& keys, base::Time now)
{
    take_back(connection, keys.address, now);
    store::remove_login_attempts(connection, keys.user);
}

void undo_attempt(store::Connection& connection, AttemptKeys const& keys, base::Time now)
{
    take_back(connection, keys.address, now);
    take_back(connection, keys.user, now);
}

} // namespace accounts
