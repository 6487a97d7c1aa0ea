#include "accounts/second_factor.h"

#include "accounts/codes.h"
#include "accounts/signing_keys.h"
#include "accounts/totp.h"

#include <algorithm>
#include <sodium.h>

namespace accounts {

using base::ErrorCode;
using base::fail;
using base::Next;
using store::Connection;
using store::TotpState;

static constexpr std::size_t code_bytes_max = 64;

static std::string secret_name(std::string const& user_id) { return "totp." + user_id; }

static store::User must_lock(Connection& connection, std::string const& id)
{
    auto user = store::lock_user(connection, id);
    if (!user) fail(ErrorCode::NotFound, "there is no such user");
    return std::move(*user);
}

std::optional<std::string> SecondFactor::secret_of(std::string const& user_id)
{
    auto const text = ground_.vault.find(std::string(vault_owner), secret_name(user_id));
    return text ? from_base64url(*text) : std::nullopt;
}

TotpOffer SecondFactor::begin(Actor const& actor, std::string const& user_id)
{
    auto const secret = random_code(totp_secret_bytes);
    auto const user = ground_.database.transaction([&](Connection& connection) {
        auto found = must_lock(connection, user_id);
        if (found.totp == TotpState::On)
            fail(ErrorCode::Conflict, Next{"turn it off first"}, "the second factor is on already");
        found.totp = TotpState::Pending;
        found.updated_at = ground_.clock.now();
        store::update_user(connection, found);
        record(connection, found.updated_at, actor, {"second_factor.begun", "user", user_id, user_id});
        return found;
    });
    ground_.vault.keep(std::string(vault_owner), secret_name(user_id), secret);
    auto const bytes = from_base64url(secret).value();
    return {base32(bytes), totp_uri(bytes, user.name)};
}

std::vector<std::string> SecondFactor::make_codes(Connection& connection, std::string const& user_id)
{
    std::vector<std::string> codes;
    std::vector<std::string> hashes;
    for (int i = 0; i < recovery_codes_count; ++i) {
        codes.push_back(random_words());
        hashes.push_back(hash_of(codes.back()));
    }
    store::set_recovery_codes(connection, user_id, hashes);
    return codes;
}

std::vector<std::string> SecondFactor::confirm(Actor const& actor, std::string const& user_id, std::string const& code)
{
    auto const secret = secret_of(user_id);
    auto const now = ground_.clock.now();
    auto const step = secret ? find_totp_step(*secret, code, now) : std::nullopt;
    auto codes = ground_.database.transaction([&](Connection& connection) {
        auto user = must_lock(connection, user_id);
        if (user.totp != TotpState::Pending)
            fail(ErrorCode::Conflict, Next{"begin with a new secret"}, "no second factor waits to be confirmed");
        if (!step || !store::take_totp_step(connection, user_id, *step))
            fail(ErrorCode::Forbidden, Next{"check the clock of this machine and of the authenticator"},
                 "the code is not right");
        user.totp = TotpState::On;
        user.updated_at = now;
        store::update_user(connection, user);
        auto made = make_codes(connection, user_id);
        record(connection, now, actor, {"second_factor.on", "user", user_id, user_id});
        return made;
    });
    ground_.known.forget(); // whoever had to set it up may now do more
    return codes;
}

void SecondFactor::end(Actor const& actor, std::string const& user_id)
{
    ground_.database.transaction([&](Connection& connection) {
        auto user = must_lock(connection, user_id);
        if (user.totp == TotpState::Off) return;
        user.totp = TotpState::Off;
        user.updated_at = ground_.clock.now();
        store::update_user(connection, user);
        store::set_recovery_codes(connection, user_id, {});
        record(connection, user.updated_at, actor, {"second_factor.off", "user", user_id, user_id});
    });
    ground_.vault.remove(std::string(vault_owner), secret_name(user_id));
    ground_.known.forget();
}

std::vector<std::string> SecondFactor::new_codes(Actor const& actor, std::string const& user_id)
{
    return ground_.database.transaction([&](Connection& connection) {
        if (must_lock(connection, user_id).totp != TotpState::On)
            fail(ErrorCode::Conflict, Next{"turn the second factor on first"}, "the second factor is off");
        auto codes = make_codes(connection, user_id);
        record(connection, ground_.clock.now(), actor, {"second_factor.codes_replaced", "user", user_id, user_id});
        return codes;
    });
}

std::int64_t SecondFactor::codes_left(std::string const& user_id)
{
    return ground_.database.read([&](Connection& c) { return store::recovery_codes_left(c, user_id); });
}

bool SecondFactor::open(store::User const& user, std::string const& code)
{
    if (code.size() > code_bytes_max) return false;
    auto const now = ground_.clock.now();
    if (code.size() == static_cast<std::size_t>(totp_digits)) {
        auto const secret = secret_of(user.id);
        auto const step = secret ? find_totp_step(*secret, code, now) : std::nullopt;
        return step &&
               ground_.database.transaction([&](Connection& c) { return store::take_totp_step(c, user.id, *step); });
    }
    auto const hash = hash_of(base::lower_ascii(base::trim(code)));
    return ground_.database.transaction([&](Connection& c) { return store::use_recovery_code(c, user.id, hash, now); });
}

} // namespace accounts
