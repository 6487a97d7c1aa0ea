#include "store/tables/clips.h"
#include "api/edit_input.h"
#include "api/owned.h"
#include "api/paging.h"
#include "api/work.h"
#include "jobs/payloads.h"
#include "plan/check.h"
#include "store/tables/rights.h"

namespace api::routes {

struct ClipView {
    std::string id;
    store::ClipState state = store::ClipState::Planned;
    std::optional<std::string> asset_id;
    std::optional<std::string> job_id;
    std::string title;
    double duration_seconds = 0;
    int width = 0;
    int height = 0;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(ClipView, (),
                      (id, state, asset_id, job_id, title, duration_seconds, width, height, created_at, updated_at))

static studio::TransformResult result_of(store::Clip const& clip)
{
    return base::read_json<studio::TransformResult>(clip.result, "a clip's record");
}

static ClipView view_of(store::Clip const& clip)
{
    auto const result = result_of(clip);
    return {
        clip.id,      clip.state,    clip.asset_id,   clip.job_id,    result.provenance.title, result.duration_seconds,
        result.width, result.height, clip.created_at, clip.updated_at};
}

static store::Clip find(Services& services, Call const& call, std::string const& id)
{
    return services.database.read(
        [&](store::Connection& connection) { return owned(store::find_clip(connection, id), call, "clip", id); });
}

struct ClipsQuery : ListQuery {
    std::optional<store::ClipState> state;
    std::optional<std::string> asset_id;
};
BOOST_DESCRIBE_STRUCT(ClipsQuery, (ListQuery), (state, asset_id))
static std::vector<FieldRule> rules_of(ClipsQuery const*)
{
    return {limit_rule(),
            cursor_rule(),
            {.name = "state", .help = "'planned' are previews."},
            {.name = "asset_id", .help = "Only those made of this asset.", .length_max = 60}};
}

static Page<ClipView> list(Services& services, Call const& call, ClipsQuery const& query)
{
    store::ClipFilter const filter{.owner_id = call.owner(),
                                   .state = query.state,
                                   .asset_id = query.asset_id,
                                   .cursor = decode_cursor(query.cursor),
                                   .limit = query.limit + 1};
    auto const rows =
        services.database.read([&](store::Connection& connection) { return store::list_clips(connection, filter); });
    return page_of<ClipView>(rows, query.limit, [](auto const& row) { return view_of(row); });
}

static Route list_clips()
{
    return route({.method = "GET", .path = "/api/v1/clips", .tag = "clips", .help = "Clips, newest first."}, list);
}

/// With how it was made, and of what.
struct ClipDetail : ClipView {
    plan::EditPlan plan;
    studio::Provenance provenance;
    plan::Quality quality;
    double loudness_lufs = 0;
    std::string encoder;
    std::optional<std::string> encoder_fallback;
    studio::CaptionSummary captions;
    std::vector<store::ClipContent> contents;
};
BOOST_DESCRIBE_STRUCT(ClipDetail, (ClipView),
                      (plan, provenance, quality, loudness_lufs, encoder, encoder_fallback, captions, contents))

static ClipDetail get(Services& services, Call const& call, ById const& parameters)
{
    auto const clip = find(services, call, parameters.id);
    auto const result = result_of(clip);
    return {view_of(clip),
            base::read_json<plan::EditPlan>(clip.plan, "a clip's plan"),
            result.provenance,
            result.quality,
            result.loudness_lufs,
            result.encoder,
            result.encoder_fallback,
            result.captions,
            services.database.read(
                [&](store::Connection& connection) { return store::clip_contents(connection, clip.id); })};
}

static Route get_clip()
{
    return route({.method = "GET",
                  .path = "/api/v1/clips/{id}",
                  .tag = "clips",
                  .help = "One clip with its plan, provenance and quality report."},
                 get);
}

struct RenderInput {
    std::optional<plan::EditPlan> plan;
    bool preview = false;
};
BOOST_DESCRIBE_STRUCT(RenderInput, (), (plan, preview))
static std::vector<FieldRule> rules_of(RenderInput const*)
{
    return {{.name = "plan", .help = "The clip's plan, edited; absent: as it is."},
            {.name = "preview", .help = "Small and quick, to be looked at."}};
}

/// An edited plan may leave files out, and name no others: those of the server are no caller's business.
static void check_files(plan::EditPlan const& edited, plan::EditPlan const& known)
{
    auto const allowed = plan::files_read(known);
    for (auto const& file : plan::files_read(edited))
        if (std::ranges::find(allowed, file) == allowed.end())
            base::fail(base::ErrorCode::InvalidInput, base::Next{"begin a new transform with the asset's id"},
                       "plan: it names a file that the clip's own plan does not");
    if (edited.source != known.source)
        base::fail(base::ErrorCode::InvalidInput, "plan.source: it is another source than the clip's");
}

static Reply<JobView> render(Services& services, Call const& call, ById const& parameters, RenderInput const& input)
{
    auto const clip = find(services, call, parameters.id);
    auto const known = base::read_json<plan::EditPlan>(clip.plan, "a clip's plan");
    if (!clip.asset_id) base::fail(base::ErrorCode::Conflict, "what the clip {} was made of is gone", clip.id);
    if (input.plan) {
        check_files(*input.plan, known);
        plan::check(*input.plan);
    }
    jobs::TransformPayload const payload{*clip.asset_id, {}, input.plan.value_or(known), input.preview};
    return begin_work(services, call, "transform", base::to_json(payload));
}

static Route render_clip()
{
    return route({.method = "POST",
                  .path = "/api/v1/clips/{id}/render",
                  .access = Access::Creator,
                  .tag = "clips",
                  .help = "Renders a clip's plan, as it is or edited; the job's result names the new clip.",
                  .status = 202},
                 render);
}

std::vector<Route> clips() { return {list_clips(), get_clip(), render_clip()}; }

} // namespace api::routes
