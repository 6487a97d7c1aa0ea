// What admins do to the machine over the API: settings, backups, models, and what doctor finds.
#include "api_case.h"
#include "jobs/backups.h"
#include "store/tables/analyses.h"
#include "studio/models.h"

class Administration : public test::ApiCase {
protected:
    net::ServerResponse put(std::string const& name, std::string const& value)
    {
        return post("/api/v1/settings/" + name, base::json::serialize(base::json::object{{"value", value}}),
                    {{"Content-Type", "application/json"}}, "PUT");
    }
    base::json::object setting(std::string const& name)
    {
        auto const list = json(call("/api/v1/settings"));
        for (auto const& item : list.at("items").as_array())
            if (item.at("name").as_string() == std::string_view(name)) return item.as_object();
        ADD_FAILURE() << name << " is not in the list";
        return {};
    }
    /// One that a job would have made.
    std::string backup_of(std::string const& job_id)
    {
        store::Job job{.id = job_id};
        job.created_at = clock.now();
        auto const name = jobs::backup_name(job);
        base::make_folder(services.backups);
        store::backup(database, services.backups / name, clock);
        return name;
    }
    bool did(std::string const& action)
    {
        return !database.query("SELECT 1 FROM audit_log WHERE action = $1", action).empty();
    }
    std::filesystem::path settings_file() const { return folder.path() / "settings.json"; }
};

TEST_F(Administration, a_setting_is_kept_for_the_next_start_and_shown_as_waiting)
{
    auto const answer = put("jobs.lease", "90s");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(json(answer).at("stored").as_string(), "90s");
    auto const shown = setting("jobs.lease");
    EXPECT_EQ(shown.at("value").as_string(), "60s");
    EXPECT_TRUE(shown.at("restart_needed").as_bool());
    base::Config const started(known_settings(), {.stored = base::read_stored_settings(settings_file())});
    EXPECT_EQ(started.text("jobs.lease"), "90s");
    EXPECT_EQ(started.origin("jobs.lease"), base::ConfigOrigin::Stored);
    auto const mode = std::filesystem::status(settings_file()).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_TRUE(did("setting.set"));
    EXPECT_EQ(status_as("ada", "/api/v1/settings/jobs.lease", "DELETE"), 204);
    EXPECT_EQ(status_as("ada", "/api/v1/settings/jobs.lease", "DELETE"), 404);
    EXPECT_FALSE(setting("jobs.lease").at("restart_needed").as_bool());
}

TEST_F(Administration, a_value_with_which_nothing_would_start_is_refused_and_changes_nothing)
{
    ASSERT_EQ(put("jobs.lease", "90s").status, 200);
    auto const refused = put("jobs.lease", "banana");
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_EQ(setting("jobs.lease").at("stored").as_string(), "90s");
}

TEST_F(Administration, secrets_and_what_reaches_the_machine_are_not_set_from_afar)
{
    auto const secret = put("keys.pexels", "a-made-up-key");
    EXPECT_EQ(secret.status, 403);
    EXPECT_EQ(secret.body.find("a-made-up-key"), std::string::npos);
    auto const file = put("server.key_file", "/etc/shadow");
    EXPECT_EQ(file.status, 403);
    EXPECT_NE(std::string(json(file).at("next_action").as_string()).find("ETTAMETTA_SERVER_KEY_FILE"),
              std::string::npos);
    EXPECT_EQ(put("jobs.nonsense", "1").status, 404);
    EXPECT_FALSE(std::filesystem::exists(settings_file()));
    base::write_file_atomic(settings_file(), R"({"server.key_file":"/etc/shadow","gone.setting":"1"})");
    base::Config const started(known_settings(), {.stored = base::read_stored_settings(settings_file())});
    EXPECT_EQ(started.text("server.key_file"), "") << "nor by who can write the file alone";
    EXPECT_EQ(status_as("robot", "/api/v1/settings/jobs.lease", "DELETE"), 403);
}

TEST_F(Administration, what_the_machine_sets_counts_more_and_says_where_it_stands)
{
    config = base::Config(known_settings(),
                          {.environment = {{"ETTAMETTA_JOBS_LEASE", "30s"}}, .stored = {{"jobs.lease", "90s"}}});
    EXPECT_EQ(config.text("jobs.lease"), "30s");
    auto const refused = put("jobs.lease", "45s");
    EXPECT_EQ(refused.status, 409);
    EXPECT_NE(refused.body.find("ETTAMETTA_JOBS_LEASE"), std::string::npos);
}

TEST_F(Administration, a_stored_file_that_is_broken_says_which_it_is)
{
    for (auto const* text : {"[]", "{", R"({"jobs.lease": 5})"}) {
        base::write_file_atomic(settings_file(), text);
        EXPECT_NE(std::string(test::error_of([&] { base::read_stored_settings(settings_file()); }).what())
                      .find("settings.json"),
                  std::string::npos);
    }
}

TEST_F(Administration, a_backup_is_listed_fetched_in_parts_and_removed)
{
    auto const first = backup_of("019a0000-0000-7000-8000-000000000001");
    clock.advance(std::chrono::hours(1));
    auto const second = backup_of("019a0000-0000-7000-8000-000000000002");
    base::write_file_atomic(services.backups / "ettametta-notes.backup", "somebody's notes");
    auto const listed = json(call("/api/v1/backups"));
    auto const& items = listed.at("items").as_array();
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].at("name").as_string(), second);
    auto const part = call("/api/v1/backups/" + first, {}, "GET", {{"Range", "bytes=0-8"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_TRUE(did("backup.read"));
    EXPECT_EQ(status_as("ada", "/api/v1/backups/" + first, "DELETE"), 204);
    EXPECT_EQ(status_as("ada", "/api/v1/backups/" + first), 404);
    EXPECT_TRUE(did("backup.removed"));
}

TEST_F(Administration, no_name_of_a_backup_leads_anywhere_else)
{
    base::make_folder(services.backups);
    std::filesystem::create_symlink(folder.path() / "master.key", services.backups / "ettametta-link.backup");
    for (std::string const name :
         {"..", "ettametta-link.backup", "t.db", "ettametta-../../t.db.backup", "ettametta-%2e%2e.backup"}) {
        EXPECT_EQ(status_as("ada", "/api/v1/backups/" + name), 404) << name;
        EXPECT_EQ(test::error_of([&] { jobs::find_backup(services.backups, name); }).code, base::ErrorCode::NotFound);
    }
}

TEST_F(Administration, only_the_newest_backups_are_kept)
{
    std::vector<std::string> names;
    for (int i = 0; i < 4; ++i) {
        names.push_back(backup_of("019a0000-0000-7000-8000-00000000000" + std::to_string(i)));
        clock.advance(std::chrono::minutes(1));
    }
    jobs::keep_newest({services.backups, 2});
    auto const left = jobs::list_backups(services.backups);
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].name, names[3]);
    EXPECT_EQ(left[1].name, names[2]);
}

TEST_F(Administration, models_are_listed_and_one_that_nobody_knows_is_not_fetched)
{
    base::write_file_atomic(
        [&] {
            base::make_folder(services.models.folder);
            return studio::model_file(services.models.folder, "tiny.en");
        }(),
        "a model");
    auto const list = json(call("/api/v1/models"));
    for (auto const& item : list.at("items").as_array())
        EXPECT_EQ(item.at("here").as_bool(), item.at("name").as_string() == "tiny.en");
    auto const begun = post("/api/v1/models/base.en", "");
    EXPECT_EQ(begun.status, 202) << begun.body;
    EXPECT_EQ(json(begun).at("kind").as_string(), "fetch_model");
    EXPECT_EQ(post("/api/v1/models/..%2fbase", "").status, 404);
    EXPECT_EQ(post("/api/v1/models/no-such-model", "").status, 404);
}

TEST_F(Administration, what_doctor_finds_is_told_to_admins)
{
    auto const found = json(call("/api/v1/system/doctor"));
    EXPECT_TRUE(found.at("well").as_bool());
    EXPECT_EQ(found.at("items").at(0).at("next_action").as_string(), "buy one");
    EXPECT_EQ(status_as("vic", "/api/v1/system/doctor"), 403);
}

TEST_F(Administration, every_table_with_an_owner_is_given_away_or_kept)
{
    std::set<std::string> listed;
    for (auto const list : {store::given_tables(), store::kept_tables()})
        for (auto const table : list) EXPECT_TRUE(listed.insert(std::string(table)).second) << table;
    std::set<std::string> owned;
    for (auto const& row : database.query("SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p "
                                          "WHERE m.type = 'table' AND p.name = 'owner_id'"))
        owned.insert(row.get<std::string>(0));
    EXPECT_EQ(listed, owned);
}

TEST_F(Administration, stock_without_a_key_names_the_setting)
{
    auto const refused = post("/api/v1/stock", R"({"text":"Bees leave the hive."})");
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_NE(refused.body.find("PEXELS_API_KEY"), std::string::npos) << refused.body;
    EXPECT_EQ(post("/api/v1/stock", R"({"text":" . "})").status, 422);
}

TEST_F(Administration, subtitles_change_their_format_and_broken_ones_say_where)
{
    auto const convert = [&](std::string const& content) {
        return post("/api/v1/captions/convert",
                    base::json::serialize(base::json::object{{"from", "srt"}, {"to", "vtt"}, {"content", content}}));
    };
    auto const answer = convert("1\n00:00:00,500 --> 00:00:01,500\nsteady now\n");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(json(answer).at("words"), 2);
    EXPECT_TRUE(std::string(json(answer).at("content").as_string()).starts_with("WEBVTT"));
    auto const broken = convert("1\n00:00:05,000 --> 00:00:01,000\nbackwards\n");
    EXPECT_EQ(broken.status, 422);
    EXPECT_NE(broken.body.find("content"), std::string::npos);
}

TEST_F(Administration, an_analysis_is_there_once_somebody_has_looked)
{
    auto const asset = add_rows("local", "birds", "youtube:a").asset;
    auto const where = "/api/v1/library/assets/" + asset;
    EXPECT_EQ(status_as("ada", where + "/analysis"), 404);
    auto const begun = post(where + "/probe", "");
    ASSERT_EQ(begun.status, 202) << begun.body;
    EXPECT_EQ(json(begun).at("kind").as_string(), "probe");
    database.transaction([&](store::Connection& connection) {
        store::put_analysis(connection, {"ab", R"({"shots":[]})", clock.now()});
    });
    EXPECT_TRUE(json(call(where + "/analysis")).at("analysis").at("shots").as_array().empty());
    EXPECT_EQ(status_as("eve", where + "/analysis"), 404);
}
