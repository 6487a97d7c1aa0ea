#pragma once
#include "accounts/second_factor.h"
#include "accounts/signing_keys.h"

namespace accounts {

struct SessionOptions {
    base::Milliseconds access_life{600'000};                  ///< of an access token
    base::Milliseconds idle_life{14LL * 24 * 3600 * 1000};    ///< of a refresh token: unused for so long, it is over
    base::Milliseconds session_life{60LL * 24 * 3600 * 1000}; ///< of a session, however busy
};

inline constexpr int sessions_max = 50; ///< of a user; another one ends the oldest
/// Two tabs, or an answer that was lost on its way, may show the same refresh token twice within this time.
inline constexpr base::Milliseconds refresh_grace{10'000};
inline constexpr std::int64_t refresh_children_max = 3; ///< how often they may
inline constexpr base::Milliseconds ended_sessions_kept{30LL * 24 * 3600 * 1000};

/// What a client gets.
struct Issued {
    std::string access_token;
    base::Milliseconds access_life{};
    std::string refresh_token;
    base::Milliseconds refresh_life{};
    Principal principal;
};

struct Credentials {
    std::string name;
    std::string password;
    std::string code = {}; ///< of the second factor; "" where none was asked for yet
};

enum class SignIn { Done, Refused, CodeNeeded, Wait };
struct SignInResult {
    SignIn outcome = SignIn::Refused;
    std::optional<Issued> issued = {};
    base::Milliseconds wait{}; ///< before the next attempt is looked at
};

/// What may be told of a session.
struct SessionView {
    std::string id;
    bool current = false;
    std::string remote;
    std::string agent;
    bool second_factor = false;
    base::Time created_at{};
    base::Time last_used_at{};
    base::Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (id, current, remote, agent, second_factor, created_at, last_used_at, expires_at))

/// Signing in and staying so. A session is a row; its access tokens are JWTs that are checked without the database but
/// for the row itself, which is known for two seconds; its refresh tokens rotate, and one that is shown again later
/// ends the session. Thread-safe.
class Sessions {
public:
    static constexpr std::string_view issuer = "ettametta";
    static constexpr std::string_view audience = "ettametta-api";

    Sessions(Ground& ground, SigningKeys& keys, SecondFactor& second_factor, SessionOptions options)
        : ground_(ground), keys_(keys), second_factor_(second_factor), options_(options)
    {
    }
    /// Refused says no more: not whether the name, the password or the code was wrong. RateLimited where too many sign
    /// in at this moment.
    SignInResult sign_in(Origin const& origin, Credentials const& credentials);
    /// Nothing where the token opens nothing (any more).
    std::optional<Issued> refresh(Origin const& origin, std::string_view refresh_token);
    /// By the refresh token of a cookie; what opens nothing is passed over.
    void sign_out(Origin const& origin, std::string_view refresh_token);

    std::vector<SessionView> list(Principal const& who);
    /// NotFound where the user has none of that id.
    void revoke(Actor const& actor, std::string const& user_id, std::string const& id);
    /// All of a user but that one; how many.
    std::int64_t revoke_others(Actor const& actor, std::string const& user_id, std::string const& but);

    /// Whose access token this is, if it holds.
    std::optional<Principal> authenticate(std::string_view access_token);
    /// Whether that session still holds, for connections that stay open.
    std::optional<Principal> find(std::string const& session_id);
    /// A session for somebody who was proved otherwise (the first admin).
    Issued begin(Origin const& origin, store::User const& user, bool second_factor);

private:
    struct Judged {
        bool right = false;
        bool code_needed = false;
        bool second_factor = false;
    };
    Judged judge(std::optional<store::User> const& user, Credentials const& credentials);
    void refuse(Origin const& origin, std::optional<store::User> const& user, base::Time now);
    Issued issue(store::User const& user, store::Session const& session, std::string refresh_token);
    std::string new_refresh_token(store::Connection& connection, store::Session const& session,
                                  std::string const& parent);
    void end_for_reuse(store::Connection& connection, Origin const& origin, store::Session const& session);

    Ground& ground_;
    SigningKeys& keys_;
    SecondFactor& second_factor_;
    SessionOptions options_;
};

} // namespace accounts
