// The main job, as a user runs it: demo, autopilot, transform, discover, serve.
#include "command_line.h"
#include "net/http.h"
#include "store/database.h"

#include <future>

static std::int64_t count(store::Database& database, std::string const& sql)
{
    return database.query(sql)[0].get<std::int64_t>(0);
}

class MainJob : public test::CommandLine {};

TEST_F(MainJob, version_and_lists_answer)
{
    EXPECT_EQ(run({"--version"}).output, "ettametta 0.1.0\n");
    EXPECT_GE(json(run({"looks", "--json"})).as_array().size(), 14U);
    EXPECT_GE(json(run({"filters", "--json"})).as_array().size(), 25U);
    EXPECT_GE(json(run({"captions", "--json"})).as_array().size(), 8U);
    EXPECT_GE(json(run({"sources", "--json"})).as_array().size(), 5U);
    EXPECT_FALSE(std::filesystem::exists(path("share"))) << "a list makes no data folder";
}

static void check_clip(std::string const& file)
{
    auto const document = test::ffprobe(file);
    auto const& video = document.at("streams").at(0);
    auto const& audio = document.at("streams").at(1);
    EXPECT_EQ(video.at("codec_name"), "h264");
    EXPECT_EQ(video.at("profile"), "High");
    EXPECT_EQ(video.at("width"), 1080);
    EXPECT_EQ(video.at("height"), 1920);
    EXPECT_EQ(video.at("color_space"), "bt709");
    EXPECT_EQ(video.at("avg_frame_rate"), video.at("r_frame_rate"));
    EXPECT_EQ(audio.at("codec_name"), "aac");
    EXPECT_EQ(audio.at("sample_rate"), "48000");
    EXPECT_EQ(audio.at("channels"), 2);
}

TEST_F(MainJob, demo_makes_a_finished_clip_and_records_every_step)
{
    auto const result = run({"demo", "--json", "--data", path("demo").string()});
    ASSERT_EQ(result.exit_code, 0) << result.output << result.errors;
    auto const document = json(result);
    auto const& clip = document.at("clips").at(0);
    auto const file = std::string(clip.at("output").as_string());
    check_clip(file);
    auto const measured = test::measure(file);
    EXPECT_NEAR(measured.lufs, -14, 1);
    EXPECT_LE(measured.peak, -1);
    EXPECT_GE(clip.at("captions").at("words").to_number<int>(), 20);
    EXPECT_EQ(clip.at("captions").at("source"), "aligned");
    EXPECT_EQ(clip.at("captions").at("draft"), false);
    EXPECT_EQ(clip.at("quality").at("passed"), true);
    EXPECT_LE(clip.at("memory_peak_mib").to_number<double>(), 400);
    auto const& made = document.at("result").at("clips").at(0);
    EXPECT_EQ(made.at("state"), "done");
    auto const outbox = test::Path(std::string(made.at("made").at("target").as_string()));
    for (auto const* name : {"clip.mp4", "thumbnail.jpg", "title.txt", "description.txt", "hashtags.txt", "rights.json",
                             "post.json", "record.json"})
        EXPECT_TRUE(std::filesystem::exists(outbox / name)) << name;
    store::Database database((path("demo") / "ettametta.db").string());
    EXPECT_EQ(count(database, "SELECT count(*) FROM jobs WHERE state = 'done'"), 6)
        << "autopilot, discover, produce, acquire, transform, publish";
    EXPECT_EQ(count(database, "SELECT count(*) FROM jobs"), 6);
    EXPECT_EQ(count(database, "SELECT count(*) FROM posts WHERE state = 'done'"), 1);
}

TEST_F(MainJob, transform_meets_the_contract)
{
    auto const output = path("out.mp4").string();
    files.text("words.json", R"({"words":[{"text":"What","start":0.3,"end":0.8},{"text":"a","start":0.8,"end":1.0},)"
                             R"({"text":"bird","start":1.0,"end":1.9}]})");
    auto const result = run({"transform", test::sample("library/cockatoo.mp4").string(), "-o", output, "--aspect",
                             "9:16", "--look", "noir", "--filter", "mirror", "--captions", "bold", "--transcript",
                             path("words.json").string(), "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    auto const document = json(result);
    for (auto const* field :
         {"output", "plan", "duration_seconds", "width", "height", "frames", "encoder", "encoder_fallback",
          "loudness_lufs", "captions", "thumbnail", "speed_x", "quality", "provenance"})
        EXPECT_TRUE(document.as_object().contains(field)) << field;
    for (auto const* field : {"black_seconds", "silent_seconds", "av_offset_ms", "mid_word_cuts", "passed"})
        EXPECT_TRUE(document.at("quality").as_object().contains(field)) << field;
    check_clip(output);
    EXPECT_EQ(document.at("captions").at("words"), 3);
    EXPECT_EQ(document.at("captions").at("source"), "file");
    EXPECT_EQ(document.at("provenance").at("license"), "permissive");
    EXPECT_EQ(document.at("provenance").at("author"), "imageio contributors");
    EXPECT_TRUE(std::filesystem::exists(std::string(document.at("thumbnail").as_string())));
    EXPECT_TRUE(std::filesystem::exists(output + ".json"));
    for (auto const& entry : std::filesystem::directory_iterator(folder.path()))
        EXPECT_FALSE(entry.path().filename().string().starts_with(".out")) << entry.path();
    // The plan that lies beside the clip makes the same clip again.
    auto const again = run({"transform", test::sample("library/cockatoo.mp4").string(), "-o",
                            path("again.mp4").string(), "--plan", output + ".json", "--json"});
    ASSERT_EQ(again.exit_code, 0) << again.errors;
    EXPECT_EQ(json(again).at("frames"), document.at("frames"));
}

TEST_F(MainJob, transform_levels_the_sound)
{
    auto const output = path("loud.mp4").string();
    auto const result = run({"transform", files.plain(6).string(), "-o", output, "--captions", "off", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    auto const measured = test::measure(output);
    EXPECT_NEAR(measured.lufs, -14, 1);
    EXPECT_LE(measured.peak, -1);
}

TEST_F(MainJob, transform_speaks_a_text_over_the_clip_and_captions_it_exactly)
{
    auto const output = path("spoken.mp4").string();
    auto const result = run({"transform", test::sample("library/ocean.mp4").string(), "-o", output, "--voice",
                             "The ocean never sleeps. Every wave was born far away.", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    auto const document = json(result);
    EXPECT_EQ(document.at("captions").at("source"), "narration");
    EXPECT_EQ(document.at("captions").at("words"), 10);
    EXPECT_EQ(document.at("provenance").at("synthetic_voice"), true);
    auto const& words = document.at("plan").at("captions").at("words").as_array();
    auto const spoken = words.back().at("end").to_number<double>();
    EXPECT_GE(document.at("duration_seconds").to_number<double>(), spoken);
    EXPECT_LE(document.at("duration_seconds").to_number<double>(), spoken * 1.3 + 1);
    EXPECT_NEAR(test::measure(output).lufs, -14, 1);
    auto const missing =
        run({"transform", test::sample("library/ocean.mp4").string(), "-o", output, "--voice", "no.wav"});
    EXPECT_EQ(missing.exit_code, 2) << missing.errors; // a file's name is not read aloud
}

TEST_F(MainJob, discover_explains_what_it_found)
{
    auto const library = samples_library();
    auto const result = run(
        {"discover", "bird", "--source", "library", "--library", library, "--json", "--now", "2026-11-22T00:00:00Z"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    auto const document = json(result);
    EXPECT_EQ(document.at("niche"), "bird");
    auto const& first = document.at("candidates").at(0);
    EXPECT_EQ(first.at("title"), "A cockatoo looks into the camera");
    EXPECT_TRUE(first.at("views").is_null()) << "nobody gave a number, so there is none";
    double points = 0;
    for (auto const& reason : first.at("reasons").as_array()) points += reason.at("points").to_number<double>();
    EXPECT_NEAR(points, first.at("score").to_number<double>(), 0.1);
    EXPECT_EQ(document.at("sources").at(0).at("status"), "ok");
}

TEST_F(MainJob, autopilot_refuses_what_nobody_cleared_and_takes_a_recorded_decision)
{
    std::filesystem::create_directory(path("library"));
    std::filesystem::copy(files.plain(2), path("library") / "harbour seagull.mp4");
    std::vector<std::string> arguments{"autopilot", "seagull", "--library", path("library").string(),
                                       "--source",  "library", "--json",    "--captions",
                                       "off"};
    auto const refused = run(arguments);
    EXPECT_EQ(refused.exit_code, 1);
    auto const document = json(refused);
    auto const& outcome = document.at("result").at("clips").at(0);
    EXPECT_EQ(outcome.at("state"), "failed");
    EXPECT_NE(std::string(outcome.at("next_action").as_string()).find("--rights-note"), std::string::npos);
    arguments.insert(arguments.end(), {"--rights-note", "I filmed it"});
    auto const taken = run(arguments);
    ASSERT_EQ(taken.exit_code, 0) << taken.errors << taken.output;
    auto const target =
        test::Path(std::string(json(taken).at("result").at("clips").at(0).at("made").at("target").as_string()));
    EXPECT_NE(base::read_file(target / "rights.json", 10'000).find("I filmed it"), std::string::npos);
}

TEST_F(MainJob, killed_in_the_middle_of_a_render_it_ends_well_later)
{
    environment["ETTAMETTA_JOBS_LEASE"] = "1s";
    auto const data = path("data").string();
    auto long_run = command({"demo", "--data", data, "--source", "library", "--captions", "off"});
    long_run.grace = base::Milliseconds(0); // SIGKILL right behind the SIGTERM
    std::stop_source stop;
    auto watcher = std::jthread([&] {
        std::filesystem::create_directories(data);
        store::Database database(data + "/ettametta.db");
        for (int i = 0; i < 600; ++i) {
            try {
                if (count(database,
                          "SELECT count(*) FROM jobs WHERE kind = 'transform' AND state = 'running' AND progress > 0") >
                    0)
                    break;
            } catch (base::Error const&) {
            }                                                            // no tables yet
            std::this_thread::sleep_for(std::chrono::milliseconds(100)); // polls another process's rows
        }
        stop.request_stop();
    });
    EXPECT_TRUE(base::run(long_run, stop.get_token()).cancelled); // SIGTERM, and SIGKILL a millisecond later
    watcher.join();
    store::Database database(data + "/ettametta.db");
    ASSERT_EQ(count(database, "SELECT count(*) FROM posts"), 0);
    std::stop_source served;
    auto serve = command({"serve", "--data", data, "--listen", "127.0.0.1:0", "--library", samples_library()});
    auto server = std::jthread([&] { base::run(serve, served.get_token()); });
    for (int i = 0; i < 1800 && count(database, "SELECT count(*) FROM posts WHERE state = 'done'") == 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    served.request_stop();
    server.join();
    EXPECT_EQ(count(database, "SELECT count(*) FROM posts WHERE state = 'done'"), 1);
    EXPECT_EQ(count(database, "SELECT count(*) FROM jobs WHERE kind = 'transform'"), 1);
}

TEST_F(MainJob, serve_answers_health_and_jobs_and_ends_when_asked)
{
    std::stop_source stop;
    std::string url;
    std::promise<void> ready;
    auto serve = command({"serve", "--listen", "127.0.0.1:0", "--json"});
    std::string text;
    serve.on_line = [&](std::string_view line) {
        text += line;
        if (line == "}") {
            url = std::string(base::parse_json(text, "serve").at("url").as_string());
            ready.set_value();
        }
    };
    base::CommandResult result;
    auto server = std::jthread([&] { result = base::run(serve, stop.get_token()); });
    ready.get_future().wait();
    base::SystemClock const clock;
    base::Random random;
    net::HttpClient client({}, clock, random);
    std::string bearer;
    auto const get = [&](std::string const& where) {
        net::Request request;
        request.url = url + where;
        request.trust = net::Trust::Operator;
        if (!bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + bearer);
        return client.send(request);
    };
    EXPECT_EQ(get("/healthz").body, R"({"status":"ok"})");
    EXPECT_EQ(get("/readyz").status, 200);
    EXPECT_EQ(get("/api/v1/jobs").status, 401);
    auto const token = run({"user", "token", "admin", "--token-name", "test", "--scope", "*"});
    bearer = std::string(base::trim(token.output));
    EXPECT_EQ(get("/api/v1/jobs").body, R"({"items":[],"next_cursor":null})");
    EXPECT_EQ(get("/api/v1/jobs/none").status, 404);
    auto const second = run({"serve", "--json", "--listen", url.substr(url.rfind('/') + 1)});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_EQ(error_code(second), "conflict");
    stop.request_stop();
    server.join();
    EXPECT_EQ(result.exit_code, 0) << result.errors;
}
