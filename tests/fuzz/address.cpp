// Addresses that strangers give: any text is a URL in its one normal form or one clear error, and what proxies say of a
// client is an address.
#include "net/address.h"
#include "base/error.h"
#include "net/server/proxies.h"
#include "net/url.h"

#include <cstdint>
#include <cstdlib>

static void require(bool fine)
{
    if (!fine) std::abort();
}

template <class Read> static void attempt(Read read)
{
    try {
        read();
    } catch (base::Error const& error) {
        require(error.code == base::ErrorCode::InvalidInput);
    }
}

static void read_url(std::string_view text)
{
    auto const url = net::parse_url(text);
    require(url.target.starts_with('/') && url.target.find_first_of(" \r\n\t#") == std::string::npos);
    require(url.host.find_first_of("@/?#\\ ") == std::string::npos && url.port != 0);
    auto const again = net::parse_url(url.text());
    require(again.text() == url.text() && again.host == url.host && again.port == url.port);
    net::canonical_url(text);
}

static void ask_through_proxies(std::string_view text)
{
    static net::server::Proxies const forwarded({"10.0.0.0/8", "::1"}, net::ProxyHeader::Forwarded);
    static net::server::Proxies const x_forwarded({"10.0.0.0/8", "::1"}, net::ProxyHeader::XForwarded);
    for (auto const* proxies : {&forwarded, &x_forwarded}) {
        net::ServerRequest request;
        request.remote = "10.1.2.3";
        request.headers = {{"Forwarded", std::string(text)},
                           {"X-Forwarded-For", std::string(text)},
                           {"X-Forwarded-Proto", std::string(text)}};
        proxies->apply(request);
        require(net::parse_address(request.remote).has_value());
    }
}

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) // NOLINT
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    attempt([&] { read_url(text); });
    attempt([&] {
        static auto const base = net::parse_url("https://site.example/a/b?c=d");
        auto const url = net::resolve_reference(base, text);
        require(net::parse_url(url.text()).text() == url.text());
    });
    if (auto const address = net::parse_address(text)) {
        require(net::parse_address(address->text()) == address);
        net::refusal(*address);
    }
    require(net::percent_decode(net::percent_encode(text)) == text);
    auto const pairs = net::parse_query(text);
    require(net::parse_query(net::make_query(pairs)) == pairs);
    ask_through_proxies(text);
    return 0;
}
