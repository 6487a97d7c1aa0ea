#pragma once
#include "base/json.h"

#include <string>
#include <vector>

namespace accounts {

/// What somebody may do; each includes those before it.
enum class Role { Viewer, Creator, Admin };
BOOST_DESCRIBE_ENUM(Role, Viewer, Creator, Admin)

/// How somebody proved who they are. Service: the internal token of the machines themselves, nobody's admin.
enum class PrincipalKind { Session, ApiToken, Service };
BOOST_DESCRIBE_ENUM(PrincipalKind, Session, ApiToken, Service)

/// Who asks, once that is known.
struct Principal {
    std::string user_id; ///< owner of the rows they see
    std::string name;
    Role role = Role::Viewer;
    PrincipalKind kind = PrincipalKind::Session;
    std::string session_id;          ///< of the session or the token
    std::vector<std::string> scopes; ///< of an API token: "jobs:read", "jobs:*", "*"
    Role user_role = Role::Viewer;   ///< of the user; a token's own may be less
    bool has_second_factor = false;  ///< the user, however this one came in
};
BOOST_DESCRIBE_STRUCT(Principal, (), (user_id, name, role, kind, session_id, scopes, user_role, has_second_factor))

/// Whose rows the command line works with: the root user's, so that one person sees the same everywhere.
inline constexpr std::string_view root_user_id = "local";

} // namespace accounts
