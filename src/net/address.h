#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace net {

/// An IPv4 or IPv6 address.
struct Address {
    bool is_v6 = false;
    std::array<std::uint8_t, 16> bytes{}; ///< the first four where it is IPv4
    std::string text() const;
    bool operator==(Address const&) const = default;
};

/// Canonical spellings only: four decimal numbers without leading zeros, or IPv6 without a zone.
std::optional<Address> parse_address(std::string_view text);
std::optional<Address> address_of(sockaddr const& socket_address);

/// Why no request that a stranger can steer may go there ("loopback", "private" ...); empty where it may.
/// Only global unicast passes; IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4, Teredo, ISATAP) never does.
std::string_view refusal(Address const& address);

} // namespace net
