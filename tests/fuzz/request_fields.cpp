// Headers that the API reads: cookies, validators, encodings, origins. Whatever stands there, the answer can be sent.
// The first line is one value, the rest another.
#include "api/encode.h"
#include "api/file_response.h"
#include "api/route.h"
#include "api/router.h"
#include "api/security.h"
#include "base/error.h"
#include "net/server/response_head.h"

#include <cstdint>
#include <cstdlib>

static void require(bool fine)
{
    if (!fine) std::abort();
}

static void answer(net::ServerRequest const& request)
{
    static api::SecurityOptions const options{.tile_origins = {"https://tiles.example"},
                                              .cors_origins = {"https://friend.example"},
                                              .public_origins = {"https://clips.example"}};
    api::cross_site_refusal(request, options);
    auto response = api::preflight(request, options).value_or(net::ServerResponse{200, {}, std::string(2'000, 'a')});
    api::add_security_headers(request, response, options);
    api::add_etag(request, response);
    api::compress(request, response);
    std::string head;
    require(net::server::put_head(head, response, {11, true, "now"}));
    require(head.find("\r\n\r\n") == head.size() - 4);
    auto const token = api::refresh_token_of(request);
    require(token.find(';') == std::string::npos);
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    static api::Router const router(api::all_routes());
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const end = std::min(text.find('\n'), text.size());
    std::string const one(text.substr(0, end));
    std::string const other(text.substr(std::min(end + 1, text.size())));
    if (one.find_first_of(std::string_view("\r\0", 2)) != std::string::npos ||
        other.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        return 0; // the server lets no such header through
    for (auto const* method : {"GET", "POST", "OPTIONS"}) {
        net::ServerRequest request;
        request.method = method;
        request.path = "/" + one;
        request.secure = one.size() % 2 == 0;
        for (auto const* name : {"Origin", "Host", "Sec-Fetch-Site", "Cookie", "If-None-Match"})
            request.headers.emplace_back(name, one);
        for (auto const* name : {"Cookie", "Accept-Encoding", "Access-Control-Request-Method",
                                 "Access-Control-Request-Headers", "Referer", "Content-Type"})
            request.headers.emplace_back(name, other);
        answer(request);
        auto const match = router.find(method, request.path);
        for (auto const& [key, value] : match.path) require(value.find('/') == std::string::npos);
    }
    api::is_origin(one);
    api::content_type_of(one);
    return 0;
}
