#include "discovery/sign_in.h"

#include "base/hash.h"
#include "discovery/json_path.h"
#include "discovery/judge.h"
#include "discovery/request_build.h"

#include <algorithm>

namespace discovery {

using namespace std::chrono_literals;

static constexpr auto renew_before = 60s; ///< a token that ends while it is on its way is no use
static constexpr std::int64_t lifetime_max = 400LL * 86'400;
static constexpr std::size_t token_bytes_max = 8U << 10U;
static constexpr int token_attempts_max = 2;

using Values = std::map<std::string, std::string>;

Values SignIn::values() const
{
    Values out;
    for (auto const& [token, credential] : spec_.auth.settings)
        if (auto value = credentials_.find(credential)) out[token] = std::move(*value);
    return out;
}

std::vector<std::string> SignIn::missing() const
{
    std::vector<std::string> out;
    if (spec_.auth.optional) return out;
    for (auto const& [token, credential] : spec_.auth.settings) {
        // What renews a user's token is of use, but not needed while the token is good.
        if (spec_.auth.kind == AuthKind::OauthUser && token != "access_token") continue;
        if (!credentials_.find(credential)) out.push_back(credential);
    }
    return out;
}

static std::string fingerprint(Values const& values)
{
    std::string text;
    for (auto const& [name, value] : values) text += name + "\n" + value + "\n";
    return base::sha256(text).substr(0, 32);
}

std::optional<SignIn::Held> SignIn::held(Values const& values) const
{
    auto const text = credentials_.find("token." + spec_.id);
    if (!text) return std::nullopt;
    try {
        auto held = base::read_json<Held>(*text, "token." + spec_.id);
        if (held.made_for == fingerprint(values)) return held;
    } catch (base::Error const&) {
    } // what cannot be read is fetched anew
    return std::nullopt;
}

void SignIn::keep(Held const& held) { credentials_.keep("token." + spec_.id, base::to_json(held)); }

bool SignIn::renewable() const { return spec_.auth.token || spec_.auth.refresh; }

static void set_all(Tokens& tokens, Values const& values)
{
    for (auto const& [name, value] : values) tokens.set(name, value);
    auto const id = values.find("client_id");
    auto const secret = values.find("client_secret");
    if (id != values.end() && secret != values.end())
        tokens.set("basic", base::base64(id->second + ":" + secret->second));
}

static std::string token_text(base::json::value const& document, std::string const& path)
{
    if (path.empty()) return "";
    auto const* found = json_path(path).first(document, document);
    auto text = found ? text_of(*found).value_or("") : "";
    return text.size() <= token_bytes_max ? text : "";
}

SignIn::Held SignIn::ask(Asking const& asking, TokenRule const& rule, Values const& values, Held const& old)
{
    Tokens tokens(asking.question, spec_.since);
    for (auto const& [name, value] : asking.settings) tokens.set("setting." + name, value);
    set_all(tokens, values);
    if (!old.access_token.empty()) tokens.set("access_token", old.access_token);
    if (!old.refresh_token.empty()) tokens.set("refresh_token", old.refresh_token);
    auto request = build_request(asking, nullptr, rule.request, target_of(asking, rule.request), tokens);
    request.attempts_max = token_attempts_max;
    auto const now = asking.question.now;
    auto const response = asking.client.send(request, asking.stop);
    Step const plain{};
    if (response.status >= 400 && response.status < 500 && response.status != 429)
        throw SourceError(
            SourceCode::AuthExpired, fmt::format("{}: the sign-in was refused (HTTP {})", spec_.title, response.status),
            spec_.auth.next_action.empty() ? "check the credentials of " + spec_.id : spec_.auth.next_action);
    static_cast<void>(judge(spec_, response, nullptr, now));
    auto const document = read_document(spec_, plain, response.body).whole;
    Held out;
    out.access_token = token_text(document, rule.access);
    if (out.access_token.empty())
        throw SourceError(SourceCode::BadAnswer, spec_.title + ": the answer to the sign-in holds no token");
    out.refresh_token = token_text(document, rule.refresh);
    if (out.refresh_token.empty()) out.refresh_token = old.refresh_token;
    auto lifetime = rule.lifetime_seconds;
    if (auto const said = parse_count(token_text(document, rule.expires_in))) lifetime = *said;
    out.expires_at = now + std::chrono::seconds(std::clamp<std::int64_t>(lifetime, 0, lifetime_max));
    out.made_for = fingerprint(values);
    return out;
}

SignIn::Held SignIn::renew(Asking const& asking, Values const& values, Held const& old)
{
    auto const has_refresh = spec_.auth.refresh && !(old.refresh_token.empty() && old.access_token.empty());
    if (has_refresh) {
        try {
            return ask(asking, *spec_.auth.refresh, values, old);
        } catch (SourceError const& error) {
            if (error.source != SourceCode::AuthExpired || !spec_.auth.token) throw;
        }
    }
    if (spec_.auth.token) return ask(asking, *spec_.auth.token, values, {});
    throw SourceError(SourceCode::AuthExpired, spec_.title + ": the access token was refused", spec_.auth.next_action);
}

void SignIn::fill(Asking const& asking, Tokens& tokens)
{
    auto const known = values();
    set_all(tokens, known);
    if (!renewable() || known.empty()) return;
    std::unique_lock const lock(mutex_, asking.deadline);
    if (!lock.owns_lock())
        throw SourceError(SourceCode::Timeout, spec_.title + ": no time was left to wait for the sign-in");
    auto current = held(known);
    if (!current) {
        auto const find = [&](char const* name) { return known.contains(name) ? known.at(name) : std::string(); };
        current = Held{find("access_token"), find("refresh_token"), {}, fingerprint(known)};
        if (spec_.auth.kind == AuthKind::OauthUser) // good until somebody refuses it
            current->expires_at = asking.question.now + std::chrono::seconds(lifetime_max);
    }
    if (current->access_token.empty() || current->expires_at - asking.question.now < renew_before) {
        current = renew(asking, known, *current);
        keep(*current);
    }
    tokens.set("access_token", current->access_token);
}

void SignIn::refused(std::string const& access_token)
{
    std::scoped_lock const lock(mutex_);
    auto const known = values();
    auto current = held(known);
    if (current && current->access_token != access_token) return; // renewed meanwhile
    if (!current) {
        auto const refresh = known.find("refresh_token");
        current = Held{access_token, refresh == known.end() ? "" : refresh->second, {}, fingerprint(known)};
    }
    current->expires_at = {};
    keep(*current);
}

} // namespace discovery
