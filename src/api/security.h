#pragma once
#include "base/config.h"
#include "net/http_server.h"

namespace api {

/// What a browser is told it may do with our answers, and who besides our own pages may ask.
struct SecurityOptions {
    std::vector<std::string> tile_origins = {};   ///< where pages may get map tiles from: "https://tiles.example.org"
    std::vector<std::string> cors_origins = {};   ///< whose pages may call the API with a token; none by default
    std::vector<std::string> public_origins = {}; ///< our own where a proxy changes Host: "https://clips.example.org"
};

/// The settings of these, for base::Config.
std::vector<base::Setting> security_settings();
/// InvalidInput where one is no origin.
SecurityOptions security_options_from(base::Config const& config);
/// "https://tiles.example.org" or with a port: nothing after it, so that no list can say more than where.
bool is_origin(std::string_view text);

/// Headers of every answer: content security policy, framing, types, referrer, permissions, HSTS where the request came
/// over TLS, and CORS for those who may.
void add_security_headers(net::ServerRequest const& request, net::ServerResponse& response,
                          SecurityOptions const& options);
/// The answer to a browser that asks beforehand; nothing where the request is no such question.
std::optional<net::ServerResponse> preflight(net::ServerRequest const& request, SecurityOptions const& options);
/// Why a request that changes something is refused, where a page of somebody else's sent it.
std::optional<std::string> cross_site_refusal(net::ServerRequest const& request, SecurityOptions const& options);

bool is_secure(net::ServerRequest const& request);

inline constexpr std::string_view refresh_cookie_path = "/api/v1/auth";
/// The Set-Cookie of a refresh token: for scripts unreadable, sent to sign-in routes of this site alone.
std::string refresh_cookie(net::ServerRequest const& request, std::string_view token, base::Milliseconds life);
/// Its value in a request; "" where there is none, or more than one (then nobody knows who set which).
std::string refresh_token_of(net::ServerRequest const& request);

} // namespace api
