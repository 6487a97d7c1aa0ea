#include "api/dispatcher.h"
#include "app/engine.h"
#include "app/version.h"
#include "base/retry.h"

#include <charconv>

namespace app::commands {

static net::ServerOptions listen_options(std::string const& text)
{
    auto const colon = text.rfind(':');
    net::ServerOptions options;
    unsigned port = 0;
    auto const digits = colon == std::string::npos ? text : text.substr(colon + 1);
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port > 65535)
        base::fail(base::ErrorCode::InvalidInput, "--listen: '{}' is not like 127.0.0.1:8080", text);
    options.port = static_cast<std::uint16_t>(port);
    if (colon != std::string::npos) options.address = text.substr(0, colon);
    if (options.address.starts_with('[')) options.address = options.address.substr(1, options.address.size() - 2);
    if (options.address == "localhost") options.address = "127.0.0.1";
    return options;
}

static void tell(App& app, std::string const& url, std::optional<std::string> const& setup_token)
{
    if (app.json()) {
        base::json::object ready{{"url", url}};
        if (setup_token) ready["setup_token"] = *setup_token;
        return app.print_json(ready);
    }
    app.print(fmt::format("ready on {} (jobs: {}/api/v1/jobs), Ctrl-C ends it\n", url, url));
    if (setup_token)
        app.print(fmt::format("nobody can sign in yet; this makes the first admin, once:\n  "
                              "POST {}/api/v1/auth/setup {{\"token\": \"{}\", \"password\": \"...\"}}\n",
                              url, *setup_token));
}

static int run(App& app, Arguments const& arguments)
{
    auto const options = listen_options(arguments.text("--listen", "127.0.0.1:8080"));
    Engine engine(app);
    auto& accounts = app.accounts();
    accounts.users().keep_root();
    api::Services services{app.database(),       app.clock(), app.ids(),       app.log(),    app.data_folder(),
                           engine.queue(),       app.blobs(), app.discovery(), app.studio(), app.config(),
                           std::string(version), accounts,    app.vault()};
    api::DispatcherOptions how;
    how.security = api::security_options_from(app.config());
    api::Dispatcher dispatcher(
        services, [&](std::string_view bearer) { return accounts.authenticate(bearer); }, std::move(how));
    net::HttpServer const server(
        options, [&](net::ServerRequest const& request, std::stop_token const&) { return dispatcher(request); });
    tell(app, server.url(), accounts.make_setup_token());
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
