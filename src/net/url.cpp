#include "net/url.h"

#include "base/error.h"
#include "base/text.h"
#include "net/address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <curl/curl.h>
#include <memory>

namespace net {

using base::ErrorCode;
using base::fail;

namespace {

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, FreeUrl>;

struct FreeText {
    void operator()(char* text) const { curl_free(text); }
};

/// "" where the URL has no such part.
std::string part(CURLU* url, CURLUPart which, unsigned flags = 0)
{
    char* text = nullptr;
    if (curl_url_get(url, which, &text, flags) != CURLUE_OK || !text) return {};
    std::unique_ptr<char, FreeText> const owner(text);
    return text;
}

bool is_host_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/// What may stand in a message: no credentials, not endless.
std::string shown(std::string_view text)
{
    auto const at = text.rfind('@');
    auto const safe = at == std::string_view::npos ? std::string(text) : "***" + std::string(text.substr(at));
    return base::truncate_utf8(base::clean_utf8(safe), 200);
}

void check_bytes(std::string_view text)
{
    if (text.empty()) fail(ErrorCode::InvalidInput, "the URL is empty");
    if (text.size() > url_bytes_max)
        fail(ErrorCode::InvalidInput, "the URL has {} bytes; the limit is {}", text.size(), url_bytes_max);
    for (auto const c : text)
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\')
            fail(ErrorCode::InvalidInput, "{}: a URL holds no spaces, control characters or backslashes", shown(text));
}

/// The authority as it was written, before any parser makes it nicer: "user@host:80".
std::string_view written_authority(std::string_view text)
{
    auto const scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return {};
    auto const rest = text.substr(scheme_end + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

/// Host names that resolvers read as numbers although they are no dotted quad: 0x7f.1, 017700000001, 2130706433.
bool looks_numeric(std::string_view host)
{
    auto const dot = host.rfind('.');
    auto const last = dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (last.empty()) return false;
    auto const digits = std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
    auto const hex = last.starts_with("0x") || last.starts_with("0X");
    return digits || hex;
}

void check_host(std::string_view written, std::string_view text)
{
    if (written.empty()) fail(ErrorCode::InvalidInput, "{}: the URL has no host", shown(text));
    if (written.front() == '[') {
        auto const end = written.find(']');
        if (end == std::string_view::npos || !parse_address(written.substr(1, end - 1)))
            fail(ErrorCode::InvalidInput, "{}: not an IPv6 address in brackets (zones are not taken)", shown(text));
        return;
    }
    auto const host = base::lower_ascii(written.substr(0, written.find(':')));
    if (host.empty() || host.size() > 253)
        fail(ErrorCode::InvalidInput, "{}: the host name is empty or too long", shown(text));
    if (!std::all_of(host.begin(), host.end(), is_host_byte))
        fail(ErrorCode::InvalidInput, base::Next{"write an international name in its xn-- form"},
             "{}: a host name has only letters, digits, dots and dashes", shown(text));
    if (host.find("..") != std::string::npos || host.front() == '.')
        fail(ErrorCode::InvalidInput, "{}: the host name has an empty part", shown(text));
    if (looks_numeric(host) && !parse_address(host))
        fail(ErrorCode::InvalidInput, base::Next{"write the address as four decimal numbers"},
             "{}: an address in an unusual spelling", shown(text));
}

std::uint16_t port_number(std::string const& text, std::string_view url)
{
    unsigned port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535)
        fail(ErrorCode::InvalidInput, "{}: the port is not in [1, 65535]", shown(url));
    return static_cast<std::uint16_t>(port);
}

Url read(CURLU* handle, std::string_view text)
{
    Url url;
    url.scheme = part(handle, CURLUPART_SCHEME);
    url.host = base::lower_ascii(part(handle, CURLUPART_HOST));
    url.port = port_number(part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT), text);
    url.target = part(handle, CURLUPART_PATH);
    if (url.target.empty() || url.target.front() != '/') url.target.insert(0, "/");
    if (auto const query = part(handle, CURLUPART_QUERY); !query.empty()) url.target += "?" + query;
    check_host(url.host, text);
    return url;
}

} // namespace

std::string Url::origin() const
{
    auto const own = (scheme == "https" && port == 443) || (scheme == "http" && port == 80);
    return scheme + "://" + host + (own ? "" : ":" + std::to_string(port));
}

std::string Url::bare_host() const { return host.starts_with('[') ? host.substr(1, host.size() - 2) : host; }

Url parse_url(std::string_view text)
{
    check_bytes(text);
    auto const scheme = base::lower_ascii(text.substr(0, text.find(':')));
    if (scheme != "http" && scheme != "https")
        fail(ErrorCode::InvalidInput, "{}: only http:// and https:// URLs are taken", shown(text));
    auto const authority = written_authority(text);
    if (authority.find('@') != std::string_view::npos)
        fail(ErrorCode::InvalidInput, "{}: a URL with a user name or password is not taken", shown(text));
    check_host(authority, text);
    Handle const handle(curl_url());
    auto const code = curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_DISALLOW_USER);
    if (code != CURLUE_OK) fail(ErrorCode::InvalidInput, "{}: {}", shown(text), curl_url_strerror(code));
    return read(handle.get(), text);
}

/// "scheme:" at the front (RFC 3986), as in "javascript:alert(1)".
static bool has_scheme(std::string_view reference)
{
    auto const colon = reference.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > reference.find_first_of("/?#")) return false;
    auto const first = static_cast<unsigned char>(reference.front());
    return std::isalpha(first) != 0;
}

Url resolve_reference(Url const& base_url, std::string_view reference)
{
    check_bytes(reference);
    // What names a host of its own is held to how it was written; a relative one keeps the host that was checked.
    if (has_scheme(reference)) return parse_url(reference);
    if (reference.starts_with("//")) return parse_url(base_url.scheme + ":" + std::string(reference));
    Handle const handle(curl_url());
    curl_url_set(handle.get(), CURLUPART_URL, base_url.text().c_str(), 0);
    auto const code = curl_url_set(handle.get(), CURLUPART_URL, std::string(reference).c_str(), CURLU_DISALLOW_USER);
    if (code != CURLUE_OK) fail(ErrorCode::InvalidInput, "{}: {}", shown(reference), curl_url_strerror(code));
    return parse_url(part(handle.get(), CURLUPART_URL));
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

std::string percent_encode(std::string_view text, std::string_view keep)
{
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (auto const c : text) {
        if (is_unreserved(c) || keep.find(c) != std::string_view::npos) {
            out += c;
        } else {
            auto const byte = static_cast<unsigned char>(c);
            out += {'%', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return out;
}

std::string percent_decode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < text.size()) {
            auto const* begin = text.data() + i + 1;
            auto const [end, error] = std::from_chars(begin, begin + 2, byte, 16);
            if (error == std::errc{} && end == begin + 2) {
                out += static_cast<char>(byte);
                i += 2;
                continue;
            }
        }
        out += text[i];
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> out;
    if (query.empty()) return out;
    for (auto& item : base::split(query, '&')) {
        if (item.empty()) continue;
        std::replace(item.begin(), item.end(), '+', ' ');
        auto const equals = item.find('=');
        auto const name = std::string_view(item).substr(0, equals);
        auto const value = equals == std::string::npos ? std::string_view{} : std::string_view(item).substr(equals + 1);
        out.emplace_back(percent_decode(name), percent_decode(value));
    }
    return out;
}

std::string make_query(std::vector<std::pair<std::string, std::string>> const& parameters)
{
    std::string out;
    for (auto const& [name, value] : parameters) {
        if (!out.empty()) out += '&';
        out += percent_encode(name, "[]") + "=" + percent_encode(value);
    }
    return out;
}

static bool is_tracking(std::string_view name)
{
    static constexpr std::array<std::string_view, 7> names{"fbclid", "gclid", "igshid", "mc_cid",
                                                           "mc_eid", "si",    "feature"};
    return name.starts_with("utm_") || std::find(names.begin(), names.end(), name) != names.end();
}

std::string canonical_url(std::string_view text)
{
    Url url;
    try {
        url = parse_url(text);
    } catch (base::Error const&) {
        return std::string(text);
    }
    if (url.host.starts_with("www.")) url.host.erase(0, 4);
    if (url.scheme == "http" && url.port == 80) url.port = 443;
    if (url.port == 443) url.scheme = "https";
    auto const mark = url.target.find('?');
    auto path = url.target.substr(0, mark);
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    auto parameters =
        mark == std::string::npos ? decltype(parse_query("")){} : parse_query(url.target.substr(mark + 1));
    std::erase_if(parameters, [](auto const& parameter) { return is_tracking(parameter.first); });
    std::sort(parameters.begin(), parameters.end());
    url.target = path + (parameters.empty() ? "" : "?" + make_query(parameters));
    return url.text();
}

} // namespace net
