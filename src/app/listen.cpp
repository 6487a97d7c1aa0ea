#include "app/listen.h"

#include <charconv>

namespace app {

net::ServerOptions listen_options(std::string_view flag, std::string const& text)
{
    auto const colon = text.rfind(':');
    net::ServerOptions options;
    unsigned port = 0;
    auto const digits = colon == std::string::npos ? text : text.substr(colon + 1);
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port > 65535)
        base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is not like 127.0.0.1:8080", flag, text);
    options.port = static_cast<std::uint16_t>(port);
    if (colon != std::string::npos && colon > 0) options.address = text.substr(0, colon);
    if (options.address.starts_with('[') && options.address.ends_with(']'))
        options.address = options.address.substr(1, options.address.size() - 2);
    if (options.address == "localhost") options.address = "127.0.0.1";
    return options;
}

} // namespace app
