#include "api/dispatcher.h"
#include "app/engine.h"
#include "app/listen.h"
#include "app/version.h"
#include "base/retry.h"

namespace app::commands {

static net::ServerOptions local_only(std::string const& text)
{
    auto options = listen_options("--listen", text);
    // Nobody signs in yet, so nobody from outside may come in.
    if (options.address != "127.0.0.1" && options.address != "::1")
        base::fail(base::ErrorCode::Unavailable, base::Next{"listen on 127.0.0.1 and forward the port over SSH"},
                   "--listen: {} is reachable by others, and accounts are not built yet", options.address);
    return options;
}

static int run(App& app, Arguments const& arguments)
{
    auto const options = local_only(arguments.text("--listen", "127.0.0.1:8080"));
    Engine engine(app);
    api::Services services{app.database(),    app.clock(),    app.ids(),           app.log(),
                           app.data_folder(), engine.queue(), app.blobs(),         app.discovery(),
                           app.studio(),      app.config(),   std::string(version)};
    // Until there are accounts whoever reaches this machine's loopback is its owner.
    api::Dispatcher dispatcher(services, [](std::string_view) {
        return accounts::Principal{std::string(accounts::root_user_id), "admin", accounts::Role::Admin,
                                   accounts::PrincipalKind::Session,    "",      {}};
    });
    net::HttpServer const server(
        options, [&](net::ServerRequest const& request, std::stop_token const&) { return dispatcher(request); });
    if (app.json())
        app.print_json(base::json::object{{"url", server.url()}});
    else
        app.print(fmt::format("ready on {} (jobs: {}/api/v1/jobs), Ctrl-C ends it\n", server.url(), server.url()));
    while (base::sleep_for(app.stop(), base::Milliseconds(3600'000))) {}
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
