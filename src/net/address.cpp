#include "net/address.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <span>
#include <sys/socket.h>

namespace net {

std::string Address::text() const
{
    char buffer[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
    return buffer;
}

std::optional<Address> parse_address(std::string_view text)
{
    std::string const copy(text);
    if (copy.size() != std::strlen(copy.c_str())) return std::nullopt;
    Address address;
    if (::inet_pton(AF_INET, copy.c_str(), address.bytes.data()) == 1) {
        // glibc takes "01.2.3.4"; other readers take a leading zero for octal.
        for (auto const& part : base::split(text, '.'))
            if (part.size() > 1 && part.front() == '0') return std::nullopt;
        return address;
    }
    address.bytes = {};
    address.is_v6 = true;
    if (::inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
    return std::nullopt;
}

std::optional<Address> address_of(sockaddr const& socket_address)
{
    Address address;
    if (socket_address.sa_family == AF_INET) {
        std::memcpy(address.bytes.data(), &reinterpret_cast<sockaddr_in const&>(socket_address).sin_addr, 4);
        return address;
    }
    if (socket_address.sa_family == AF_INET6) {
        address.is_v6 = true;
        std::memcpy(address.bytes.data(), &reinterpret_cast<sockaddr_in6 const&>(socket_address).sin6_addr, 16);
        return address;
    }
    return std::nullopt;
}

namespace {

/// One line of IANA's special-purpose registries.
struct Block {
    std::array<std::uint8_t, 16> prefix;
    int bits;
    std::string_view why;
};

constexpr std::array blocks_v4{
    Block{{169, 254, 169, 254}, 32, "metadata"},
    Block{{169, 254, 170, 2}, 32, "metadata"},
    Block{{100, 100, 100, 200}, 32, "metadata"},
    Block{{168, 63, 129, 16}, 32, "metadata"},
    Block{{192, 0, 0, 192}, 32, "metadata"},
    Block{{0}, 8, "this-network"},
    Block{{10}, 8, "private"},
    Block{{100, 64}, 10, "carrier-grade NAT"},
    Block{{127}, 8, "loopback"},
    Block{{169, 254}, 16, "link-local"},
    Block{{172, 16}, 12, "private"},
    Block{{192, 0, 0}, 24, "reserved"},
    Block{{192, 0, 2}, 24, "documentation"},
    Block{{192, 31, 196}, 24, "reserved"},
    Block{{192, 52, 193}, 24, "reserved"},
    Block{{192, 88, 99}, 24, "6to4 relay"},
    Block{{192, 168}, 16, "private"},
    Block{{192, 175, 48}, 24, "reserved"},
    Block{{198, 18}, 15, "benchmarking"},
    Block{{198, 51, 100}, 24, "documentation"},
    Block{{203, 0, 113}, 24, "documentation"},
    Block{{224}, 4, "multicast"},
    Block{{255, 255, 255, 255}, 32, "broadcast"},
    Block{{240}, 4, "reserved"},
};

// The order matters: the first match names the reason. What no line names must be global unicast (2000::/3).
constexpr std::array blocks_v6{
    Block{{0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54}, 128, "metadata"},
    Block{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 128, "unspecified"},
    Block{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    Block{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "IPv4-mapped"},
    Block{{0}, 96, "IPv4-compatible"},
    Block{{0, 0x64, 0xff, 0x9b}, 32, "NAT64"},
    Block{{1}, 64, "discard-only"},
    Block{{0x20, 0x01, 0, 0}, 32, "Teredo"},
    Block{{0x20, 0x01, 0x0d, 0xb8}, 32, "documentation"},
    Block{{0x20, 0x01}, 23, "reserved"},
    Block{{0x20, 0x02}, 16, "6to4"},
    Block{{0x3f, 0xff}, 20, "documentation"},
    Block{{0x5f}, 16, "reserved"},
    Block{{0xfc}, 7, "unique-local"},
    Block{{0xfe, 0x80}, 10, "link-local"},
    Block{{0xfe, 0xc0}, 10, "site-local"},
    Block{{0xff}, 8, "multicast"},
};

bool within(Address const& address, Block const& block)
{
    for (int bit = 0; bit < block.bits; bit += 8) {
        auto const index = static_cast<std::size_t>(bit / 8);
        auto const keep = std::min(8, block.bits - bit);
        auto const mask = static_cast<std::uint8_t>(0xFFU << static_cast<unsigned>(8 - keep));
        if ((address.bytes[index] & mask) != (block.prefix[index] & mask)) return false;
    }
    return true;
}

/// ISATAP: the last eight bytes are 0000:5efe or 0200:5efe and an IPv4 address.
bool is_isatap(Address const& address)
{
    auto const& b = address.bytes;
    return (b[8] & 0xFDU) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

} // namespace

std::string_view refusal(Address const& address)
{
    auto const blocks = address.is_v6 ? std::span<Block const>(blocks_v6) : std::span<Block const>(blocks_v4);
    for (auto const& block : blocks)
        if (within(address, block)) return block.why;
    if (!address.is_v6) return {};
    if ((address.bytes[0] & 0xE0U) != 0x20U) return "reserved";
    if (is_isatap(address)) return "ISATAP";
    return {};
}

} // namespace net
