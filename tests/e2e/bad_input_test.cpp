// What goes wrong ends in one clear error with the contract's exit code, or in a correct result; nothing half-written
// stands at OUTPUT.
#include "command_line.h"
#include "store/database.h"
#include "store/migrations.h"

#include <fcntl.h>
#include <unistd.h>

class BadInput : public test::CommandLine {
protected:
    std::string output = path("result/out.mp4").string();

    void SetUp() override { std::filesystem::create_directory(path("result")); }
    base::CommandResult transform(test::Path const& input, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> arguments{"transform", input.string(), "-o",        output,   "--json", "--captions",
                                           "off",       "--preset",     "ultrafast", "--trim", "0-1"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments);
    }
    int files_in_result() const
    {
        return static_cast<int>(std::distance(std::filesystem::directory_iterator(path("result")), {}));
    }
    void refuse(test::Path const& input, std::string const& code, int exit_code = 2, std::vector<std::string> more = {})
    {
        auto const result = transform(input, std::move(more));
        EXPECT_EQ(result.exit_code, exit_code) << input << result.errors << result.output;
        EXPECT_EQ(error_code(result), code) << input;
        EXPECT_EQ(result.output, "") << input;
        EXPECT_EQ(files_in_result(), 0) << input;
    }
    void accept(test::Path const& input, std::vector<std::string> more = {})
    {
        auto const result = transform(input, std::move(more));
        EXPECT_EQ(result.exit_code, 0) << input << result.errors;
        if (result.exit_code != 0) return;
        EXPECT_EQ(json(result).at("width"), 1080) << input;
        EXPECT_EQ(files_in_result(), 3) << input;
        for (auto const& entry : std::filesystem::directory_iterator(path("result")))
            std::filesystem::remove(entry.path());
    }
};

TEST_F(BadInput, what_is_no_film_is_refused)
{
    refuse(path("missing.mp4"), "not_found");
    refuse(files.text("empty.mp4", ""), "invalid_input");
    refuse(files.text("text.mp4", std::string(5000, 'x')), "invalid_input");
    refuse(files.audio_only(), "invalid_input");
    refuse(files.truncated(files.plain(2), 0.02), "invalid_input");
    refuse(test::ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "0"}, path("zero.mp4")),
           "invalid_input");
    refuse(folder.path(), "invalid_input");
    refuse("/dev/null", "invalid_input");
}

TEST_F(BadInput, odd_films_become_correct_clips)
{
    for (auto const& input : {files.video_only(), files.rotated(), files.odd_sized(), files.variable_rate(),
                              files.ten_bit(), files.hdr(), files.interlaced(), files.wide_pixels()})
        accept(input);
}

TEST_F(BadInput, a_853x481_film_and_a_damaged_one_become_clips)
{
    accept(files.make("853.mp4", 2, "854x482", {"-vf", "scale=853:481,format=yuv444p", "-c:v", "libx264"}));
    accept(files.damaged(files.plain(4), 997));
}

TEST_F(BadInput, an_8k_film_becomes_a_clip) { accept(files.eight_k(12)); }

TEST_F(BadInput, six_hours_become_a_clip)
{
    auto const result = transform(files.long_film(6 * 3600), {});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
}

TEST_F(BadInput, wrong_options_are_refused_before_any_work)
{
    auto const input = files.plain(1);
    refuse(input, "invalid_input", 2, {"--look", "nior"});
    refuse(input, "invalid_input", 2, {"--filter", "zoom:factor=9"});
    refuse(input, "invalid_input", 2, {"--filter", "sharpen-it"});
    refuse(input, "invalid_input", 2, {"--aspect", "3:2"});
    refuse(input, "invalid_input", 2, {"--crf", "99"});
    refuse(input, "invalid_input", 2, {"--encoder", "h266"});
    refuse(input, "invalid_input", 2, {"--transcript", files.text("t.srt", "x --> y\n").string()});
    refuse(input, "not_found", 2, {"--music", "/nowhere.mp3"});
    refuse(input, "invalid_input", 2, {"--plan", files.text("p.json", R"({"version": 1, "cust": []})").string()});
    EXPECT_EQ(run({"transform", input.string()}).exit_code, 2);
    EXPECT_EQ(run({"discover", "", "--json"}).exit_code, 2);
    EXPECT_EQ(run({"discover", "x", "--since", "soon"}).exit_code, 2);
    EXPECT_EQ(run({"discover", "x", "--source", "myspace"}).exit_code, 2);
    EXPECT_EQ(run({"discover", "x", "--source", "library"}).exit_code, 4);
}

TEST_F(BadInput, the_input_is_never_overwritten)
{
    auto const input = files.plain(1);
    auto const before = base::read_file(input, 1 << 24);
    EXPECT_EQ(run({"transform", input.string(), "-o", input.string()}).exit_code, 2);
    EXPECT_EQ(base::read_file(input, 1 << 24), before);
}

/// Runs as nobody, whom the rights of files hold, unlike root.
static std::vector<std::string> as_nobody(std::vector<std::string> arguments)
{
    if (::geteuid() != 0) return arguments;
    std::vector<std::string> out{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    out.insert(out.end(), arguments.begin(), arguments.end());
    return out;
}

TEST_F(BadInput, folders_that_cannot_be_written_or_read_are_named)
{
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    std::filesystem::create_directory(path("locked"));
    std::filesystem::permissions(path("locked"),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    auto data = command({"db", "migrate", "--data", path("locked/data").string(), "--json"});
    data.arguments = as_nobody(data.arguments);
    auto const refused = base::run(data);
    EXPECT_EQ(refused.exit_code, 1) << refused.errors;
    EXPECT_EQ(error_code(refused), "storage");
    std::filesystem::permissions(path("locked"), std::filesystem::perms::owner_all);
    std::filesystem::create_directory(path("unreadable"));
    std::filesystem::permissions(path("unreadable"), std::filesystem::perms::none);
    auto scan = command({"discover", "x", "--source", "library", "--library", path("unreadable").string(), "--json"});
    scan.arguments = as_nobody(scan.arguments);
    auto const failed = base::run(scan);
    EXPECT_EQ(failed.exit_code, 1) << failed.errors;
    EXPECT_EQ(json(failed).at("sources").at(0).at("status"), "failed");
    std::filesystem::permissions(path("unreadable"), std::filesystem::perms::owner_all);
}

TEST_F(BadInput, a_full_disk_ends_in_one_error_and_leaves_nothing)
{
    auto const input = files.plain(2);
    auto const small = path("small").string();
    std::filesystem::create_directory(small);
    // A file system of 256 KiB of our own, in a mount namespace of our own.
    auto full = command({"transform", input.string(), "-o", small + "/out.mp4", "--json", "--captions", "off"});
    std::vector<std::string> const space{"unshare",
                                         "--mount",
                                         "--map-root-user",
                                         "sh",
                                         "-c",
                                         "mount -t tmpfs -o size=256k none '" + small +
                                             "' || exit 77; \"$@\"; code=$?; ls -A '" + small + "' >&2; exit $code",
                                         "sh"};
    full.arguments.insert(full.arguments.begin(), space.begin(), space.end());
    auto const result = base::run(full);
    if (result.exit_code == 77 || result.errors.find("unshare failed") != std::string::npos)
        GTEST_SKIP() << "this machine lets nobody mount a file system: " << result.errors;
    EXPECT_EQ(result.exit_code, 1) << result.errors;
    EXPECT_EQ(error_code(result), "storage") << result.errors;
    EXPECT_EQ(result.errors.find("out.mp4\n"), std::string::npos) << result.errors;
}

TEST_F(BadInput, a_database_of_a_newer_version_is_left_alone)
{
    auto const data = path("data");
    ASSERT_EQ(run({"db", "migrate", "--data", data.string()}).exit_code, 0);
    {
        store::Database database((data / "ettametta.db").string());
        database.execute(
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, '9999_later', 'x', 0)");
    }
    auto const result = run({"autopilot", "x", "--data", data.string(), "--json"});
    EXPECT_EQ(result.exit_code, 1) << result.errors;
    EXPECT_EQ(error_code(result), "conflict");
    EXPECT_NE(result.errors.find("9999"), std::string::npos);
}

TEST_F(BadInput, two_processes_share_a_data_folder)
{
    auto const data = path("data").string();
    std::filesystem::create_directory(path("library"));
    for (auto const* name : {"first gull", "second gull"}) {
        std::filesystem::copy(files.plain(1), path("library") / (std::string(name) + ".mp4"));
        files.text(std::string("library/") + name + ".mp4.json", R"({"license": "own"})");
    }
    auto const start = [&](std::string niche) {
        return run({"autopilot", niche, "--data", data, "--library", path("library").string(), "--source", "library",
                    "--captions", "off", "--json"});
    };
    base::CommandResult first;
    auto other = std::jthread([&] { first = start("first"); });
    auto const second = start("second");
    other.join();
    EXPECT_EQ(first.exit_code, 0) << first.errors;
    EXPECT_EQ(second.exit_code, 0) << second.errors;
    store::Database database(data + "/ettametta.db");
    EXPECT_EQ(database.query("SELECT count(*) FROM posts WHERE state = 'done'")[0].get<int>(0), 2);
}

TEST_F(BadInput, ctrl_c_ends_with_130_and_leaves_only_what_the_same_command_goes_on_from)
{
    auto const input = files.plain(20, "1280x720", "long.mp4");
    std::stop_source stop;
    auto interrupted = command({"transform", input.string(), "-o", output, "--captions", "off"});
    auto errors = path("errors");
    interrupted.arguments.insert(interrupted.arguments.begin(), {"sh", "-c", "exec \"$@\" 2>&1", "sh"});
    interrupted.on_line = [&](std::string_view line) {
        if (line.starts_with("render: ")) stop.request_stop(); // base::run sends SIGTERM, which means the same
    };
    auto const result = base::run(interrupted, stop.get_token());
    EXPECT_EQ(result.exit_code, 130);
    for (auto const& entry : std::filesystem::directory_iterator(path("result")))
        EXPECT_TRUE(entry.path().filename().string().starts_with(
            "." + std::filesystem::path(output).filename().string() + ".work."))
            << entry.path();
    EXPECT_LE(files_in_result(), 1);
}

TEST_F(BadInput, backup_and_restore_bring_back_what_was)
{
    auto const data = path("data").string();
    ASSERT_EQ(run({"db", "migrate", "--data", data}).exit_code, 0);
    auto const add = [&](char const* id) {
        store::Database database(data + "/ettametta.db");
        database.execute("INSERT INTO candidates (id, owner_id, niche, platform, url, title, data, found_at, "
                         "created_at, updated_at) VALUES ($1,'local','n','p','u','t','{}',0,0,0)",
                         std::string(id));
    };
    add("one");
    ASSERT_EQ(run({"backup", path("b.ettametta").string(), "--data", data}).exit_code, 0);
    add("two");
    EXPECT_EQ(run({"restore", files.text("no.backup", "x").string(), "--data", data}).exit_code, 2);
    ASSERT_EQ(run({"restore", path("b.ettametta").string(), "--data", data}).exit_code, 0);
    EXPECT_EQ(run({"db", "check", "--data", data}).exit_code, 0);
    store::Database database(data + "/ettametta.db");
    EXPECT_EQ(database.query("SELECT count(*) FROM candidates")[0].get<int>(0), 1);
}
