// The API as strangers' tools see it: a linter of the document, and a proxy that holds every exchange to it.
#include "base/hash.h"
#include "net/http_server.h"
#include "served.h"

#include <condition_variable>

class ApiOfAProgram : public test::Served {
protected:
    static std::string tool(std::string const& name)
    {
        auto const* cache = std::getenv("XDG_CACHE_HOME");
        auto const* home = std::getenv("HOME");
        auto const folder = cache ? test::Path(cache) : test::Path(home ? home : "/root") / ".cache";
        auto const program = folder / "ettametta/api-tools/node_modules/.bin" / name;
        EXPECT_TRUE(std::filesystem::exists(program)) << "deploy/fetch-api-tools installs it";
        return program.string();
    }
    std::string document_file()
    {
        auto const file = path("openapi.json");
        base::write_file_atomic(file, run({"openapi"}).output);
        return file.string();
    }
    /// Prism between a client and `url`, until `use` has run with its own address.
    void proxied(std::string const& url, std::function<void(std::string const& proxy)> const& use)
    {
        auto const port = free_port();
        base::Command prism{.arguments = {tool("prism"), "proxy", document_file(), url, "--errors", "--port", port}};
        prism.timeout = base::Milliseconds(240'000);
        std::promise<void> listening;
        prism.on_line = [&, told = false](std::string_view line) mutable {
            if (!told && line.find("is listening") != std::string_view::npos) {
                told = true;
                listening.set_value();
            }
        };
        std::stop_source stop;
        std::jthread process([&] { base::run(prism, stop.get_token()); });
        listening.get_future().wait();
        use("http://127.0.0.1:" + port);
        stop.request_stop();
    }
    static std::string free_port()
    {
        net::HttpServer const probe({}, [](auto const&, auto const&) { return net::ServerResponse{}; });
        return std::to_string(probe.port());
    }
};

TEST_F(ApiOfAProgram, its_document_passes_a_linter)
{
    base::Command lint{.arguments = {tool("redocly"), "lint", "--extends=recommended", document_file()}};
    lint.timeout = base::Milliseconds(120'000);
    auto const result = base::run(lint);
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
}

TEST_F(ApiOfAProgram, a_proxy_that_knows_the_document_finds_no_exchange_that_is_not_in_it)
{
    serving([&](std::string const& url, std::string const& token) {
        proxied(url, [&](std::string const& proxy) {
            std::string bearer;
            int asked = 0;
            auto const exchange = [&](std::string const& method, std::string const& where, std::string const& body,
                                      int wanted) {
                auto const answer = ask(method, proxy + "/api/v1" + where, body, bearer);
                EXPECT_EQ(answer.status, wanted) << method << " " << where << ": " << answer.body.substr(0, 600);
                EXPECT_EQ(answer.header("sl-violations"), "") << method << " " << where;
                ++asked;
                return answer;
            };
            auto const password = R"("password":")" + password_ + "\"}";
            exchange("POST", "/auth/setup", R"({"token":")" + token + "\"," + password, 200);
            bearer = text(exchange("POST", "/auth/login", R"({"username":"admin",)" + password, 200), "access_token");
            auto const niche = text(exchange("POST", "/niches", R"({"name":"urban birds","watched":true})", 201), "id");
            exchange("PATCH", "/niches/" + niche, R"({"every_seconds":7200})", 200);
            auto const job = text(exchange("POST", "/niches/" + niche + "/scan", "{}", 202), "id");
            exchange("GET", "/jobs/" + job, "", 200);
            exchange("GET", "/jobs?state=queued,running,done,failed&limit=10", "", 200);
            exchange("GET", "/jobs/" + niche, "", 404);
            exchange("GET", "/niches/" + niche + "/terms", "", 200);
            exchange("GET", "/niches/" + niche + "/patterns?top=3", "", 200);
            exchange("GET", "/calendar?from=2026-11-01T00:00:00Z&to=2027-01-01T00:00:00Z", "", 200);
            exchange("POST", "/users", R"({"username":"vera","role":"viewer",)" + password, 201);
            auto const document = base::parse_json(run({"openapi"}).output, "the document");
            for (auto const& place : document.at("paths").as_object()) {
                std::string const where(place.key());
                if (!where.starts_with("/api/v1/") || where.find('{') != std::string::npos || where.ends_with("/ws") ||
                    where.ends_with("/calendar")) // asked above: it has to know from when
                    continue;
                if (place.value().as_object().contains("get")) exchange("GET", where.substr(7), "", 200);
            }
            exchange("DELETE", "/niches/" + niche, "", 204);
            EXPECT_GT(asked, 35);
        });
    });
}

TEST_F(ApiOfAProgram, an_uploaded_film_is_looked_into_and_a_clip_is_made_of_it)
{
    auto const film = base::read_file(files.plain(), 64U << 20U);
    serving([&](std::string const& url, std::string const& setup) {
        auto const bearer = sign_up(url, setup);
        auto const place = begin_upload(url, bearer, film.size());
        auto const half = film.size() / 2;
        EXPECT_EQ(send_piece(place, bearer, 0, film.substr(0, half)).status, 204);
        EXPECT_EQ(send_piece(place, bearer, 0, film).status, 409); // not where it stands
        EXPECT_EQ(send_piece(place, bearer, half, film.substr(half)).status, 204);
        EXPECT_EQ(ended(url, bearer, "import").at("state").as_string(), "done");
        auto const asset = first_asset(url, bearer).as_object();
        EXPECT_EQ(asset.at("title").as_string(), "my film");
        EXPECT_EQ(asset.at("rights_status").as_string(), "cleared");
        EXPECT_GT(asset.at("data").at("duration_seconds").to_number<double>(), 0.5);
        auto const id = std::string(asset.at("id").as_string());
        auto const analysis = url + "/api/v1/library/assets/" + id + "/analysis";
        EXPECT_EQ(ask("GET", analysis, "", bearer).status, 404) << "nobody has looked yet";
        EXPECT_EQ(ask("POST", url + "/api/v1/library/assets/" + id + "/probe", "", bearer).status, 202);
        EXPECT_EQ(ended(url, bearer, "probe").at("state").as_string(), "done");
        auto const found = base::parse_json(ask("GET", analysis, "", bearer).body, "analysis").at("analysis");
        EXPECT_FALSE(found.at("shots").as_array().empty());
        EXPECT_LT(found.at("loudness").at("integrated_lufs").to_number<double>(), 0);
        EXPECT_EQ(found.at("media").at("path").as_string(), "");
        auto const begun =
            ask("POST", url + "/api/v1/transforms",
                R"({"asset_id":")" + id + R"(","preview":true,"edit":{"trim":"off","captions":"off"}})", bearer);
        ASSERT_EQ(begun.status, 202) << begun.body;
        EXPECT_EQ(ended(url, bearer, "transform").at("state").as_string(), "done");
        auto const clips = base::parse_json(ask("GET", url + "/api/v1/clips?state=planned", "", bearer).body, "clips");
        EXPECT_EQ(clips.at("items").as_array().at(0).at("width"), 270);
        auto const clip = std::string(clips.at("items").as_array().at(0).at("id").as_string());
        EXPECT_EQ(ask("POST", url + "/api/v1/posts", R"({"clip_id":")" + clip + "\"}", bearer).status,
                  409); // a preview
        auto const file = "/api/v1/clips/" + clip + "/content";
        auto const link = text(ask("POST", url + "/api/v1/links", R"({"path":")" + file + "\"}", bearer), "url");
        auto const opened = [&](std::string const& where, net::Headers headers = {}) {
            net::Request request{.url = url + where, .trust = net::Trust::Operator};
            request.headers = std::move(headers);
            return client_.send(request);
        };
        auto const whole = opened(link);
        EXPECT_EQ(whole.status, 200);
        EXPECT_EQ(whole.header("Content-Type"), "video/mp4");
        auto const part = opened(link, {{"Range", "bytes=4-7"}});
        EXPECT_EQ(part.status, 206);
        EXPECT_EQ(part.body, "ftyp");
        EXPECT_EQ(opened("/api/v1/clips/" + clip + "/thumbnail" + link.substr(link.find('?'))).status, 401);
        EXPECT_EQ(opened("/api/v1/clips" + link.substr(link.find('?'))).status, 401);
        EXPECT_EQ(ask("POST", url + "/api/v1/links", R"({"path":"/api/v1/jobs"})", bearer).status, 422);
        auto detail = base::parse_json(ask("GET", url + "/api/v1/clips/" + clip, "", bearer).body, "clip");
        auto plan = detail.at("plan").as_object();
        plan["source"] = "/etc/passwd";
        auto const foreign = ask("POST", url + "/api/v1/clips/" + clip + "/render",
                                 base::json::serialize(base::json::object{{"plan", plan}}), bearer);
        EXPECT_EQ(foreign.status, 422) << foreign.body;
    });
}
