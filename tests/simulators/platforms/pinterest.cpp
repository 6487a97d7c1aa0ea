#include "simulators/all.h"

namespace simulators {

static constexpr char const* token = "sim-pinterest-token";

static net::ServerResponse refusal_of(int status, int code, std::string const& why, net::Headers headers = {})
{
    return answer_json(json::object{{"code", code}, {"message", why}}, std::move(headers), status);
}
static net::ServerResponse refusal(int status, std::string const& why) { return refusal_of(status, 1, why); }

/// Keywords that grow. The biggest growth is told as 10001.
static net::ServerResponse keywords(Asked const& asked, Stage const& stage)
{
    asked.takes({}, {{"include_keywords", any_text()},
                     {"limit", whole_number(1, 50)},
                     {"interests", any_text()},
                     {"genders", any_text()},
                     {"normalize_against_group", one_of({"true", "false"})}});
    auto const wanted = asked.text("include_keywords");
    json::array trends;
    for (int i = 0; i < 5 && !wanted.empty(); ++i) {
        auto const clip = clips("pinterest", wanted, stage.clock.now(), 5)[static_cast<std::size_t>(i)];
        json::object series;
        for (int week = 3; week >= 0; --week)
            series[base::format_time(stage.clock.now() - std::chrono::days(7 * week)).substr(0, 10)] = 100 - week * 13;
        trends.push_back(json::object{{"keyword", fmt::format("{} {}", wanted,
                                                              i == 0   ? "ideas"
                                                              : i == 1 ? "aesthetic"
                                                                       : fmt::format("at home {}", i))},
                                      {"pct_growth_wow", clip.number * 10 - 5},
                                      {"pct_growth_mom", clip.number == 1 ? 10001 : 40},
                                      {"pct_growth_yoy", 120},
                                      {"time_series", series},
                                      {"has_prediction", false}});
    }
    if (wanted.empty())
        for (auto const& topic : stage.topics)
            trends.push_back(json::object{{"keyword", topic},
                                          {"pct_growth_wow", 5},
                                          {"pct_growth_mom", 50},
                                          {"pct_growth_yoy", 12},
                                          {"time_series", json::object{}},
                                          {"has_prediction", false}});
    return answer_json(json::object{{"trends", trends}},
                       {{"x-ratelimit-limit", "60"}, {"x-ratelimit-remaining", "58"}, {"x-ratelimit-reset", "40"}});
}

/// Pinterest v5: trending keywords.
Plan pinterest(Stage const& stage)
{
    auto const answer = [&stage](net::ServerRequest const& request) {
        Asked const asked(request, refusal);
        asked.method("GET");
        if (request.header("Authorization") != "Bearer " + std::string(token))
            throw Refused{"wrong token", refusal_of(401, 2, "Authentication failed.")};
        auto const parts = base::split(request.path, '/'); // "", v5, trends, keywords, REGION, top, TYPE
        auto const fine = parts.size() == 7 && request.path.starts_with("/v5/trends/keywords/") && parts[5] == "top";
        asked.need(fine && one_of({"US", "CA", "DE", "FR", "ES", "IT", "DE+AT+CH", "GB+IE"})(parts[4]).empty() &&
                       one_of({"growing", "monthly", "yearly", "seasonal"})(parts[6]).empty(),
                   404, "no such resource " + request.path);
        return keywords(asked, stage);
    };
    return {"pinterest",
            {{"oauth.pinterest.access_token", token}},
            answer,
            {{"too many", "rate_limited",
              refusal_of(429, 8, "You have exceeded your rate limit.", {{"x-ratelimit-reset", "51"}})},
             {"token refused", "auth_expired", refusal_of(401, 2, "Authentication failed.")},
             {"no access", "auth_missing", refusal_of(403, 29, "You are not permitted to access that resource.")},
             {"bad question", "bad_answer", refusal_of(400, 1, "Invalid request.")},
             {"inside", "upstream_error", refusal_of(500, 11, "Something went wrong on our end.")}}};
}

} // namespace simulators
