// An access token is the first thing that a stranger sends: any text is one of ours or nothing, and what is signed but
// nonsense is nothing too.
#include "accounts/jwt.h"

#include "accounts/codes.h"

#include <cstdint>
#include <cstdlib>
#include <openssl/hmac.h>

static accounts::Key const& key()
{
    static auto const fixed = *accounts::Key::from_bytes(std::string(accounts::Key::size, 'k'));
    return fixed;
}

static std::string signed_text(std::string const& header, std::string const& payload)
{
    auto const text = accounts::base64url(header) + "." + accounts::base64url(payload);
    unsigned char mac[32];
    unsigned length = 0;
    HMAC(EVP_sha256(), key().bytes().data(), accounts::Key::size, reinterpret_cast<unsigned char const*>(text.data()),
         text.size(), mac, &length);
    return text + "." + accounts::base64url({reinterpret_cast<char const*>(mac), length});
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string const text(reinterpret_cast<char const*>(data), size);
    auto const now = base::Time(std::chrono::seconds(1'800'000'000));
    auto const find = [](std::string_view kid) {
        return kid == "k1" ? std::optional(key()) : std::optional<accounts::Key>();
    };
    auto const verify = [&](std::string const& token) {
        return accounts::verify_jwt(token, find, "ettametta", "ettametta-api", now);
    };
    if (auto const claims = verify(text); claims && claims->user_id.empty()) std::abort();
    // Signed with the right key, so that what lies behind the signature is tried too.
    std::string const header = R"({"alg":"HS256","typ":"JWT","kid":"k1"})";
    if (auto const claims = verify(signed_text(header, text))) {
        if (claims->issuer != "ettametta" || claims->audience != "ettametta-api" || claims->session_id.empty())
            std::abort();
        auto const again = verify(accounts::sign_jwt(*claims, key(), "k1"));
        if (!again || again->user_id != claims->user_id || again->expires_at != claims->expires_at) std::abort();
    }
    // No other header opens, whatever it says.
    if (text != header && verify(signed_text(text, R"({"iss":"ettametta","aud":"ettametta-api","sub":"u","sid":"s",)"
                                                   R"("iat":1800000000,"nbf":1800000000,"exp":1800000600})")))
        std::abort();
    return 0;
}
