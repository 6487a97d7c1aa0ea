#include "api/security.h"

#include "base/error.h"
#include "base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace api {

static constexpr std::size_t origins_max = 20;
static constexpr std::size_t origin_bytes_max = 200;
static constexpr std::string_view allowed_headers =
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Range, Tus-Resumable, Upload-Length, "
    "Upload-Offset, Upload-Metadata, Upload-Checksum";
static constexpr std::string_view shown_headers =
    "ETag, Location, Retry-After, X-Request-Id, Tus-Resumable, Upload-Offset, Upload-Length, Content-Range, "
    "Accept-Ranges, Deprecation, Sunset, Idempotency-Replayed";

std::vector<base::Setting> security_settings()
{
    return {{"server", "tile_origins", "where pages may get map tiles from: https://tiles.example.org,..."},
            {"server", "cors_origins", "whose pages may call the API with a token; none by default"},
            {"server", "public_origins", "own addresses where a proxy changes the Host: https://clips.example.org"}};
}

bool is_origin(std::string_view text)
{
    auto const rest = text.starts_with("https://")  ? text.substr(8)
                      : text.starts_with("http://") ? text.substr(7)
                                                    : std::string_view();
    auto const colon = rest.rfind(':');
    auto const host = rest.substr(0, colon);
    auto const port = colon == std::string_view::npos ? std::string_view("0") : rest.substr(colon + 1);
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() <= origin_bytes_max && !host.empty() && !port.empty() && port.size() <= 5 &&
           std::ranges::all_of(port, is_digit) && std::ranges::all_of(host, [&](char c) {
               return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-';
           });
}

static std::vector<std::string> origins(base::Config const& config, std::string_view key)
{
    auto list = base::split_list(config.text(key));
    if (list.size() > origins_max)
        base::fail(base::ErrorCode::InvalidInput, "{}: {} are more than {}", key, list.size(), origins_max);
    for (auto const& origin : list)
        if (!is_origin(origin))
            base::fail(base::ErrorCode::InvalidInput,
                       base::Next{"scheme, host and perhaps a port: https://tiles.example.org"},
                       "{}: '{}' is no origin", key, base::truncate_utf8(base::clean_utf8(origin), 80));
    return list;
}

SecurityOptions security_options_from(base::Config const& config)
{
    return {origins(config, "server.tile_origins"), origins(config, "server.cors_origins"),
            origins(config, "server.public_origins")};
}

bool is_secure(net::ServerRequest const& request) { return request.secure; }

static bool has(net::ServerResponse const& response, std::string_view name)
{
    return !net::find_header(response.headers, name).empty();
}

static bool is_listed(std::vector<std::string> const& list, std::string_view origin)
{
    return !origin.empty() && std::ranges::find(list, origin) != list.end();
}

/// Of what people look at: our own files alone, nothing inline.
static std::string page_policy(SecurityOptions const& options)
{
    std::string tiles;
    for (auto const& origin : options.tile_origins) tiles += " " + origin;
    return fmt::format("default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{0}; "
                       "connect-src 'self'{0}; media-src 'self' blob:; font-src 'self'; worker-src 'self' blob:; "
                       "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
                       tiles);
}

/// Of everything else: should a browser take it for a page, that page can do nothing.
static constexpr std::string_view data_policy = "default-src 'none'; frame-ancestors 'none'; sandbox";

static void add_cors(net::ServerRequest const& request, net::ServerResponse& response, SecurityOptions const& options)
{
    if (options.cors_origins.empty()) return;
    response.headers.emplace_back("Vary", "Origin");
    auto const origin = request.header("Origin");
    if (!is_listed(options.cors_origins, origin)) return;
    // Never with credentials: a token is sent by the page itself, cookies stay ours.
    response.headers.emplace_back("Access-Control-Allow-Origin", std::string(origin));
    response.headers.emplace_back("Access-Control-Expose-Headers", std::string(shown_headers));
}

void add_security_headers(net::ServerRequest const& request, net::ServerResponse& response,
                          SecurityOptions const& options)
{
    auto const set = [&](std::string_view name, std::string_view value) {
        if (!has(response, name)) response.headers.emplace_back(std::string(name), std::string(value));
    };
    auto const page = response.content_type.starts_with("text/html");
    set("Content-Security-Policy", page ? page_policy(options) : std::string(data_policy));
    set("X-Frame-Options", "DENY");
    set("X-Content-Type-Options", "nosniff");
    set("Referrer-Policy", "no-referrer");
    set("Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
                              "magnetometer=(), microphone=(), midi=(), payment=(), usb=()");
    set("Cross-Origin-Opener-Policy", "same-origin");
    set("Cross-Origin-Resource-Policy", "same-origin");
    if (is_secure(request)) set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    add_cors(request, response, options);
}

std::optional<net::ServerResponse> preflight(net::ServerRequest const& request, SecurityOptions const& options)
{
    if (request.method != "OPTIONS" || request.header("Access-Control-Request-Method").empty()) return std::nullopt;
    net::ServerResponse response{.status = 204, .content_type = ""};
    if (is_listed(options.cors_origins, request.header("Origin"))) {
        response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
        response.headers.emplace_back("Access-Control-Allow-Headers", std::string(allowed_headers));
        response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    return response;
}

std::optional<std::string> cross_site_refusal(net::ServerRequest const& request, SecurityOptions const& options)
{
    if (request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS") return std::nullopt;
    auto const origin = request.header("Origin");
    if (origin.empty()) { // no browser, or one that says it in another way
        auto const site = request.header("Sec-Fetch-Site");
        if (site.empty() || site == "same-origin" || site == "none") return std::nullopt;
        return fmt::format("a page of another site sent this ({})", base::truncate_utf8(site, 20));
    }
    auto const own =
        fmt::format("{}://{}", is_secure(request) ? "https" : "http", base::lower_ascii(request.header("Host")));
    if (base::lower_ascii(origin) == own || is_listed(options.public_origins, origin)) return std::nullopt;
    if (is_listed(options.cors_origins, origin) && request.header("Cookie").empty()) return std::nullopt;
    return fmt::format("a page of {} sent this", base::truncate_utf8(base::clean_utf8(origin), 100));
}

static std::string_view cookie_name(net::ServerRequest const& request)
{
    return is_secure(request) ? "__Secure-ettametta_refresh" : "ettametta_refresh";
}

std::string refresh_cookie(net::ServerRequest const& request, std::string_view token, base::Milliseconds life)
{
    return fmt::format("{}={}; Path={}; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name(request), token,
                       refresh_cookie_path, std::max<std::int64_t>(0, life.count() / 1000),
                       is_secure(request) ? "; Secure" : "");
}

std::string refresh_token_of(net::ServerRequest const& request)
{
    std::string found;
    int count = 0;
    for (auto const& [name, value] : request.headers) {
        if (base::lower_ascii(name) != "cookie") continue;
        for (auto const& part : base::split(value, ';')) {
            auto const pair = base::trim(part);
            auto const equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != cookie_name(request)) continue;
            found = pair.substr(equals + 1);
            ++count;
        }
    }
    return count == 1 ? found : "";
}

} // namespace api
