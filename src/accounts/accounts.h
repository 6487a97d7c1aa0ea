#pragma once
#include "accounts/sessions.h"
#include "accounts/tokens.h"
#include "accounts/users.h"

namespace accounts {

inline constexpr std::size_t internal_token_bytes_min = 32;
inline constexpr std::size_t bearer_bytes_max = 2048;
inline constexpr base::Milliseconds setup_token_life{24LL * 3600 * 1000};
inline constexpr base::Milliseconds ticket_life{30'000};
inline constexpr base::Milliseconds link_life{3'600'000};

/// Who must have a second factor. Until they do they can only set one up.
enum class RequireTotp { Off, Admins, All };
BOOST_DESCRIBE_ENUM(RequireTotp, Off, Admins, All)

struct Options {
    std::string root_user = "admin";
    std::filesystem::path common_passwords;
    SessionOptions session;
    RequireTotp require_totp = RequireTotp::Off;
    std::string internal_token = {}; ///< "" = the service has no way in
    HashCost cost = {};
    std::size_t hashes_waiting_max =
        2; ///< more sign-ins at once are RateLimited; each of these keeps a handler waiting
};

/// Everything about who may come in; the one thing that is built. Thread-safe; several processes may share a database.
class Accounts {
public:
    struct Parts {
        store::Database& database;
        Vault& vault;
        base::Clock const& clock;
        base::Ids& ids;
    };
    Accounts(Parts parts, Options options);

    /// Who shows this: an access token (microseconds), an API token (et_...), or the service's. Nothing for anything
    /// else; whoever asks is told no more.
    std::optional<Principal> authenticate(std::string_view bearer);
    /// Whether this user must set up a second factor before anything else (accounts.require_totp).
    bool second_factor_due(Principal const& principal) const;
    /// The same principal as things are now, for connections that stay open; nothing where it is over.
    std::optional<Principal> again(Principal const& principal);

    /// A ticket for one WebSocket, for browsers can give it no header: used once, within half a minute.
    std::string make_ticket(Principal const& principal);
    std::optional<Principal> take_ticket(std::string_view ticket);

    /// A link for players of a browser, which send no header: it reads `path` and nothing else for link_life, as long
    /// as the session or token that it was made with holds.
    std::string make_link(Principal const& principal, std::string_view path);
    std::optional<Principal> open_link(std::string_view link, std::string_view path);

    /// For the terminal, where nobody can administer yet; nothing otherwise. One made before is good no more.
    std::optional<std::string> make_setup_token();
    /// The first admin, signed in. Forbidden where the token is not right, Conflict where there is an admin.
    Issued set_up(Origin const& origin, std::string_view setup_token, std::string const& password);

    Users& users() { return users_; }
    Sessions& sessions() { return sessions_; }
    SecondFactor& second_factor() { return second_factor_; }
    Tokens& tokens() { return tokens_; }
    SigningKeys& signing_keys() { return keys_; }
    PasswordHasher const& hasher() const { return hasher_; }

private:
    Options options_;
    PasswordPolicy policy_;
    PasswordHasher hasher_;
    Known<Principal> known_;
    Ground ground_;
    SigningKeys keys_;
    Users users_;
    SecondFactor second_factor_;
    Sessions sessions_;
    Tokens tokens_;
};

} // namespace accounts
