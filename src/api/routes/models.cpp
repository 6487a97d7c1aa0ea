#include "api/work.h"
#include "jobs/payloads.h"

namespace api::routes {

struct ModelView {
    std::string name;
    std::string kind;
    std::int64_t megabytes = 0; ///< about
    std::string help;
    bool here = false;
    std::optional<std::uint64_t> bytes; ///< of the file that is here
};
BOOST_DESCRIBE_STRUCT(ModelView, (), (name, kind, megabytes, help, here, bytes))

struct ModelList {
    std::vector<ModelView> items;
};
BOOST_DESCRIBE_STRUCT(ModelList, (), (items))

static ModelList list(Services& services, Call const&, Nothing const&)
{
    ModelList out;
    for (auto const& model : studio::known_models(services.models.catalog)) {
        ModelView view{model.name, model.kind, model.megabytes, model.help, false, {}};
        std::error_code missing;
        auto const bytes = std::filesystem::file_size(studio::model_file(services.models.folder, model.name), missing);
        view.here = !missing;
        if (view.here) view.bytes = bytes;
        out.items.push_back(std::move(view));
    }
    return out;
}

static Route list_models()
{
    return route({.method = "GET",
                  .path = "/api/v1/models",
                  .access = Access::Admin,
                  .tag = "models",
                  .help = "Models that can be fetched, and which of them this machine has."},
                 list);
}

struct ByModel {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ByModel, (), (name))
static std::vector<FieldRule> rules_of(ByModel const*)
{
    return {{.name = "name", .help = "As in base.en.", .required = true, .length_min = 1, .length_max = 100}};
}

static Reply<JobView> fetch(Services& services, Call const& call, ByModel const& parameters)
{
    auto const model = studio::find_model(services.models.catalog, parameters.name);
    return begin_work(services, call, "fetch_model", base::to_json(jobs::FetchModelPayload{model.name}));
}

static Route fetch_model()
{
    return route({.method = "POST",
                  .path = "/api/v1/models/{name}",
                  .access = Access::Admin,
                  .tag = "models",
                  .help = "Fetches one, onto the machine that takes the job up; its result has the SHA-256.",
                  .status = 202},
                 fetch);
}

std::vector<Route> models() { return {list_models(), fetch_model()}; }

} // namespace api::routes
