#include "api/route.h"
#include "store/migrations.h"
#include "store/tables/jobs.h"
#include "support.h"

class Api : public testing::Test {
protected:
    base::TemporaryFolder folder;
    base::FixedClock clock{*base::parse_time("2026-11-20T10:00:00Z")};
    base::Random random{1};
    base::Ids ids{clock, random};
    base::Log log{clock, base::LogLevel::Off};
    store::Database database{(folder.path() / "t.db").string(), {.survives_power_loss = false}};
    api::Dispatcher dispatcher{{database, clock, folder.path(), "local"}, ids, log};

    void SetUp() override { store::migrate(database, clock); }
    net::ServerResponse call(std::string path, std::vector<std::pair<std::string, std::string>> query = {},
                             std::string method = "GET", std::string host = "127.0.0.1:8080")
    {
        net::ServerRequest request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.query = std::move(query);
        request.headers = {{"Host", std::move(host)}};
        return dispatcher(request);
    }
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
    static std::string code(net::ServerResponse const& response)
    {
        return std::string(base::parse_json(response.body, "body").at("code").as_string());
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
    for (auto const* secret : {"token", "lease", "payload", "worker"})
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
    EXPECT_EQ(call("/api/v1/jobs", {}, "GET", "evil.example").status, 421);
    EXPECT_EQ(call("/healthz", {}, "GET", "localhost").status, 200);
    EXPECT_EQ(call("/healthz", {}, "GET", "[::1]:8080").status, 200);
}
