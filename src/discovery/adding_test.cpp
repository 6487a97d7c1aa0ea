// docs/adding.md shows how a source is added; what it shows must work.
#include "base/file.h"
#include "discovery/scan.h"
#include "simulators/platform.h"
#include "support.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The n-th block of JSON in the chapter.
static std::string block(std::string const& guide, int number)
{
    auto at = guide.find("## A source, for instance");
    for (int i = 0; i <= number; ++i) at = guide.find("```json\n", at) + 8;
    return guide.substr(at, guide.find("\n```", at) - at);
}

TEST(Adding, a_source_is_one_file_and_its_sample)
{
    auto const guide = base::read_file(test::source_folder() / "docs/adding.md", 1 << 20);
    base::TemporaryFolder const folder;
    fs::copy(test::source_folder() / "catalog", folder.path() / "catalog", fs::copy_options::recursive);
    base::write_file_atomic(folder.path() / "catalog/sources/openverse.json", block(guide, 0));
    auto const sample = block(guide, 1);
    simulators::Platform const platform(
        [&](net::ServerRequest const& request) -> net::ServerResponse {
            if (request.path != "/v1/audio/" || request.parameter("q") != "street music") return {404};
            return {200, {}, sample};
        },
        "{}");
    base::FixedClock const clock(*base::parse_time("2026-05-06T00:00:00Z"));
    base::Random random{1};
    net::HttpClient client{{}, clock, random};
    discovery::Options options;
    options.endpoints["openverse"] = platform.url();
    discovery::Scanner scanner(folder.path() / "catalog", options, client, clock);
    auto const result = scanner.scan({"street music", clock.now() - 24h, 10, {"openverse"}});
    ASSERT_EQ(result.candidates.size(), 2U) << result.sources.front().reason.value_or("");
    auto const& organ = result.candidates[result.candidates[0].title == "Street organ" ? 0 : 1];
    auto const& rain = result.candidates[result.candidates[0].title == "Street organ" ? 1 : 0];
    EXPECT_EQ(organ.id, "openverse:0b1c-made-up");
    EXPECT_EQ(organ.duration_seconds, 61.5);
    EXPECT_EQ(organ.license, "cc-by");
    EXPECT_EQ(organ.kind, discovery::CandidateKind::Audio);
    EXPECT_EQ(rain.license, "cc0");
    EXPECT_FALSE(rain.views || rain.duration_seconds || rain.author);
}
