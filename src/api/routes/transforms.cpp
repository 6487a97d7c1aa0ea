#include "api/candidates.h"
#include "api/owned.h"
#include "api/work_input.h"
#include "jobs/payloads.h"
#include "publishing/publisher.h"
#include "store/tables/assets.h"

namespace api::routes {

struct TransformInput {
    std::string asset_id;
    EditInput edit;
    bool preview = false;
};
BOOST_DESCRIBE_STRUCT(TransformInput, (), (asset_id, edit, preview))
static std::vector<FieldRule> rules_of(TransformInput const*)
{
    return {
        {.name = "asset_id", .help = "What to make a clip of.", .required = true, .length_min = 1, .length_max = 60},
        {.name = "edit", .help = "What is left out is decided."},
        {.name = "preview", .help = "A small, quick clip to look at; render it in full later."}};
}

static Reply<JobView> transform(Services& services, Call const& call, Nothing const&, TransformInput const& input)
{
    services.database.read([&](store::Connection& connection) {
        return owned(store::find_asset(connection, input.asset_id), call, "asset", input.asset_id);
    });
    jobs::TransformPayload const payload{input.asset_id, edit_options(services, call, input.edit), {}, input.preview};
    return begin_work(services, call, "transform", base::to_json(payload));
}

static Route start_transform()
{
    return route({.method = "POST",
                  .path = "/api/v1/transforms",
                  .access = Access::Creator,
                  .tag = "transforms",
                  .help = "Makes a clip of an asset, or a preview of it; the job's result names the clip.",
                  .status = 202,
                  .problems = {404}},
                 transform);
}

struct ProduceInput {
    std::string niche;
    std::string candidate_id;
    EditInput edit;
    std::string destination = "outbox";
    std::string rights_note;
};
BOOST_DESCRIBE_STRUCT(ProduceInput, (), (niche, candidate_id, edit, destination, rights_note))
static std::vector<FieldRule> rules_of(ProduceInput const*)
{
    return {
        {.name = "niche", .help = "In which it was found.", .required = true, .length_min = 1, .length_max = 200},
        {.name = "candidate_id",
         .help = "What to make a clip of.",
         .required = true,
         .length_min = 1,
         .length_max = 500},
        {.name = "edit", .help = "What is left out is decided."},
        {.name = "destination", .help = "Where it goes.", .length_min = 1, .length_max = 60, .example = R"("outbox")"},
        {.name = "rights_note", .help = "Why it may be used, where its licence doesn't say.", .length_max = 1000}};
}

static Reply<JobView> produce(Services& services, Call const& call, Nothing const&, ProduceInput const& input)
{
    publishing::find_publisher(input.destination);
    jobs::ProducePayload const payload{
        input.niche,
        known_candidate(services, call, input.niche, input.candidate_id),
        {edit_options(services, call, input.edit), input.destination, input.rights_note}};
    return begin_work(services, call, "produce", base::to_json(payload));
}

static Route start_production()
{
    return route({.method = "POST",
                  .path = "/api/v1/productions",
                  .access = Access::Creator,
                  .tag = "transforms",
                  .help = "From a candidate to a clip at its destination: acquire, transform, hand over.",
                  .status = 202,
                  .problems = {404}},
                 produce);
}

static Reply<JobView> autopilot(Services& services, Call const& call, Nothing const&, RunInput const& input)
{
    return begin_work(services, call, "autopilot", base::to_json(payload_of(services, call, input)));
}

static Route start_run()
{
    return route({.method = "POST",
                  .path = "/api/v1/runs",
                  .access = Access::Creator,
                  .tag = "transforms",
                  .help = "The whole way: discover, rank, acquire, transform, hand over.",
                  .status = 202,
                  .problems = {404}},
                 autopilot);
}

std::vector<Route> transforms() { return {start_transform(), start_production(), start_run()}; }

} // namespace api::routes
