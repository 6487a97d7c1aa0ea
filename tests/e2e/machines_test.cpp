// Two machines that share a database, a bus and a bucket, and no disk.
#include "command_line.h"
#include "nats_server.h"
#include "objects/client.h"
#include "postgres_server.h"
#include "swift_server.h"

#include <future>

static base::SystemClock const the_clock;

class Machines : public test::CommandLine {
protected:
    Machines()
    {
        base::Random random(1);
        net::HttpClient http({}, the_clock, random);
        objects::ClientOptions options;
        options.endpoint = swift_.url();
        options.bucket = "media";
        options.credentials = {test::SwiftServer::access_key, test::SwiftServer::secret_key};
        objects::Client(options, http, random).create_bucket();
        environment["DATABASE_URL"] = test::PostgresServer::shared().create_database();
        environment["NATS_URL"] = nats_.url();
        environment["S3_ENDPOINT"] = swift_.url();
        environment["S3_BUCKET"] = "media";
        environment["AWS_ACCESS_KEY_ID"] = test::SwiftServer::access_key;
        environment["AWS_SECRET_ACCESS_KEY"] = test::SwiftServer::secret_key;
    }
    /// A process with these settings of its own, until it is stopped.
    std::future<base::CommandResult> start(std::vector<std::string> arguments,
                                           std::map<std::string, std::string> const& settings, std::stop_token stop)
    {
        auto what = command(std::move(arguments));
        for (auto const& [name, value] : settings) (*what.environment)[name] = value;
        return std::async(std::launch::async, [what, stop] { return base::run(what, stop); });
    }
    int count(std::string const& folder, std::string const& ending) const
    {
        int files = 0;
        std::error_code none;
        for (auto const& entry : std::filesystem::directory_iterator(path(folder), none))
            files += entry.path().extension() == ending ? 1 : 0;
        return files;
    }

    test::NatsServer nats_;
    test::SwiftServer swift_;
};

TEST_F(Machines, one_fetches_and_hands_over_what_another_renders)
{
    std::stop_source stop;
    auto renderer = start({"worker", "--data", path("renderer").string()}, {{"ETTAMETTA_JOBS_NETWORK_THREADS", "0"}},
                          stop.get_token());
    std::shared_ptr<void> const at_the_end(nullptr, [&](void*) { stop.request_stop(); });
    std::filesystem::create_directory(path("library"));
    std::filesystem::copy(files.plain(2), path("library") / "harbour seagull.mp4");
    auto front =
        start({"autopilot", "seagull", "--library", path("library").string(), "--source", "library", "--captions",
               "off", "--rights-note", "I filmed it", "--json", "--data", path("front").string()},
              {{"ETTAMETTA_JOBS_COMPUTE_THREADS", "0"}}, {});
    auto const result = front.get();
    ASSERT_EQ(result.exit_code, 0) << result.output << result.errors;
    auto const made = json(result).at("result").at("clips").at(0);
    EXPECT_EQ(made.at("state"), "done");
    auto const outbox = test::Path(std::string(made.at("made").at("target").as_string()));
    EXPECT_TRUE(outbox.string().starts_with(path("front").string()));
    for (auto const* name : {"clip.mp4", "thumbnail.jpg", "rights.json", "record.json"})
        EXPECT_TRUE(std::filesystem::exists(outbox / name)) << name;
    EXPECT_EQ(count("renderer/clips", ".mp4"), 1);
    EXPECT_GE(count("renderer/cache/objects/blobs", ""), 1) << "the renderer read what the other one had put there";

    auto const healthy = run({"doctor", "--worker", "--data", path("renderer").string()});
    EXPECT_EQ(healthy.exit_code, 0) << healthy.output << healthy.errors;
    stop.request_stop();
    renderer.get();
    auto const ended = run({"doctor", "--worker", "--data", path("renderer").string()});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.output.find("no worker of"), std::string::npos) << ended.output;
}
