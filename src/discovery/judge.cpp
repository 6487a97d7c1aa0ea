#include "discovery/judge.h"

#include "discovery/field.h"
#include "discovery/reset.h"

#include <algorithm>

namespace discovery {

static constexpr std::size_t reason_bytes_max = 300;
static constexpr std::size_t searched_bytes_max = 64U << 10U; ///< of a body, for `contains`

std::optional<std::int64_t> quota_of(SourceSpec const& spec, net::Response const& response)
{
    if (!spec.limits.remaining.empty()) return parse_count(response.header(spec.limits.remaining));
    for (auto const* name : {"X-RateLimit-Remaining", "RateLimit-Remaining"})
        if (auto const count = parse_count(response.header(name))) return count;
    return std::nullopt;
}

static bool fits(ErrorRule const& rule, net::Response const& response, Place const* place)
{
    if (!rule.status.empty() && std::find(rule.status.begin(), rule.status.end(), response.status) == rule.status.end())
        return false;
    if (!rule.content_type.empty() &&
        !base::lower_ascii(response.header("Content-Type")).starts_with(base::lower_ascii(rule.content_type)))
        return false;
    if (!rule.contains.empty()) {
        auto const body = base::lower_ascii(std::string_view(response.body).substr(0, searched_bytes_max));
        if (body.find(base::lower_ascii(rule.contains)) == std::string::npos) return false;
    }
    return rule.when.empty() || (place && keeps_all(rule.when, *place));
}

/// What to do, where the rule does not say.
static std::string next_action(SourceSpec const& spec, SourceCode code, std::optional<base::Time> retry_at,
                               base::Time now)
{
    if (retry_at) return "ask again in " + base::format_duration(*retry_at - now);
    switch (code) {
    case SourceCode::AuthExpired:
    case SourceCode::AuthMissing: {
        if (!spec.auth.next_action.empty()) return spec.auth.next_action;
        std::string names;
        for (auto const& [token, credential] : spec.auth.settings) names += (names.empty() ? "" : ", ") + credential;
        return names.empty() ? "" : "renew " + names;
    }
    case SourceCode::RateLimited: return "ask again later";
    case SourceCode::Quota: return "wait for the platform's next day, or raise the quota there";
    case SourceCode::Blocked: return "open the site in a browser and see what it says";
    case SourceCode::LayoutChanged: return "look for a newer version of catalog/sources/" + spec.id + ".json";
    default: return "";
    }
}

/// Refusals say when to come back; a failure only where its rule or a Retry-After does.
static std::optional<base::Time> retry_time(SourceSpec const& spec, SourceCode code, std::vector<Reset> const& own,
                                            net::Response const& response, base::Time now)
{
    if (!own.empty()) return reset_time(own, response, now);
    if (code == SourceCode::RateLimited || code == SourceCode::Quota)
        return reset_time(spec.limits.reset, response, now);
    return code == SourceCode::UpstreamError ? reset_time({}, response, now) : std::nullopt;
}

[[noreturn]] static void raise(SourceSpec const& spec, SourceCode code, std::string const& why, std::string next,
                               std::optional<base::Time> retry_at, base::Time now)
{
    if (next.empty()) next = next_action(spec, code, retry_at, now);
    throw SourceError(code, base::truncate_utf8(base::clean_utf8(spec.title + ": " + why), reason_bytes_max),
                      std::move(next), retry_at);
}

static SourceCode code_of_status(int status)
{
    if (status >= 500) return SourceCode::UpstreamError;
    switch (status) {
    case 401: return SourceCode::AuthExpired;
    case 402: return SourceCode::Quota;
    case 403: return SourceCode::Blocked;
    case 408: return SourceCode::Timeout;
    case 429: return SourceCode::RateLimited;
    default: return SourceCode::BadAnswer;
    }
}

Verdict judge(SourceSpec const& spec, net::Response const& response, Document const* document, base::Time now)
{
    std::string const nowhere;
    std::optional<Place> place;
    if (document) place.emplace(Place{*document, document->whole, spec, nowhere});
    for (auto const& rule : spec.errors) {
        if (!fits(rule, response, place ? &*place : nullptr)) continue;
        if (rule.empty) return Verdict::Empty;
        std::string why;
        if (place && !rule.reason.empty()) why = text_at(rule.reason, *place).value_or("");
        if (why.empty() && place && !rule.when.empty() && !rule.when.front().path.empty())
            why = text_at(rule.when.front().path, *place).value_or("");
        if (why.empty()) why = response.ok() ? "refused" : fmt::format("HTTP {}", response.status);
        raise(spec, rule.code, why, rule.next_action, retry_time(spec, rule.code, rule.reset, response, now), now);
    }
    if (response.ok() || response.status == 304) return Verdict::Fine;
    auto const code = code_of_status(response.status);
    raise(spec, code, fmt::format("HTTP {}", response.status), "", retry_time(spec, code, {}, response, now), now);
}

} // namespace discovery
