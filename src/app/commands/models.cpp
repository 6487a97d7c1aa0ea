#include "app/models.h"
#include "base/file.h"
#include "net/download.h"

namespace app::commands {

namespace {

/// A line of `models list`.
struct ModelState {
    ModelInfo model;
    std::optional<std::string> file; ///< where it is here
};
BOOST_DESCRIBE_STRUCT(ModelState, (), (model, file))

constexpr std::uintmax_t model_bytes_max = 8ULL << 30U;

} // namespace

static int list(App& app)
{
    std::vector<ModelState> states;
    for (auto const& model : known_models(app.catalog_folder())) {
        auto const file = model_file(app, model.name);
        states.push_back({model, std::filesystem::exists(file) ? std::optional(file.string()) : std::nullopt});
    }
    if (app.json()) {
        app.print_json(states);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "KIND", "SIZE", "HERE", "GOOD FOR"}};
    for (auto const& [model, file] : states)
        rows.push_back(
            {model.name, model.kind, fmt::format("{} MB", model.megabytes), file ? "yes" : "no", model.help});
    app.print_table(rows);
    return exit_code::done;
}

static int get(App& app, std::string const& name)
{
    auto const models = known_models(app.catalog_folder());
    auto const model = std::ranges::find(models, name, &ModelInfo::name);
    if (model == models.end())
        base::fail(base::ErrorCode::InvalidInput, base::Next{"`ettametta models` lists them"}, "there is no model '{}'",
                   name);
    auto const target = model_file(app, name);
    base::make_folder(target.parent_path());
    ProgressBar bar(app.quiet());
    net::DownloadOptions options{.bytes_max = model_bytes_max};
    options.on_progress = [&](std::uintmax_t bytes, std::optional<std::uintmax_t> total) {
        bar.update("download", total && *total > 0 ? static_cast<double>(bytes) / static_cast<double>(*total) : 0);
    };
    net::Request request{.url = model->url};
    if (auto const own = app.config().find("endpoint.models"); own && !own->empty()) {
        request.url = *own + net::parse_url(model->url).target;
        request.trust = net::Trust::Operator;
    }
    request.total_timeout = std::chrono::hours(6);
    auto const file = net::download(app.client(), request, target, options, app.stop());
    bar.clear();
    if (app.json())
        app.print_json(ModelState{*model, file.path.string()});
    else
        app.print(fmt::format("{} is in {} ({} bytes, SHA-256 {}). Use it: speech.model_file = \"{}\"\n", name,
                              file.path.string(), file.bytes, file.sha256, name));
    return exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    if (arguments.text("ACTION", "list") == "list") return list(app);
    if (!arguments.has("NAME"))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"`ettametta models` lists them"},
                   "models get needs a name");
    return get(app, arguments.text("NAME"));
}

Command models()
{
    return {.name = "models",
            .help = "Models that can be fetched, and `models get NAME`, which fetches one. Nothing comes unasked.",
            .positionals = {{"ACTION", "list (default) or get", false, false, {"list", "get"}},
                            {"NAME", "as in base.en", false}},
            .run = run};
}

} // namespace app::commands
