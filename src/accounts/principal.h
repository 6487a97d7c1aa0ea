#pragma once
#include "base/json.h"

#include <string>
#include <vector>

namespace accounts {

/// Viewer < Creator < Admin: who may do more may do all that others may.
enum class Role { Viewer, Creator, Admin };
BOOST_DESCRIBE_ENUM(Role, Viewer, Creator, Admin)

/// What was shown at the door. Service is INTERNAL_API_TOKEN: nobody's user, nobody's admin.
enum class PrincipalKind { Session, ApiToken, Service };
BOOST_DESCRIBE_ENUM(PrincipalKind, Session, ApiToken, Service)

/// Who asks.
struct Principal {
    std::string user_id;
    std::string name;
    Role role = Role::Viewer;
    PrincipalKind kind = PrincipalKind::Session;
    std::string session_id;          ///< of a session; of an API token its id
    std::vector<std::string> scopes; ///< of an API token
};

} // namespace accounts
