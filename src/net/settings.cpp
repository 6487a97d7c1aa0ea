#include "net/settings.h"

#include "base/text.h"

namespace net {

std::vector<base::Setting> settings()
{
    return {
        {"net", "user_agent", "how the program names itself to other servers; some want a contact in it",
         "ettametta/0.1 (self-hosted; set net.user_agent to name a contact)"},
        {"net", "proxy", "http:// or https:// proxy for everything that goes out"},
        {"net", "ca_file", "certificates to trust instead of the system's"},
        {"net", "allow_origins",
         "servers of your own network that feeds and candidates may name, as in http://127.0.0.1:8080; commas between"},
    };
}

std::vector<base::Setting> server_settings()
{
    return {
        {"server", "network_threads", "threads that read and write connections", "2"},
        {"server", "handler_threads", "requests that are worked on at once", "4"},
        {"server", "connections_max", "open connections, WebSockets among them", "12000"},
        {"server", "certificate_file", "PEM chain; with it the server speaks TLS. Looked at again when it changes"},
        {"server", "key_file", "its key, PEM"},
        {"server", "trusted_proxies",
         "addresses or blocks of proxies whose word about the client counts; commas between"},
        {"server", "proxy_header", "how they say it: x_forwarded (X-Forwarded-For, -Proto) or forwarded (RFC 7239)",
         "x_forwarded"},
    };
}

ServerOptions server_options_from(base::Config const& config)
{
    ServerOptions options;
    options.network_threads = static_cast<int>(config.integer("server.network_threads", 1, 64));
    options.handler_threads = static_cast<int>(config.integer("server.handler_threads", 1, 64));
    options.connections_max = static_cast<int>(config.integer("server.connections_max", 1, 100'000));
    options.certificate_file = config.text("server.certificate_file");
    options.key_file = config.text("server.key_file");
    if (options.certificate_file.empty() != options.key_file.empty())
        base::fail(base::ErrorCode::InvalidInput, "server.certificate_file and server.key_file go together");
    options.trusted_proxies = base::split_list(config.text("server.trusted_proxies"));
    options.proxy_header = base::enum_value<ProxyHeader>(config.text("server.proxy_header"), "server.proxy_header");
    return options;
}

ClientOptions options_from(base::Config const& config)
{
    ClientOptions options;
    options.user_agent = config.text("net.user_agent");
    options.proxy = config.text("net.proxy");
    options.ca_file = config.text("net.ca_file");
    for (auto const& origin : base::split_list(config.text("net.allow_origins"))) {
        auto const url = parse_url(origin);
        if (url.target != "/")
            base::fail(base::ErrorCode::InvalidInput, "net.allow_origins: '{}' is more than scheme, host and port",
                       origin);
        options.guard_exempt_origins.push_back(url.origin());
    }
    for (auto const c : options.user_agent)
        if (static_cast<unsigned char>(c) < 0x20)
            base::fail(base::ErrorCode::InvalidInput, "net.user_agent: holds a control character");
    return options;
}

} // namespace net
