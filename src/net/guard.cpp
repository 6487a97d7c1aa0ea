#include "net/guard.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace net {

using base::ErrorCode;
using base::fail;

/// Ports of services that take an HTTP request for commands of their own (the Fetch standard's list, and databases).
static constexpr std::array<std::uint16_t, 40> refused_ports{
    1,   7,   9,   11,  13,  15,  17,  19,  20,  21,  22,  23,   25,   53,   69,   110,  111,  119,  123,   135,
    137, 139, 143, 161, 389, 445, 465, 514, 587, 993, 995, 2049, 3306, 5060, 5432, 6379, 6667, 9200, 11211, 27017,
};

/// Names that mean this machine or this network whatever a resolver says (RFC 6761, 6762, 7686, 8375, 9476).
static constexpr std::array<std::string_view, 16> own_suffixes{
    "localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home",
    "lan",       "home.arpa",   "onion", "test",     "invalid",  "alt",     "arpa", "localhost6",
};
static constexpr std::array<std::string_view, 5> own_names{
    "ip6-localhost", "ip6-loopback", "broadcasthost", "metadata", "instance-data",
};

std::string_view refused_name(std::string_view host)
{
    if (host.ends_with('.')) return "a name with a trailing dot";
    for (auto const name : own_names)
        if (host == name) return "a name of this machine or network";
    for (auto const suffix : own_suffixes)
        if (host == suffix || (host.ends_with(suffix) && host[host.size() - suffix.size() - 1] == '.'))
            return "a name of this machine or network";
    if (host.find('.') == std::string_view::npos) return "a name without a dot";
    return {};
}

static std::vector<Address> resolve(Url const& url, ClientOptions const& options, base::Milliseconds timeout,
                                    std::stop_token const& stop)
{
    auto const host = url.bare_host();
    if (auto const address = parse_address(host)) return {*address};
    auto addresses = options.resolver(host, timeout, stop);
    if (addresses.empty())
        fail(ErrorCode::Upstream, base::Next{"check the address and the network"}, "{}: no such host", url.host);
    return addresses;
}

[[noreturn]] static void refuse(Url const& url, std::string const& why)
{
    fail(ErrorCode::Forbidden, base::Next{"use an address on the public internet"}, "{} is refused: {}", url.origin(),
         why);
}

Route guarded_route(Url const& url, ClientOptions const& options, base::Milliseconds timeout,
                    std::stop_token const& stop)
{
    auto const& exempt = options.guard_exempt_origins;
    if (std::find(exempt.begin(), exempt.end(), url.origin()) != exempt.end()) {
        auto route = open_route(url, options, timeout, stop);
        route.guarded = true;
        route.exempt = true;
        return route;
    }
    if (std::find(refused_ports.begin(), refused_ports.end(), url.port) != refused_ports.end())
        refuse(url, fmt::format("port {} is not for web pages", url.port));
    if (!parse_address(url.bare_host()))
        if (auto const why = refused_name(url.host); !why.empty()) refuse(url, std::string(why));
    auto addresses = resolve(url, options, timeout, stop);
    for (auto const& address : addresses)
        if (auto const why = refusal(address); !why.empty())
            refuse(url, fmt::format("{} is a {} address", address.text(), why));
    return {url, std::move(addresses), true, false};
}

Route open_route(Url const& url, ClientOptions const& options, base::Milliseconds timeout, std::stop_token const& stop)
{
    return {url, resolve(url, options, timeout, stop), false, false};
}

} // namespace net
