// What is in an asset: scenes, loudness, energy, text, faces, words.
#include "api/owned.h"
#include "api/work.h"
#include "jobs/payloads.h"
#include "store/tables/analyses.h"
#include "store/tables/assets.h"

namespace api::routes {

struct ProbeQuery {
    std::string id;
    bool again = false;
};
BOOST_DESCRIBE_STRUCT(ProbeQuery, (), (id, again))
static std::vector<FieldRule> rules_of(ProbeQuery const*)
{
    return {{.name = "id", .help = "Its id.", .required = true, .length_min = 1, .length_max = 200},
            {.name = "again", .help = "Also where it is known: after an upgrade, or with another speech model."}};
}

static store::Asset find(store::Connection& connection, Call const& call, std::string const& id)
{
    return owned(store::find_asset(connection, id), call, "asset", id);
}

static Reply<JobView> probe(Services& services, Call const& call, ProbeQuery const& query)
{
    auto const asset =
        services.database.read([&](store::Connection& connection) { return find(connection, call, query.id); });
    return begin_work(services, call, "probe", base::to_json(jobs::ProbePayload{asset.id, query.again}));
}

static Route probe_asset()
{
    return route({.method = "POST",
                  .path = "/api/v1/library/assets/{id}/probe",
                  .access = Access::Creator,
                  .tag = "library",
                  .help = "Looks into the asset's file; once the job is done, what was found is its analysis.",
                  .status = 202},
                 probe);
}

struct AnalysisView {
    std::string asset_id;
    std::string sha256;
    base::Time analysed_at{};
    base::RawJson analysis; ///< as `ettametta probe --json` prints it; null is what was not measured
};
BOOST_DESCRIBE_STRUCT(AnalysisView, (), (asset_id, sha256, analysed_at, analysis))

static AnalysisView get(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read([&](store::Connection& connection) -> AnalysisView {
        auto const asset = find(connection, call, parameters.id);
        auto found = asset.sha256.empty() ? std::nullopt : store::find_analysis(connection, asset.sha256);
        if (!found)
            base::fail(base::ErrorCode::NotFound,
                       base::Next{"POST /api/v1/library/assets/" + asset.id + "/probe, and wait for the job"},
                       "nobody has looked into the asset {} yet", asset.id);
        return {asset.id, asset.sha256, found->created_at, {std::move(found->document)}};
    });
}

static Route get_asset_analysis()
{
    return route({.method = "GET",
                  .path = "/api/v1/library/assets/{id}/analysis",
                  .tag = "library",
                  .help = "What is in its file: scenes, loudness, energy, text, faces, words."},
                 get);
}

std::vector<Route> analysis() { return {probe_asset(), get_asset_analysis()}; }

} // namespace api::routes
