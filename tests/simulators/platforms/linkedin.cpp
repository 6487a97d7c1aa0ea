#include "simulators/all.h"

namespace simulators {

static constexpr char const* token = "sim-linkedin-token";
static constexpr char const* organization = "90000077";

static net::ServerResponse refusal_of(int status, int service, std::string const& code, std::string const& why)
{
    return answer_json(
        json::object{{"status", status}, {"serviceErrorCode", service}, {"code", code}, {"message", why}}, {}, status);
}
static net::ServerResponse refusal(int status, std::string const& why)
{
    return refusal_of(status, 0, "ILLEGAL_ARGUMENT", why);
}

static std::string urn(Clip const& clip)
{
    return fmt::format("urn:li:{}:70000{:09}{:03}", clip.number % 4 == 3 ? "share" : "ugcPost", clip.views,
                       clip.number);
}

static std::vector<Clip> all_clips(Stage const& stage)
{
    std::vector<Clip> all;
    for (auto const& topic : stage.topics)
        for (auto& clip : clips("linkedin", topic, stage.clock.now(), 6)) all.push_back(std::move(clip));
    std::stable_sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.at > b.at; });
    return all;
}

/// Every fourth post holds no video.
static json::object post(Clip const& clip, std::string const& author)
{
    auto const at = epoch(clip.at) * 1000;
    json::value content = json::object{{"media", {{"title", clip.title}, {"id", "urn:li:video:SIM" + clip.id}}}};
    if (clip.number % 4 == 3)
        content = json::object{{"article", {{"source", "https://example.com/jobs"}, {"title", "Jobs"}}}};
    return {{"id", urn(clip)},
            {"author", author},
            {"commentary", clip.title + " \\(read on\\) #" + clip.tags.front()},
            {"visibility", "PUBLIC"},
            {"content", content},
            {"lifecycleState", "PUBLISHED"},
            {"createdAt", at},
            {"publishedAt", at},
            {"lastModifiedAt", at + 1000}};
}

static net::ServerResponse posts(Asked const& asked, Stage const& stage)
{
    asked.takes({{"q", exactly("author")}, {"author", prefixed("urn:li:organization:")}},
                {{"count", whole_number(1, 100)},
                 {"start", whole_number(0, 100'000)},
                 {"sortBy", one_of({"LAST_MODIFIED", "CREATED"})}});
    if (asked.text("author") != "urn:li:organization:" + std::string(organization))
        throw Refused{"another organization",
                      refusal_of(403, 100, "ACCESS_DENIED", "Not enough permissions to access its posts")};
    auto const start = static_cast<std::size_t>(asked.number("start", 0));
    auto const page = page_of(all_clips(stage), {}, start, static_cast<std::size_t>(asked.number("count", 10)));
    json::array elements;
    for (auto const& clip : page.clips) elements.push_back(post(clip, asked.text("author")));
    return answer_json(json::object{
        {"paging",
         {{"start", start}, {"count", asked.number("count", 10)}, {"links", json::array{}}, {"total", page.total}}},
        {"elements", elements}});
}

static net::ServerResponse social(Asked const& asked, Stage const& stage, std::string const& id)
{
    asked.takes({});
    for (auto const& clip : all_clips(stage))
        if (urn(clip) == id)
            return answer_json(
                json::object{{"reactionSummaries",
                              {{"LIKE", {{"reactionType", "LIKE"}, {"count", clip.likes}}},
                               {"PRAISE", {{"reactionType", "PRAISE"}, {"count", 20}}}}},
                             {"commentsState", "OPEN"},
                             {"commentSummary", {{"count", clip.comments}, {"topLevelCount", clip.comments}}},
                             {"entity", id}});
    asked.refuse(404, "Not found: " + id);
}

/// LinkedIn: posts of organizations that one administers, and their reactions. There is no search.
Plan linkedin(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        if (request.header("Authorization") != "Bearer " + std::string(token))
            throw Refused{"wrong token", refusal_of(401, 65600, "INVALID_ACCESS_TOKEN", "Invalid access token")};
        asked.header("LinkedIn-Version", whole_number(202501, 209912), 426);
        asked.header("X-Restli-Protocol-Version", exactly("2.0.0"));
        if (asked.at("/rest/posts")) return posts(asked, stage);
        auto const id = after(request.path, "/rest/socialMetadata/");
        asked.need(!id.empty(), 404, "no such path");
        return social(asked, stage, id);
    };
    return {"linkedin",
            {{"oauth.linkedin.access_token", token}, {"source.linkedin_organizations", organization}},
            answer,
            {{"token expired", "auth_expired",
              refusal_of(401, 65601, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")},
             {"not a member of the programme", "auth_missing",
              refusal_of(403, 100, "ACCESS_DENIED", "Not enough permissions to access: posts")},
             {"day used up", "quota",
              refusal_of(429, 101, "TOO_MANY_REQUESTS", "Resource level throttle APPLICATION DAY limit is reached.")},
             {"version retired", "layout_changed",
              refusal_of(426, 0, "NONEXISTENT_VERSION", "Requested version is not active")},
             {"inside", "upstream_error", refusal_of(500, 0, "INTERNAL", "Internal Server Error")}}};
}

} // namespace simulators
