#pragma once
#include "accounts/ground.h"

namespace accounts {

inline constexpr int recovery_codes_count = 10;

/// What is shown once, to be scanned or typed into an authenticator.
struct TotpOffer {
    std::string secret; ///< Base32
    std::string uri;    ///< for a QR code
};
BOOST_DESCRIBE_STRUCT(TotpOffer, (), (secret, uri))

/// Codes of an authenticator beside the password (RFC 6238). The secret lies in the vault; a code is taken once.
class SecondFactor {
public:
    explicit SecondFactor(Ground& ground) : ground_(ground) {}
    /// A new secret that counts from confirm() on. Conflict where the second factor is on.
    TotpOffer begin(Actor const& actor, std::string const& user_id);
    /// Shows that the authenticator has it: turns it on and gives the recovery codes, which are never shown again.
    std::vector<std::string> confirm(Actor const& actor, std::string const& user_id, std::string const& code);
    void end(Actor const& actor, std::string const& user_id);
    /// Replaces all recovery codes.
    std::vector<std::string> new_codes(Actor const& actor, std::string const& user_id);
    std::int64_t codes_left(std::string const& user_id);

    /// Whether a code opens it: one of the authenticator that was not taken before, or a recovery code, which it uses
    /// up.
    bool open(store::User const& user, std::string const& code);

private:
    std::vector<std::string> make_codes(store::Connection& connection, std::string const& user_id);
    std::optional<std::string> secret_of(std::string const& user_id);

    Ground& ground_;
};

} // namespace accounts
