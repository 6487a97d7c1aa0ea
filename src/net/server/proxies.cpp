#include "net/server/proxies.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace net::server {

static constexpr std::size_t hops_max = 20;

Proxies::Proxies(std::vector<std::string> const& trusted, ProxyHeader header) : header_(header)
{
    for (auto const& text : trusted) {
        auto const slash = text.find('/');
        auto const address = parse_address(std::string_view(text).substr(0, slash));
        auto const bits_max = address && address->is_v6 ? 128 : 32;
        int bits = bits_max;
        auto fine = address.has_value();
        if (fine && slash != std::string::npos) {
            auto const* const end = text.data() + text.size();
            auto const [read, error] = std::from_chars(text.data() + slash + 1, end, bits);
            fine = error == std::errc{} && read == end && bits >= 0 && bits <= bits_max;
        }
        if (!fine)
            base::fail(base::ErrorCode::InvalidInput, "trusted proxies: '{}' is no address or block like 10.0.0.0/8",
                       text);
        blocks_.push_back({*address, bits});
    }
}

static bool within(Address const& address, Address const& prefix, int bits)
{
    if (address.is_v6 != prefix.is_v6) return false;
    for (int bit = 0; bit < bits; bit += 8) {
        auto const index = static_cast<std::size_t>(bit / 8);
        auto const mask = static_cast<std::uint8_t>(0xFFU << static_cast<unsigned>(8 - std::min(8, bits - bit)));
        if ((address.bytes[index] & mask) != (prefix.bytes[index] & mask)) return false;
    }
    return true;
}

bool Proxies::trusted(std::string_view text) const
{
    auto const address = parse_address(text);
    return address && std::ranges::any_of(
                          blocks_, [&](Block const& block) { return within(*address, block.address, block.bits); });
}

void Proxies::apply(ServerRequest& request) const
{
    if (blocks_.empty() || !trusted(request.remote)) return;
    if (header_ == ProxyHeader::Forwarded)
        apply_forwarded(request);
    else
        apply_x_forwarded(request);
}

/// All fields of that name as one list, in order.
static std::vector<std::string> list_of(Headers const& headers, std::string_view name)
{
    std::string text;
    for (auto const& [key, value] : headers)
        if (base::lower_ascii(key) == name) text += (text.empty() ? "" : ",") + value;
    auto parts = base::split_list(text);
    if (parts.size() > hops_max) parts.erase(parts.begin(), parts.end() - hops_max);
    return parts;
}

/// "192.0.2.1:4711" and "[2001:db8::1]:4711" without port and brackets.
static std::string_view bare(std::string_view text)
{
    if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
    if (std::ranges::count(text, ':') == 1) return text.substr(0, text.find(':'));
    return text;
}

void Proxies::apply_x_forwarded(ServerRequest& request) const
{
    auto const hops = list_of(request.headers, "x-forwarded-for");
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        auto const address = parse_address(bare(*hop));
        if (!address) break; // nobody's address: the last one known stays
        request.remote = address->text();
        if (!trusted(request.remote)) break;
    }
    // The nearest proxy's word: what stands to the left of it may be the client's own.
    auto const schemes = list_of(request.headers, "x-forwarded-proto");
    if (!schemes.empty()) request.secure = base::lower_ascii(schemes.back()) == "https";
}

/// RFC 7239: for=192.0.2.60;proto=https, for="[2001:db8::17]:4711"
static std::string pair_of(std::string_view element, std::string_view name)
{
    for (auto const& pair : base::split(element, ';')) {
        auto const equals = pair.find('=');
        if (equals == std::string::npos || base::lower_ascii(base::trim(pair.substr(0, equals))) != name) continue;
        auto value = std::string(base::trim(std::string_view(pair).substr(equals + 1)));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        return value;
    }
    return {};
}

void Proxies::apply_forwarded(ServerRequest& request) const
{
    auto const hops = list_of(request.headers, "forwarded");
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        if (hop == hops.rbegin()) {
            auto const scheme = base::lower_ascii(pair_of(*hop, "proto"));
            if (!scheme.empty()) request.secure = scheme == "https";
        }
        auto const client = pair_of(*hop, "for");
        auto const address = parse_address(bare(client));
        if (!address) break;
        request.remote = address->text();
        if (!trusted(request.remote)) break;
    }
}

} // namespace net::server
