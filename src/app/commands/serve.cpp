#include "api/dispatcher.h"
#include "api/live/feed.h"
#include "app/engine.h"
#include "app/version.h"
#include "base/retry.h"
#include "net/settings.h"

#include <charconv>
#include <sys/resource.h>
#include <unistd.h>

namespace app::commands {

static net::ServerOptions listen_options(std::string const& text, net::ServerOptions options)
{
    auto const colon = text.rfind(':');
    unsigned port = 0;
    auto const digits = colon == std::string::npos ? text : text.substr(colon + 1);
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port > 65535)
        base::fail(base::ErrorCode::InvalidInput, "--listen: '{}' is not like 127.0.0.1:8080", text);
    options.port = static_cast<std::uint16_t>(port);
    if (colon != std::string::npos) options.address = text.substr(0, colon);
    if (options.address.starts_with('[')) options.address = options.address.substr(1, options.address.size() - 2);
    // Nobody signs in yet, so nobody from outside may come in.
    if (options.address != "127.0.0.1" && options.address != "::1" && options.address != "localhost")
        base::fail(base::ErrorCode::Unavailable, base::Next{"listen on 127.0.0.1 and forward the port over SSH"},
                   "--listen: {} is reachable by others, and accounts are not built yet", options.address);
    if (options.address == "localhost") options.address = "127.0.0.1";
    return options;
}

static constexpr base::Milliseconds sweep_interval{60'000};

static api::UploadLimits upload_limits(App& app)
{
    api::UploadLimits limits;
    auto const mib = [&](std::string_view key) { return app.config().integer(key, 1, 1LL << 30) << 20; };
    limits.bytes_max = mib("uploads.file_mib_max");
    limits.quota_bytes = mib("uploads.quota_mib");
    limits.expires_after = app.config().duration("uploads.expire_after");
    return limits;
}

/// As many connections as the system allows this user.
static void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

static std::string node_name()
{
    char host[256] = "host";
    ::gethostname(host, sizeof host - 1);
    return fmt::format("{}:{}", host, ::getpid());
}

static api::DispatcherOptions dispatcher_options(App& app)
{
    api::DispatcherOptions options;
    options.user_rate.per_second = options.address_rate.per_second =
        app.config().number("server.requests_per_second", 0, 1e6);
    return options;
}

static int run(App& app, Arguments const& arguments)
{
    auto options = listen_options(arguments.text("--listen", "127.0.0.1:8080"), net::server_options_from(app.config()));
    raise_descriptor_limit();
    Engine engine(app);
    // Until there are accounts whoever reaches this machine's loopback is its owner.
    api::Authenticate const authenticate = [](std::string_view) {
        return accounts::Principal{std::string(accounts::root_user_id), "admin", accounts::Role::Admin,
                                   accounts::PrincipalKind::Session,    "",      {}};
    };
    api::live::HubLimits hub_limits;
    hub_limits.connections_per_user_max =
        static_cast<std::size_t>(app.config().integer("server.sockets_per_user", 1, 100'000));
    api::live::Hub hub(app.clock(), app.ids().next(), {.by_token = authenticate}, hub_limits);
    api::live::Telemetry telemetry({app.database(), engine.bus(), app.clock(), app.log(), app.data_folder(),
                                    node_name(), [&hub] { return hub.connections(); }});
    api::live::Metrics metrics;
    api::UploadDesk uploads({app.database(), app.blobs(), app.clock(), app.ids(), app.log(),
                             app.data_folder() / "uploads", upload_limits(app)});
    uploads.sweep();
    api::Services services{
        app.database(), app.clock(),     app.ids(),    app.log(),    app.data_folder(),    engine.queue(),
        app.blobs(),    app.discovery(), app.studio(), app.config(), std::string(version), {hub, telemetry, metrics},
        uploads};
    api::Dispatcher dispatcher(services, authenticate, dispatcher_options(app));
    options.log = &app.log();
    options.accept_body = [&](net::ServerRequest const& head) { return dispatcher.receive(head); };
    options.quick = [&](net::ServerRequest const& request) { return dispatcher.quick(request); };
    net::HttpServer const server(options, [&](net::ServerRequest const& request, std::stop_token const&) {
        auto const begin = std::chrono::steady_clock::now();
        auto response = dispatcher(request);
        metrics.count(request.method, response.status, std::chrono::steady_clock::now() - begin);
        return response;
    });
    api::live::Feed const feed(engine.bus(), hub, app.log());
    telemetry.start();
    if (app.json())
        app.print_json(base::json::object{{"url", server.url()}});
    else
        app.print(fmt::format("ready on {} (jobs: {}/api/v1/jobs), Ctrl-C ends it\n", server.url(), server.url()));
    while (base::sleep_for(app.stop(), sweep_interval)) uploads.sweep();
    return exit_code::done;
}

Command serve()
{
    return {.name = "serve",
            .help = "Works on the queue and answers health and jobs over HTTP.",
            .options = {{"--listen", "ADDR:PORT", "127.0.0.1:8080 by default; port 0 takes a free one"},
                        {"--library", "DIR", "folder of your own footage"}},
            .run = run};
}

} // namespace app::commands
