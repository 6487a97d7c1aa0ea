#include "app/models.h"
#include "app/progress.h"

namespace app::commands {

namespace {

/// A line of `models list`.
struct ModelState {
    studio::ModelInfo model;
    std::optional<std::string> file; ///< where it is here
};
BOOST_DESCRIBE_STRUCT(ModelState, (), (model, file))

} // namespace

static int list(App& app)
{
    std::vector<ModelState> states;
    auto const place = model_place(app);
    for (auto const& model : studio::known_models(place.catalog)) {
        auto const file = studio::model_file(place.folder, model.name);
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
    auto const place = model_place(app);
    auto const model = studio::find_model(place.catalog, name);
    ProgressBar bar(app.quiet());
    auto const progress = [&](std::uintmax_t bytes, std::optional<std::uintmax_t> total) {
        bar.update("download", total && *total > 0 ? static_cast<double>(bytes) / static_cast<double>(*total) : 0);
    };
    auto const file =
        jobs::fetch_model(app.client(), place, name, studio::model_file(place.folder, name), progress, app.stop());
    bar.clear();
    if (app.json())
        app.print_json(ModelState{model, file.path.string()});
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
