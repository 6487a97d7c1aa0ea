#include "app/engine.h"
#include "app/server_options.h"
#include "app/version.h"
#include "base/retry.h"

namespace app::commands {

static void tell(App& app, std::string const& url, std::optional<std::string> const& setup_token)
{
    if (app.json()) {
        base::json::object ready{{"url", url}};
        if (setup_token) ready["setup_token"] = *setup_token;
        return app.print_json(ready);
    }
    app.print(fmt::format("ready on {} (reference: {}/api/docs), Ctrl-C ends it\n", url, url));
    if (setup_token)
        app.print(fmt::format("nobody can sign in yet; this makes the first admin, once:\n  "
                              "POST {}/api/v1/auth/setup {{\"token\": \"{}\", \"password\": \"...\"}}\n",
                              url, *setup_token));
}

static int run(App& app, Arguments const& arguments)
{
    auto const options = server_options_from(app.config(), arguments.text("--listen", "127.0.0.1:8080"), app.log());
    Engine engine(app);
    auto& accounts = app.accounts();
    accounts.users().keep_root();
    api::Services services{app.database(),       app.clock(), app.ids(),       app.log(),    app.data_folder(),
                           engine.queue(),       app.blobs(), app.discovery(), app.studio(), app.config(),
                           std::string(version), accounts,    app.vault()};
    api::Dispatcher dispatcher(
        services, [&](std::string_view bearer) { return accounts.authenticate(bearer); },
        dispatcher_options_from(app.config()));
    net::HttpServer const server(
        options, [&](net::ServerRequest const& request, std::stop_token const&) { return dispatcher(request); });
    tell(app, server.url(), accounts.make_setup_token());
    while (base::sleep_for(app.stop(), base::Milliseconds(3600'000))) {}
    return exit_code::done;
}

Command serve()
{
    return {.name = "serve",
            .help = "Works on the queue and answers over HTTP: API, accounts, reference at /api/docs.",
            .options = {{"--listen", "ADDR:PORT", "127.0.0.1:8080 by default; port 0 takes a free one"},
                        {"--library", "DIR", "folder of your own footage"}},
            .run = run};
}

} // namespace app::commands
