#include "api/encode.h"
#include "api_case.h"
#include "store/tables/jobs.h"

class Api : public test::ApiCase {
protected:
    std::string add_job(std::string const& owner)
    {
        store::Job job;
        job.id = ids.next();
        job.owner_id = owner;
        job.kind = "demo";
        job.reason_code = "new";
        job.created_at = job.updated_at = job.run_at = clock.now();
        database.transaction([&](store::Connection& connection) { store::insert_job(connection, job); });
        return job.id;
    }
};

TEST_F(Api, health_and_readiness_answer)
{
    EXPECT_EQ(call("/healthz").body, R"({"status":"ok"})");
    auto const ready = call("/readyz");
    EXPECT_EQ(ready.status, 200) << ready.body;
    EXPECT_NE(ready.body.find(R"("database":"ok")"), std::string::npos);
}

TEST_F(Api, jobs_are_listed_in_pages_and_only_the_owners)
{
    for (int i = 0; i < 3; ++i) add_job("local");
    auto const foreign = add_job("someone");
    auto const first = base::parse_json(call("/api/v1/jobs", {{"limit", "2"}}).body, "body");
    EXPECT_EQ(first.at("items").as_array().size(), 2U);
    auto const second = base::parse_json(
        call("/api/v1/jobs", {{"limit", "2"}, {"cursor", std::string(first.at("next_cursor").as_string())}}).body,
        "body");
    EXPECT_EQ(second.at("items").as_array().size(), 1U);
    EXPECT_TRUE(second.at("next_cursor").is_null());
    EXPECT_EQ(call("/api/v1/jobs/" + foreign).status, 404);
}

TEST_F(Api, a_job_shows_its_history_and_never_its_lease)
{
    auto const response = call("/api/v1/jobs/" + add_job("local"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(base::parse_json(response.body, "body").at("history").as_array().size(), 1U);
    for (auto const* secret : {"token", "lease_until", "payload", "owner_id"})
        EXPECT_EQ(response.body.find(secret), std::string::npos) << secret;
}

TEST_F(Api, mistakes_are_problems_with_a_code)
{
    EXPECT_EQ(code(call("/nowhere")), "not_found");
    EXPECT_EQ(code(call("/api/v1/jobs", {{"limit", "many"}})), "invalid_input");
    EXPECT_EQ(code(call("/api/v1/jobs", {{"state", "asleep"}})), "invalid_input");
    auto const wrong = call("/api/v1/jobs", {}, "DELETE");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(net::find_header(wrong.headers, "Allow"), "GET");
    EXPECT_EQ(wrong.content_type, "application/problem+json");
    EXPECT_TRUE(base::is_uuid(net::find_header(wrong.headers, "X-Request-Id")));
}

TEST_F(Api, a_foreign_host_name_is_refused)
{
    EXPECT_EQ(call("/api/v1/jobs", {}, "GET", {{"Host", "evil.example"}}).status, 421);
    EXPECT_EQ(call("/healthz", {}, "GET", {{"Host", "localhost"}}).status, 200);
    EXPECT_EQ(call("/healthz", {}, "GET", {{"Host", "[::1]:8080"}}).status, 200);
}

TEST_F(Api, a_role_and_a_scope_are_needed)
{
    auto const job = "/api/v1/jobs/" + add_job("local");
    EXPECT_EQ(status_as("", "/api/v1/jobs"), 401);
    EXPECT_EQ(status_as("nobody", "/api/v1/jobs"), 401);
    EXPECT_EQ(status_as("", "/healthz"), 200);
    EXPECT_EQ(status_as("vic", job), 200);
    EXPECT_EQ(status_as("vic", job + "/cancel", "POST"), 403);
    EXPECT_EQ(status_as("robot", job), 403);
    EXPECT_EQ(status_as("machine", job), 403);
    EXPECT_EQ(net::find_header(call(job, {}, "GET", {{"Authorization", "Bearer x"}}).headers, "WWW-Authenticate"),
              "Bearer");
}

TEST_F(Api, a_parameter_that_nobody_knows_or_that_comes_twice_is_named)
{
    auto const unknown = base::parse_json(call("/api/v1/jobs", {{"colour", "red"}}).body, "body");
    EXPECT_EQ(unknown.at("field").as_string(), "colour");
    EXPECT_EQ(call("/api/v1/jobs", {{"limit", "1"}, {"limit", "2"}}).status, 422);
    auto const large = base::parse_json(call("/api/v1/jobs", {{"limit", "201"}}).body, "body");
    EXPECT_EQ(large.at("field").as_string(), "limit");
    EXPECT_NE(large.at("detail").as_string().find("[1, 200]"), std::string::npos);
    EXPECT_EQ(call("/api/v1/jobs", {{"cursor", "not one"}}).status, 422);
}

TEST_F(Api, what_the_caller_has_already_is_not_sent_again)
{
    add_job("local");
    auto const first = call("/api/v1/jobs");
    auto const etag = std::string(net::find_header(first.headers, "ETag"));
    auto const second = call("/api/v1/jobs", {}, "GET", {{"If-None-Match", etag}});
    EXPECT_EQ(second.status, 304);
    EXPECT_EQ(second.body, "");
    add_job("local");
    EXPECT_EQ(call("/api/v1/jobs", {}, "GET", {{"If-None-Match", etag}}).status, 200);
}

TEST_F(Api, a_long_answer_is_compressed_for_who_takes_it)
{
    for (int i = 0; i < 10; ++i) add_job("local");
    auto const plain = call("/api/v1/jobs");
    auto const small = call("/api/v1/jobs", {}, "GET", {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(net::find_header(small.headers, "Content-Encoding"), "gzip");
    EXPECT_LT(small.body.size() * 4, plain.body.size());
    EXPECT_EQ(net::find_header(plain.headers, "Vary"), "Accept-Encoding");
    EXPECT_EQ(net::find_header(call("/api/v1/jobs", {}, "GET", {{"Accept-Encoding", "gzip;q=0"}}).headers,
                               "Content-Encoding"),
              "");
}

TEST_F(Api, a_repeated_key_gets_the_answer_of_the_first_request)
{
    auto const path = "/api/v1/jobs/" + add_job("local") + "/cancel";
    auto const first = call(path, {}, "POST", {{"Idempotency-Key", "k1"}});
    EXPECT_EQ(first.status, 200) << first.body;
    auto const again = call(path, {}, "POST", {{"Idempotency-Key", "k1"}});
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(net::find_header(again.headers, "Idempotency-Replayed"), "true");
    EXPECT_EQ(call(path, {}, "POST", {{"Idempotency-Key", "k2"}}).status, 409); // it has ended
    EXPECT_EQ(call("/api/v1/jobs/" + add_job("local") + "/cancel", {}, "POST", {{"Idempotency-Key", "k1"}}).status,
              422);
}

TEST_F(Api, a_niche_is_watched_changed_and_forgotten)
{
    auto const made = post("/api/v1/niches", R"({"name":"Urban  Birds","watched":true,"every_seconds":21600})");
    ASSERT_EQ(made.status, 201) << made.body;
    auto const id = std::string(json(made).at("id").as_string());
    EXPECT_EQ(json(made).at("every_seconds"), 21600);
    EXPECT_TRUE(json(made).at("next_scan_at").is_string());
    EXPECT_EQ(json(post("/api/v1/niches", R"({"name":"urban birds"})")).at("id").as_string(), id); // the same words
    EXPECT_EQ(json(post("/api/v1/niches/" + id, R"({"watched":false})", {}, "PATCH")).at("watched"), false);
    EXPECT_EQ(code(post("/api/v1/niches/" + id, R"({"every_seconds":1})", {}, "PATCH")), "invalid_input");
    EXPECT_EQ(json(call("/api/v1/niches")).at("items").as_array().size(), 1U);
    EXPECT_EQ(call("/api/v1/niches/" + id, {}, "DELETE").status, 204);
    EXPECT_EQ(call("/api/v1/niches/" + id).status, 404);
}

TEST_F(Api, long_work_is_a_job_that_a_repeated_key_finds_again)
{
    auto const first = post("/api/v1/discovery/scans", R"({"niche":"birds"})", {{"Idempotency-Key", "scan"}});
    ASSERT_EQ(first.status, 202) << first.body;
    auto const id = std::string(json(first).at("id").as_string());
    EXPECT_EQ(net::find_header(first.headers, "Location"), "/api/v1/jobs/" + id);
    database.execute("DELETE FROM idempotency_keys"); // as if the process had died before it kept its answer
    auto const again = post("/api/v1/discovery/scans", R"({"niche":"birds"})", {{"Idempotency-Key", "scan"}});
    EXPECT_EQ(json(again).at("id").as_string(), id);
    EXPECT_EQ(json(call("/api/v1/jobs")).at("items").as_array().size(), 1U);
}

TEST_F(Api, a_body_that_is_wrong_names_its_field)
{
    auto const field = [&](std::string const& body) {
        auto const answer = json(post("/api/v1/discovery/scans", body));
        auto const* found = answer.as_object().if_contains("field");
        return found ? std::string(found->as_string()) : "none: " + std::string(answer.at("detail").as_string());
    };
    EXPECT_EQ(field("{}"), "niche");
    EXPECT_EQ(field(R"({"niche":7})"), "niche");
    EXPECT_EQ(field(R"({"niche":""})"), "niche");
    EXPECT_EQ(field(R"({"niche":")" + std::string(201, 'x') + "\"}"), "niche");
    EXPECT_EQ(field(R"({"niche":"x","limit":0})"), "limit");
    EXPECT_EQ(field(R"({"niche":"x","limit":1.5})"), "limit");
    EXPECT_EQ(field(R"({"niche":"x","since":"yesterday"})"), "since");
    EXPECT_EQ(field(R"({"niche":"x","sources":["nowhere"]})"), "sources");
    EXPECT_EQ(field(R"({"niche":"x","sources":[7]})"), "sources[0]");
    EXPECT_EQ(field(R"({"niche":"x","colour":"red"})"), "colour");
    EXPECT_EQ(json(call("/api/v1/jobs")).at("items").as_array().size(), 0U); // nothing was half done
}

TEST_F(Api, a_body_that_is_not_json_is_one_clear_problem)
{
    auto const status = [&](std::string body, net::Headers headers = {}) {
        auto const answer = post("/api/v1/discovery/scans", std::move(body), std::move(headers));
        EXPECT_EQ(answer.content_type, answer.status < 400 ? "application/json" : "application/problem+json");
        return answer.status;
    };
    EXPECT_EQ(status("niche=birds"), 400);
    EXPECT_EQ(status(R"({"niche":"a"} {})"), 400);
    EXPECT_EQ(status("[]"), 422);
    EXPECT_EQ(status(std::string(1000, '[')), 400);
    EXPECT_EQ(status("{\"niche\":\"\xff\"}"), 400);
    EXPECT_EQ(status(R"({"niche":"a\u0000b"})"), 422); // neither database could hold it
    EXPECT_EQ(status(R"({"niche":"a"})", {{"Content-Type", "text/plain"}}), 415);
    EXPECT_EQ(status(R"({"niche":"a"})", {{"Content-Type", "application/json; charset=utf-8"}}), 202);
}

TEST_F(Api, no_file_of_the_server_can_be_named)
{
    EXPECT_EQ(post("/api/v1/transforms", R"({"asset_id":"../../etc/passwd"})").status, 404);
    auto const lut = R"({"asset_id":"a","edit":{"filters":[)"
                     R"({"name":"lut","values":{},"options":{"file":"/etc/passwd"},"times":[]}]}})";
    EXPECT_NE(post("/api/v1/transforms", lut).status, 202);
    EXPECT_EQ(
        json(post("/api/v1/transforms", R"({"asset_id":"a","edit":{"music":"/etc/passwd"}})")).at("field").as_string(),
        "edit.music");
}

TEST_F(Api, secrets_among_the_settings_are_not_shown)
{
    auto const answer = call("/api/v1/settings");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.find("hunter2"), std::string::npos);
    EXPECT_NE(answer.body.find(R"("is_set":true)"), std::string::npos);
    EXPECT_EQ(status_as("vic", "/api/v1/settings"), 403);
}

TEST_F(Api, who_asks_too_often_is_told_when_to_come_back)
{
    api::Dispatcher strict(services, [this](std::string_view) { return people.at("ada"); },
                           {.user_rate = {1, 2}, .address_rate = {0}});
    net::ServerRequest request{.method = "GET", .path = "/api/v1/jobs"};
    request.headers = {{"Host", "localhost"}, {"Authorization", "Bearer ada"}};
    EXPECT_EQ(strict(request).status, 200);
    EXPECT_EQ(strict(request).status, 200);
    auto const refused = strict(request);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(net::find_header(refused.headers, "Retry-After"), "1");
    clock.advance(base::Milliseconds(1000));
    EXPECT_EQ(strict(request).status, 200);
}

TEST_F(Api, a_route_that_goes_away_says_so)
{
    net::ServerResponse response;
    api::add_deprecation(response, "2026-11-01", "2027-05-01");
    EXPECT_EQ(net::find_header(response.headers, "Deprecation"), "@1793491200");
    EXPECT_EQ(net::find_header(response.headers, "Sunset"), "Sat, 01 May 2027 00:00:00 GMT");
}
