#pragma once
#include "discovery/credentials.h"
#include "discovery/source.h"

#include <mutex>

namespace discovery {

/// How a source signs in: what is missing for it, and the tokens that its templates need. Fetched tokens are kept with
/// the credentials as "token.ID", renewed before they expire, by one thread at a time.
class SignIn {
public:
    SignIn(SourceSpec const& spec, Credentials& credentials) : spec_(spec), credentials_(credentials) {}

    /// The credentials that are there, by the spec's names for them.
    std::map<std::string, std::string> values() const;
    /// The credentials that are not there; empty where the source can be asked.
    std::vector<std::string> missing() const;
    /// Sets the tokens of `auth` for one request; fetches what has to be fetched. SourceError where that fails.
    void fill(Asking const& asking, Tokens& tokens);
    /// True where a refused token can be renewed.
    bool renewable() const;
    /// Forgets the access token that was refused, so that the next fill() renews it. Another thread may have done so.
    void refused(std::string const& access_token);

private:
    /// A token of ours as it is kept.
    struct Held {
        std::string access_token;
        std::string refresh_token;
        base::Time expires_at{};
        std::string made_for; ///< hash of the credentials it was made with: others need another one
        BOOST_DESCRIBE_CLASS(Held, (), (access_token, refresh_token, expires_at, made_for), (), ())
    };
    std::optional<Held> held(std::map<std::string, std::string> const& values) const;
    void keep(Held const& held);
    Held ask(Asking const& asking, TokenRule const& rule, std::map<std::string, std::string> const& values,
             Held const& old);
    Held renew(Asking const& asking, std::map<std::string, std::string> const& values, Held const& old);

    SourceSpec const& spec_;
    Credentials& credentials_;
    std::timed_mutex mutex_; // held while a token is fetched, so that the others wait for it
};

} // namespace discovery
