#include "api/live/feed.h"
#include "app/doctor.h"
#include "app/engine.h"
#include "app/models.h"
#include "app/server_options.h"
#include "app/version.h"
#include "base/retry.h"
#include "jobs/imports.h"

#include <unistd.h>

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

static constexpr base::Milliseconds sweep_interval{60'000};

static std::string node_name()
{
    char host[256] = "host";
    ::gethostname(host, sizeof host - 1);
    return fmt::format("{}:{}", host, ::getpid());
}

static api::live::Gate gate_of(accounts::Accounts& accounts)
{
    auto const listens = [&](std::optional<accounts::Principal> principal) {
        if (principal && accounts.second_factor_due(*principal)) principal.reset();
        return principal;
    };
    return {[&, listens](std::string_view token) { return listens(accounts.authenticate(token)); },
            [&, listens](std::string_view ticket) { return listens(accounts.take_ticket(ticket)); },
            [&, listens](auto const& principal) { return listens(accounts.again(principal)).has_value(); }};
}

static int run(App& app, Arguments const& arguments)
{
    auto options = server_options_from(app.config(), arguments.text("--listen", "127.0.0.1:8080"), app.log());
    Engine engine(app);
    auto& accounts = app.accounts();
    accounts.users().keep_root();
    api::live::Hub hub(app.clock(), app.ids().next(), gate_of(accounts), hub_limits_from(app.config()));
    api::live::Telemetry telemetry({app.database(), engine.bus(), app.clock(), app.log(), app.data_folder(),
                                    node_name(), [&hub] { return hub.connections(); }});
    api::live::Metrics metrics;
    api::UploadDesk uploads({app.database(), app.blobs(), app.clock(), app.ids(), app.log(),
                             app.data_folder() / "uploads", upload_limits_from(app.config()),
                             [&](store::Upload const& upload) { jobs::enqueue_import(engine.queue(), upload); }});
    uploads.sweep();
    api::StoredSettings stored(base::stored_settings_file(app.data_folder()),
                               [&](auto const& values) { app.check_stored(values); });
    api::Services services{app.database(),
                           app.clock(),
                           app.ids(),
                           app.log(),
                           app.data_folder(),
                           engine.queue(),
                           app.blobs(),
                           app.discovery(),
                           app.studio(),
                           app.config(),
                           std::string(version),
                           accounts,
                           app.vault(),
                           {hub, telemetry, metrics},
                           uploads,
                           stored,
                           model_place(app),
                           backup_place(app).folder,
                           [&app, busy = std::make_shared<std::mutex>()] {
                               std::unique_lock const lock(*busy, std::try_to_lock);
                               if (!lock)
                                   base::fail(base::ErrorCode::RateLimited, base::Next{"ask again in a moment"},
                                              "somebody else is looking right now");
                               return look_at_everything(app, Depth::Quick);
                           }};
    api::Dispatcher dispatcher(
        services, [&](std::string_view bearer) { return accounts.authenticate(bearer); },
        dispatcher_options_from(app.config()));
    options.accept_body = [&](net::ServerRequest const& head) { return dispatcher.receive(head); };
    options.quick = [&](net::ServerRequest const& request) { return dispatcher.quick(request); };
    options.answered = [&](std::string_view method, int status, std::chrono::duration<double> took) {
        metrics.count(method, status, took);
    };
    net::HttpServer const server(
        options, [&](net::ServerRequest const& request, std::stop_token const&) { return dispatcher(request); });
    api::live::Feed const feed(engine.bus(), hub, app.log());
    telemetry.start();
    tell(app, server.url(), accounts.make_setup_token());
    while (base::sleep_for(app.stop(), sweep_interval)) uploads.sweep();
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
