#include "api/dispatcher.h"
#include "bus/memory_bus.h"
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
    bus::MemoryBus bus;
    jobs::Queue queue{{database, bus, clock, ids}, {}};
    store::FolderBlobStore blobs{folder.path() / "blobs"};
    api::live::Hub hub{clock, "test", {}};
    api::live::Telemetry telemetry{{database, bus, clock, log, folder.path(), "test"}};
    api::live::Metrics metrics;
    api::Services services{database, clock, ids, log, folder.path(), queue, blobs, {hub, telemetry, metrics}};
    std::map<std::string, accounts::Principal, std::less<>> people{
        {"ada", {"local", "ada", accounts::Role::Admin, accounts::PrincipalKind::Session, "s", {}}},
        {"vic", {"local", "vic", accounts::Role::Viewer, accounts::PrincipalKind::Session, "s", {}}},
        {"robot", {"local", "robot", accounts::Role::Admin, accounts::PrincipalKind::ApiToken, "t", {"niches:read"}}},
        {"machine", {"", "machine", accounts::Role::Viewer, accounts::PrincipalKind::Service, "", {}}}};
    api::Dispatcher dispatcher{services, [this](std::string_view bearer) {
                                   auto const found = people.find(bearer);
                                   return found == people.end() ? std::nullopt : std::optional(found->second);
                               }};

    void SetUp() override { store::migrate(database, clock); }
    net::ServerResponse call(std::string path, std::vector<std::pair<std::string, std::string>> query = {},
                             std::string method = "GET", net::Headers headers = {}, std::string body = {})
    {
        net::ServerRequest request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.query = std::move(query);
        request.headers = std::move(headers);
        if (request.header("Host").empty()) request.headers.emplace_back("Host", "127.0.0.1:8080");
        if (request.header("Authorization").empty()) request.headers.emplace_back("Authorization", "Bearer ada");
        request.body = std::move(body);
        return dispatcher(request);
    }
    int status_as(std::string const& who, std::string path, std::string method = "GET")
    {
        return call(std::move(path), {}, std::move(method), {{"Authorization", who.empty() ? " " : "Bearer " + who}})
            .status;
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
