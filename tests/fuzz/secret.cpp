// Codes, keys and sealed texts as people type them: one of ours, or nothing.
#include "accounts/codes.h"
#include "accounts/seal.h"
#include "accounts/tokens.h"
#include "accounts/totp.h"

#include <cstdint>
#include <cstdlib>

static void require(bool fine)
{
    if (!fine) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    static auto const key = *accounts::Key::from_bytes(std::string(accounts::Key::size, 'k'));
    if (auto const bytes = accounts::from_base64url(text)) require(accounts::base64url(*bytes) == text);
    require(accounts::from_base64url(accounts::base64url(text)) == text);
    if (auto const other = accounts::Key::from_text(text))
        require(accounts::Key::from_text(other->hex())->bytes() == other->bytes());
    require(!accounts::open(key, text, "here"));
    auto const sealed = accounts::seal(key, text, "here");
    require(accounts::open(key, sealed, "here") == text && !accounts::open(key, sealed, "there"));
    auto const now = base::Time(std::chrono::seconds(1'800'000'000));
    static std::string const secret(accounts::totp_secret_bytes, 's');
    if (auto const step = accounts::find_totp_step(secret, text, now))
        require(accounts::totp_code(secret, *step) == text);
    accounts::Principal const principal{
        .user_id = "u", .kind = accounts::PrincipalKind::ApiToken, .scopes = {"jobs:*"}};
    if (accounts::has_scope(principal, text)) require(text.substr(0, text.find(':')) == "jobs");
    require(accounts::same_secret(text, text) && !accounts::same_secret(text, std::string(text) + "x"));
    return 0;
}
