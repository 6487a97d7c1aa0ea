// What an admin does to a running server over its API, and what is left of it after a restart.
#include "net/http_server.h"
#include "served.h"

class AdministrationOfAProgram : public test::Served {
protected:
    std::string signed_in(std::string const& url)
    {
        return text(ask("POST", url + "/api/v1/auth/login", R"({"username":"admin","password":")" + password_ + "\"}"),
                    "access_token");
    }
    base::json::object ended(std::string const& url, std::string const& bearer, std::string const& job)
    {
        for (;;) { // another process: there is no event to await
            auto const row = base::parse_json(ask("GET", url + "/api/v1/jobs/" + job, "", bearer).body, "job");
            if (row.at("finished_at").is_string()) return row.as_object();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
};

TEST_F(AdministrationOfAProgram, a_backup_made_over_the_api_is_put_back_by_the_command)
{
    auto const data = path("share/ettametta");
    std::string file;
    serving([&](std::string const& url, std::string const& token) {
        auto const bearer = sign_up(url, token);
        ask("POST", url + "/api/v1/niches", R"({"name":"kept in the backup"})", bearer);
        auto const job = text(ask("POST", url + "/api/v1/backups", "", bearer), "id");
        auto const done = ended(url, bearer, job);
        ASSERT_EQ(done.at("state").as_string(), "done") << done.at("reason").as_string();
        auto const name = std::string(done.at("result").at("name").as_string());
        auto const fetched = ask("GET", url + "/api/v1/backups/" + name, "", bearer);
        ASSERT_EQ(fetched.status, 200);
        file = path("fetched.backup").string();
        base::write_file_atomic(file, fetched.body);
        EXPECT_EQ(fetched.body, base::read_file(data / "backups" / name, 64U << 20U));
    });
    std::filesystem::remove_all(data);
    auto const restored = run({"restore", file});
    EXPECT_EQ(restored.exit_code, 0) << restored.errors;
    EXPECT_NE(run({"niches", "list"}).output.find("kept in the backup"), std::string::npos);
}

TEST_F(AdministrationOfAProgram, a_setting_counts_after_a_restart_and_a_bad_one_is_not_taken)
{
    auto const lease = [&](std::string const& url, std::string const& bearer) {
        auto const list = base::parse_json(ask("GET", url + "/api/v1/settings", "", bearer).body, "settings");
        for (auto const& item : list.at("items").as_array())
            if (item.at("name").as_string() == "jobs.lease") return item.as_object();
        return base::json::object{};
    };
    serving([&](std::string const& url, std::string const& token) {
        auto const bearer = sign_up(url, token);
        auto const put = [&](std::string const& name, std::string const& value) {
            return ask("PUT", url + "/api/v1/settings/" + name, R"({"value":")" + value + "\"}", bearer).status;
        };
        for (auto const& [name, value] : std::map<std::string, std::string>{{"jobs.lease", "banana"},
                                                                            {"studio.look", "no-such-look"},
                                                                            {"ai.providers", "nobody"},
                                                                            {"accounts.require_totp", "maybe"},
                                                                            {"backups.keep", "0"},
                                                                            {"speech.timeout", "soon"},
                                                                            {"server.request_burst", "-1"}})
            EXPECT_EQ(put(name, value), 422) << name;
        EXPECT_EQ(put("acquire.yt_dlp", "/bin/sh"), 403);
        EXPECT_EQ(put("jobs.lease", "90s"), 200);
        EXPECT_TRUE(lease(url, bearer).at("restart_needed").as_bool());
    });
    serving([&](std::string const& url, std::string const&) {
        auto const shown = lease(url, signed_in(url));
        EXPECT_EQ(shown.at("value").as_string(), "90s");
        EXPECT_EQ(shown.at("origin").as_string(), "stored");
        EXPECT_FALSE(shown.at("restart_needed").as_bool());
    });
}

TEST_F(AdministrationOfAProgram, a_model_is_fetched_by_a_job_and_doctor_looks_around)
{
    std::string const model(100'000, 'm');
    net::HttpServer const store({}, [&](net::ServerRequest const&, std::stop_token const&) {
        return net::ServerResponse{.status = 200, .body = model, .content_type = "application/octet-stream"};
    });
    environment["ETTAMETTA_ENDPOINT_MODELS"] = store.url();
    serving([&](std::string const& url, std::string const& token) {
        auto const bearer = sign_up(url, token);
        auto const job = text(ask("POST", url + "/api/v1/models/tiny.en", "", bearer), "id");
        auto const done = ended(url, bearer, job);
        ASSERT_EQ(done.at("state").as_string(), "done") << done.at("reason").as_string();
        EXPECT_EQ(done.at("result").at("bytes"), 100'000);
        auto const list = base::parse_json(ask("GET", url + "/api/v1/models", "", bearer).body, "models");
        for (auto const& item : list.at("items").as_array())
            EXPECT_EQ(item.at("here").as_bool(), item.at("name").as_string() == "tiny.en");
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path("share/ettametta/models")), {}), 1)
            << "nothing is left of the work";
        auto const found = ask("GET", url + "/api/v1/system/doctor", "", bearer);
        ASSERT_EQ(found.status, 200) << found.body;
        EXPECT_NE(found.body.find(R"("what":"database","health":"ok")"), std::string::npos) << found.body;
    });
}

TEST_F(AdministrationOfAProgram, stock_for_a_text_is_fetched_into_the_library_with_its_rights)
{
    auto const film = base::read_file(files.plain(), 64U << 20U);
    std::string own;
    net::HttpServer const pexels({}, [&](net::ServerRequest const& request, std::stop_token const&) {
        if (request.path == "/bees.mp4")
            return net::ServerResponse{.status = 200, .body = film, .content_type = "video/mp4"};
        return net::ServerResponse{.status = 200, .body = R"({"page":1,"total_results":1,"videos":[{"id":7,"width":1080,
            "height":1920,"duration":9,"tags":[],"url":"https://www.pexels.com/video/bees-at-a-hive-7/",
            "user":{"id":1,"name":"Made-up Filmmaker"},"video_files":[{"id":1,"quality":"hd","file_type":"video/mp4",
            "width":1080,"height":1920,"link":")" + own + R"(/bees.mp4"}]}]})"};
    });
    own = pexels.url();
    environment["ETTAMETTA_ENDPOINT_PEXELS"] = own;
    environment["ETTAMETTA_NET_ALLOW_ORIGINS"] = own;
    environment["PEXELS_API_KEY"] = "made-up";
    serving([&](std::string const& url, std::string const& token) {
        auto const bearer = sign_up(url, token);
        auto const job = text(ask("POST", url + "/api/v1/stock",
                                  R"({"text":"Bees leave the hive. Nothing else flies.","get":true})", bearer),
                              "id");
        auto const done = ended(url, bearer, job);
        ASSERT_EQ(done.at("state").as_string(), "done") << done.at("reason").as_string();
        auto const& clips = done.at("result").at("clips").as_array();
        ASSERT_EQ(clips.size(), 2U);
        ASSERT_TRUE(clips[0].at("asset_id").is_string()) << base::json::serialize(done);
        EXPECT_TRUE(clips[1].at("pick").at("clip").is_null()) << "no clip twice";
        auto const asset = std::string(clips[0].at("asset_id").as_string());
        auto const rights = ask("GET", url + "/api/v1/library/assets/" + asset + "/rights", "", bearer);
        EXPECT_NE(rights.body.find("Made-up Filmmaker"), std::string::npos) << rights.body;
    });
}
