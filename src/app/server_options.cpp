#include "app/server_options.h"

#include "app/listen.h"

#include <sys/resource.h>

namespace app {

static constexpr int files_beside_connections = 500; ///< database, clips, pipes of child programs

std::vector<base::Setting> server_settings()
{
    return {
        {"server", "hosts", "names under which the server is reached, besides plain addresses; commas between"},
        base::changeable({"server", "requests_per_second", "of one user, and of one address; 0: no limit", "50"}),
        base::changeable({"server", "request_burst", "requests at once before that counts", "200"}),
        {"server", "network_threads", "threads that read and write connections", "2"},
        base::changeable({"server", "sockets_per_user", "WebSockets that one user may have open at once", "64"}),
        {"server", "handler_threads", "requests worked on at once", "8"},
        {"server", "connections_max", "open connections, WebSockets among them", "12000"},
        {"server", "trusted_proxies", "addresses or blocks of proxies that name the client, as in 10.0.0.0/8"},
        {"server", "proxy_header", "how they do: x_forwarded or forwarded", "x_forwarded"},
        {"server", "certificate_file", "PEM chain: the server then speaks TLS alone; looked at again when it changes"},
        {"server", "key_file", "the certificate's key, PEM"},
    };
}

/// Room for the connections that are allowed, as far as the system lets us; the rest is refused, not crashed upon.
static int allow_files(int connections)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    auto const wanted = static_cast<rlim_t>(connections + files_beside_connections);
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
        ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    auto const room = static_cast<std::int64_t>(limit.rlim_cur) - files_beside_connections;
    return static_cast<int>(std::clamp<std::int64_t>(room, 16, connections));
}

net::ServerOptions server_options_from(base::Config const& config, std::string const& listen, base::Log& log)
{
    auto options = listen_options("--listen", listen);
    options.network_threads = static_cast<int>(config.integer("server.network_threads", 1, 64));
    options.handler_threads = static_cast<int>(config.integer("server.handler_threads", 1, 256));
    options.connections_max = allow_files(static_cast<int>(config.integer("server.connections_max", 16, 1'000'000)));
    options.trusted_proxies = base::split_list(config.text("server.trusted_proxies"));
    options.proxy_header =
        base::enum_value<net::ProxyHeader>(config.text("server.proxy_header"), "server.proxy_header");
    options.certificate_file = config.text("server.certificate_file");
    options.key_file = config.text("server.key_file");
    if (options.certificate_file.empty() != options.key_file.empty())
        base::fail(base::ErrorCode::InvalidInput,
                   "server.certificate_file and server.key_file: one without the other is no TLS");
    options.log = &log;
    return options;
}

api::DispatcherOptions dispatcher_options_from(base::Config const& config)
{
    api::DispatcherOptions options;
    for (auto const& host : base::split_list(config.text("server.hosts")))
        options.hosts.push_back(base::lower_ascii(host));
    options.user_rate = {config.number("server.requests_per_second", 0, 1e6),
                         config.number("server.request_burst", 1, 1e6)};
    options.address_rate = options.user_rate;
    options.security = api::security_options_from(config);
    return options;
}

api::live::HubLimits hub_limits_from(base::Config const& config)
{
    api::live::HubLimits limits;
    limits.connections_per_user_max = static_cast<std::size_t>(config.integer("server.sockets_per_user", 1, 100'000));
    return limits;
}

api::UploadLimits upload_limits_from(base::Config const& config)
{
    api::UploadLimits limits;
    limits.bytes_max = config.integer("uploads.file_mib_max", 1, 1LL << 30) << 20;
    limits.quota_bytes = config.integer("uploads.quota_mib", 1, 1LL << 30) << 20;
    limits.expires_after = config.duration("uploads.expire_after");
    return limits;
}

} // namespace app
