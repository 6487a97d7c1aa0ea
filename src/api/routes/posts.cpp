#include "store/tables/posts.h"
#include "api/owned.h"
#include "api/paging.h"
#include "api/work.h"
#include "jobs/payloads.h"
#include "publishing/publisher.h"
#include "store/tables/clips.h"

namespace api::routes {

struct PostView {
    std::string id;
    std::string clip_id;
    std::string destination;
    store::PostState state = store::PostState::Intent;
    std::optional<std::string> remote_handle;
    std::string target;
    std::string reason_code;
    std::string reason;
    std::string next_action;
    int attempt = 0;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(PostView, (),
                      (id, clip_id, destination, state, remote_handle, target, reason_code, reason, next_action,
                       attempt, created_at, updated_at))

static PostView view_of(store::Post const& post)
{
    return {post.id,          post.clip_id, post.destination, post.state,   post.remote_handle, post.target,
            post.reason_code, post.reason,  post.next_action, post.attempt, post.created_at,    post.updated_at};
}

struct PostsQuery : ListQuery {
    std::optional<store::PostState> state;
    std::optional<std::string> clip_id;
};
BOOST_DESCRIBE_STRUCT(PostsQuery, (ListQuery), (state, clip_id))
static std::vector<FieldRule> rules_of(PostsQuery const*)
{
    return {limit_rule(),
            cursor_rule(),
            {.name = "state", .help = "Only posts in this state."},
            {.name = "clip_id", .help = "Only this clip's.", .length_max = 60}};
}

static Page<PostView> list(Services& services, Call const& call, PostsQuery const& query)
{
    store::PostFilter const filter{.owner_id = call.owner(),
                                   .state = query.state,
                                   .clip_id = query.clip_id,
                                   .cursor = decode_cursor(query.cursor),
                                   .limit = query.limit + 1};
    auto const rows =
        services.database.read([&](store::Connection& connection) { return store::list_posts(connection, filter); });
    return page_of<PostView>(rows, query.limit, [](auto const& row) { return view_of(row); });
}

static Route list_posts()
{
    return route({.method = "GET", .path = "/api/v1/posts", .tag = "posts", .help = "Posts, newest first."}, list);
}

static PostView get(Services& services, Call const& call, ById const& parameters)
{
    return services.database.read([&](store::Connection& connection) {
        return view_of(owned(store::find_post(connection, parameters.id), call, "post", parameters.id));
    });
}

static Route get_post()
{
    return route({.method = "GET",
                  .path = "/api/v1/posts/{id}",
                  .tag = "posts",
                  .help = "One post: what became of it, and what to do next."},
                 get);
}

struct PostInput {
    std::string clip_id;
    std::string destination = "outbox";
    std::string description;
    std::vector<std::string> tags;
    std::optional<base::Time> at;
};
BOOST_DESCRIBE_STRUCT(PostInput, (), (clip_id, destination, description, tags, at))
static std::vector<FieldRule> rules_of(PostInput const*)
{
    return {
        {.name = "clip_id", .help = "What to hand over.", .required = true, .length_min = 1, .length_max = 60},
        {.name = "destination", .help = "Where it goes.", .length_min = 1, .length_max = 60, .example = R"("outbox")"},
        {.name = "description", .help = "Words that go with it.", .length_max = 5000},
        {.name = "tags", .help = "Hashtags, without '#'.", .length_max = 30},
        {.name = "at", .help = "When; absent: now."}};
}

static constexpr base::Milliseconds ahead_max{366LL * 24 * 3600'000};

static Reply<JobView> publish(Services& services, Call const& call, Nothing const&, PostInput const& input)
{
    auto const clip = services.database.read([&](store::Connection& connection) {
        return owned(store::find_clip(connection, input.clip_id), call, "clip", input.clip_id);
    });
    if (clip.state != store::ClipState::Rendered)
        base::fail(base::ErrorCode::Conflict, base::Next{"POST /api/v1/clips/{id}/render first"},
                   "clip {} is {}, and only a rendered one is handed over", clip.id, base::enum_text(clip.state));
    publishing::find_publisher(input.destination);
    if (input.at && *input.at > services.clock.now() + ahead_max)
        base::fail(base::ErrorCode::InvalidInput, "at: {} is more than a year ahead", base::format_time(*input.at));
    jobs::PublishPayload const payload{clip.id, input.destination, "", input.description, input.tags};
    return begin_work(services, call, "publish", base::to_json(payload), input.at);
}

static Route create_post()
{
    return route({.method = "POST",
                  .path = "/api/v1/posts",
                  .access = Access::Creator,
                  .tag = "posts",
                  .help = "Hands a clip over to a destination, exactly once, now or at a time.",
                  .status = 202,
                  .problems = {404}},
                 publish);
}

struct DestinationView {
    std::string id;
    std::string help;
    bool is_public = false;
};
BOOST_DESCRIBE_STRUCT(DestinationView, (), (id, help, is_public))
struct DestinationList {
    std::vector<DestinationView> items;
};
BOOST_DESCRIBE_STRUCT(DestinationList, (), (items))

static DestinationList destinations(Services&, Call const&, Nothing const&)
{
    DestinationList out;
    for (auto const& publisher : publishing::all_publishers())
        out.items.push_back({std::string(publisher.name), std::string(publisher.help), publisher.is_public});
    return out;
}

static Route list_destinations()
{
    return route({.method = "GET", .path = "/api/v1/destinations", .tag = "posts", .help = "Where clips can go."},
                 destinations);
}

std::vector<Route> posts() { return {list_posts(), get_post(), create_post(), list_destinations()}; }

} // namespace api::routes
