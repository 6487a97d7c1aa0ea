#include "api/candidates.h"
#include "api/owned.h"
#include "api/paging.h"
#include "api/work.h"
#include "jobs/payloads.h"
#include "jobs/rights.h"

namespace api::routes {

struct AssetView {
    std::string id;
    std::string title;
    std::string author;
    std::string source_url;
    std::string license;
    std::string license_url;
    store::RightsStatus rights_status = store::RightsStatus::Unknown;
    std::string rights_note;
    std::optional<std::string> candidate_id;
    std::string sha256;
    base::RawJson data; ///< what was measured or said of it
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(AssetView, (),
                      (id, title, author, source_url, license, license_url, rights_status, rights_note, candidate_id,
                       sha256, data, created_at, updated_at))

static AssetView view_of(store::Asset const& asset)
{
    return {asset.id,          asset.title,         asset.author,      asset.source_url,   asset.license,
            asset.license_url, asset.rights_status, asset.rights_note, asset.candidate_id, asset.sha256,
            {asset.data},      asset.created_at,    asset.updated_at};
}

static store::Asset find(store::Connection& connection, Call const& call, std::string const& id)
{
    return owned(store::find_asset(connection, id), call, "asset", id);
}

struct AssetsQuery : ListQuery {
    std::optional<store::RightsStatus> rights;
};
BOOST_DESCRIBE_STRUCT(AssetsQuery, (ListQuery), (rights))
static std::vector<FieldRule> rules_of(AssetsQuery const*)
{
    return {limit_rule(), cursor_rule(), {.name = "rights", .help = "Only media whose rights stand so."}};
}

static Page<AssetView> list(Services& services, Call const& call, AssetsQuery const& query)
{
    store::AssetFilter filter{.owner_id = call.owner(),
                              .rights_status = query.rights,
                              .cursor = decode_cursor(query.cursor),
                              .limit = query.limit + 1};
    auto const rows =
        services.database.read([&](store::Connection& connection) { return store::list_assets(connection, filter); });
    return page_of<AssetView>(rows, query.limit, [](auto const& row) { return view_of(row); });
}

static Route list_assets()
{
    return route({.method = "GET",
                  .path = "/api/v1/library/assets",
                  .tag = "library",
                  .help = "Media that clips can be made of, newest first."},
                 list);
}

static AssetView get(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read(
        [&](store::Connection& connection) { return view_of(find(connection, call, parameters.id)); });
}

static Route get_asset()
{
    return route({.method = "GET", .path = "/api/v1/library/assets/{id}", .tag = "library", .help = "One of them."},
                 get);
}

struct AcquireInput {
    std::string niche;
    std::string candidate_id;
    std::string rights_note;
};
BOOST_DESCRIBE_STRUCT(AcquireInput, (), (niche, candidate_id, rights_note))
static std::vector<FieldRule> rules_of(AcquireInput const*)
{
    return {{.name = "niche", .help = "In which it was found.", .required = true, .length_min = 1, .length_max = 200},
            {.name = "candidate_id",
             .help = "The candidate's id.",
             .required = true,
             .length_min = 1,
             .length_max = 500,
             .example = R"("youtube:abc")"},
            {.name = "rights_note",
             .help = "Why it may be used, where its licence doesn't say: your decision, and it is kept.",
             .length_max = 1000}};
}

static Reply<JobView> acquire(Services& services, Call const& call, Nothing const&, AcquireInput const& input)
{
    jobs::AcquirePayload const payload{known_candidate(services, call, input.niche, input.candidate_id),
                                       input.rights_note};
    return begin_work(services, call, "acquire", base::to_json(payload));
}

static Route acquire_asset()
{
    return route({.method = "POST",
                  .path = "/api/v1/library/assets",
                  .access = Access::Creator,
                  .tag = "library",
                  .help = "Fetches a candidate's media, where its licence or your decision allows it.",
                  .status = 202,
                  .problems = {404}},
                 acquire);
}

struct AssetRightsView {
    std::string asset_id;
    store::RightsStatus status = store::RightsStatus::Unknown;
    std::string attribution;
    std::vector<store::RightsEntry> history; ///< oldest first; the last one holds
};
BOOST_DESCRIBE_STRUCT(AssetRightsView, (), (asset_id, status, attribution, history))

static AssetRightsView rights_of(store::Connection& connection, store::Asset const& asset)
{
    return {asset.id, asset.rights_status,
            studio::attribution_text({asset.title, asset.author, asset.license, asset.license_url, asset.source_url}),
            store::rights_history(connection, asset.id)};
}

static AssetRightsView rights(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read(
        [&](store::Connection& connection) { return rights_of(connection, find(connection, call, parameters.id)); });
}

static Route get_asset_rights()
{
    return route({.method = "GET",
                  .path = "/api/v1/library/assets/{id}/rights",
                  .tag = "library",
                  .help = "What it may be used for, on what evidence, and who decided."},
                 rights);
}

struct RightsInput {
    store::RightsPolicy policy = store::RightsPolicy::Unknown;
    std::string note;
    std::string holder;
    std::string terms;
    std::string evidence;
};
BOOST_DESCRIBE_STRUCT(RightsInput, (), (policy, note, holder, terms, evidence))
static std::vector<FieldRule> rules_of(RightsInput const*)
{
    return {{.name = "policy", .help = "On what grounds it may be used.", .required = true},
            {.name = "note", .help = "Why, in your own words.", .required = true, .length_min = 1, .length_max = 2000},
            {.name = "holder", .help = "Who holds the rights; empty: the author.", .length_max = 200},
            {.name = "terms", .help = "What the grounds ask for.", .length_max = 2000},
            {.name = "evidence",
             .help = "Where the permission stands: an address, or the paper's name.",
             .length_max = 2000}};
}

static AssetRightsView decide(Services& services, Call const& call, ById const& parameters, RightsInput const& input)
{
    jobs::Decision decision{input.policy, input.note, input.holder, input.terms, "{}", call.principal->name};
    if (!input.evidence.empty())
        decision.evidence = base::json::serialize(base::json::object{{"statement", input.evidence}});
    return services.database.transaction([&](store::Connection& connection) {
        jobs::record_decision(connection, find(connection, call, parameters.id), decision, services.ids,
                              services.clock.now());
        return rights_of(connection, find(connection, call, parameters.id));
    });
}

static Route decide_asset_rights()
{
    return route({.method = "POST",
                  .path = "/api/v1/library/assets/{id}/rights",
                  .access = Access::Creator,
                  .tag = "library",
                  .help = "Records your decision; earlier ones stay in the ledger."},
                 decide);
}

std::vector<Route> library()
{
    return {list_assets(), get_asset(), acquire_asset(), get_asset_rights(), decide_asset_rights()};
}

} // namespace api::routes
