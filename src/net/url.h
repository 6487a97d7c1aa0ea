#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace net {

inline constexpr std::size_t url_bytes_max = 8192;

/// An absolute http or https URL in its normal form. Parsed by libcurl itself, so that what is checked is what is
/// connected to.
struct Url {
    std::string scheme; ///< "http" or "https"
    std::string host;   ///< lower case; an IPv6 address stands in brackets
    std::uint16_t port = 0;
    std::string target; ///< path and query, begins with '/'; never a fragment
    /// "https://host" or "http://host:8080": the port only where it is not the scheme's own.
    std::string origin() const;
    std::string text() const { return origin() + target; }
    /// Without the brackets of IPv6.
    std::string bare_host() const;
};

/// InvalidInput names what is wrong: no http(s), credentials, spaces or control characters, an odd host, port 0.
Url parse_url(std::string_view text);
/// What a Location header means on the page that sent it.
Url resolve_reference(Url const& base, std::string_view reference);
/// RFC 3986: everything but letters, digits and "-._~" becomes %XX; keep lists bytes that stay as they are.
std::string percent_encode(std::string_view text, std::string_view keep = "");
/// "+" stays a plus; broken escapes stay as they are.
std::string percent_decode(std::string_view text);
/// name=value pairs of a query string, decoded ("+" is a space there), in order.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);
/// "a=1&b=2" with both sides encoded.
std::string make_query(std::vector<std::pair<std::string, std::string>> const& parameters);
/// One spelling for one page, to find duplicates: https, no "www.", no fragment, no tracking parameters, no last slash.
/// Text that is no URL comes back as it is.
std::string canonical_url(std::string_view text);

} // namespace net
