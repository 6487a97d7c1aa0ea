#include "app/engine.h"
#include "app/listen.h"
#include "base/retry.h"
#include "net/http_server.h"
#include "store/migrations.h"

namespace app::commands {

namespace {

/// What the health probe answers.
struct Health {
    std::string status;
    std::string worker;
    std::string bus; ///< "ok", or why messages don't get through; work goes on without them
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(Health, (), (status, worker, bus, reason))

net::ServerResponse health(App& app, Engine& engine, net::ServerRequest const& request)
{
    if (request.path != "/healthz" && request.path != "/readyz") return {.status = 404, .body = "{}"};
    auto const bus = engine.bus().trouble();
    Health answer{"ok", engine.worker_name(), bus.empty() ? "ok" : bus, ""};
    if (request.path == "/readyz") {
        try {
            store::version_of(app.database());
        } catch (base::Error const& error) {
            answer.status = "unavailable";
            answer.reason = error.what();
        }
    }
    return {.status = answer.status == "ok" ? 200 : 503, .body = base::to_json(answer)};
}

} // namespace

static int run(App& app, Arguments const& arguments)
{
    Engine engine(app);
    std::unique_ptr<net::HttpServer> probe;
    if (arguments.has("--health"))
        probe = std::make_unique<net::HttpServer>(
            listen_options("--health", arguments.text("--health")),
            [&](net::ServerRequest const& request, std::stop_token const&) { return health(app, engine, request); });
    if (app.json())
        app.print_json(base::json::object{{"worker", engine.worker_name()}, {"health", probe ? probe->url() : ""}});
    else
        app.print(fmt::format("{} works on {}{}, Ctrl-C ends it\n", engine.worker_name(), app.database().describe(),
                              probe ? ", health on " + probe->url() : ""));
    while (base::sleep_for(app.stop(), base::Milliseconds(3600'000))) {}
    return exit_code::done; // the engine hands back what it held
}

Command worker()
{
    return {.name = "worker",
            .help = "Works on the queue; any number of them on any number of machines.",
            .options = {{"--health", "ADDR:PORT", "answer GET /healthz and /readyz there; port 0 takes a free one"},
                        {"--library", "DIR", "folder of your own footage"}},
            .run = run};
}

} // namespace app::commands
