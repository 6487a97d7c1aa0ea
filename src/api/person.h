#pragma once
#include "accounts/audit.h"
#include "api/call.h"

namespace api {

/// Whoever a route does something for, as the audit log names them.
inline accounts::Actor actor_of(Call const& call)
{
    return accounts::Actor::of(call.principal.value(), call.request.remote, call.request_id);
}

/// Ways in are changed by people alone: a token that leaks must not be able to make others, or to lock its owner out.
inline accounts::Principal const& require_person(Call const& call)
{
    auto const& who = call.principal.value();
    if (who.kind != accounts::PrincipalKind::Session)
        base::fail(base::ErrorCode::Forbidden, base::Next{"sign in with the password"},
                   "passwords, sessions and tokens are not changed with a token");
    return who;
}

} // namespace api
