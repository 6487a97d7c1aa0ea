#pragma once
#include "accounts/ground.h"

namespace accounts {

inline constexpr std::string_view token_prefix = "et_"; ///< so that people and scanners know one when they see it
inline constexpr std::size_t api_tokens_max = 50;       ///< of a user
inline constexpr std::size_t scopes_max = 40;
inline constexpr std::size_t scope_bytes_max = 60;

/// What may be told of an API token.
struct TokenView {
    std::string id;
    std::string name;
    Role role = Role::Viewer;
    std::vector<std::string> scopes;
    std::optional<base::Time> last_used_at;
    std::optional<base::Time> expires_at;
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (id, name, role, scopes, last_used_at, expires_at, created_at))

struct NewToken {
    std::string name;
    Role role = Role::Viewer;        ///< no more than the user's own counts
    std::vector<std::string> scopes; ///< "*", "*:read", "jobs:*", "jobs:read" ...
    std::optional<base::Time> expires_at = {};
};

struct MadeToken {
    std::string token; ///< shown once
    TokenView view;
};

/// Ways in for programs: 256 random bits, kept as a hash, for as much as their scopes say. Thread-safe.
class Tokens {
public:
    explicit Tokens(Ground& ground) : ground_(ground) {}
    MadeToken make(Actor const& actor, std::string const& user_id, NewToken const& wanted);
    std::vector<TokenView> list(std::string const& user_id);
    /// NotFound where the user has none of that id.
    void remove(Actor const& actor, std::string const& user_id, std::string const& id);
    std::optional<Principal> authenticate(std::string_view token);
    /// Whether the token of that id still holds, for connections that stay open.
    std::optional<Principal> find(std::string const& id);

private:
    Ground& ground_;
};

/// Whether a principal may do what has that scope ("jobs:read"). Sessions may all that their role may, API tokens what
/// one of their scopes names: "*", "*:read", "jobs:*" or the very one.
bool has_scope(Principal const& principal, std::string_view scope);

} // namespace accounts
