#include "discovery/scan.h"

#include "base/file.h"
#include "discovery/acquire.h"
#include "net/settings.h"
#include "simulators/archive_org.h"
#include "simulators/feeds.h"
#include "simulators/peertube.h"
#include "simulators/wikimedia_commons.h"
#include "support.h"

#include <set>
#include <sys/stat.h>

using base::ErrorCode;
using discovery::Candidate;
using discovery::ScanResult;
using discovery::SourceCode;
using discovery::SourceReport;
using discovery::SourceStatus;
using simulators::Fault;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string sample(std::string const& name)
{
    return base::read_file(test::source_folder() / "tests/golden/sources" / name, 1 << 20);
}

/// The PeerTube sample with every page on the simulator itself, as one instance would answer.
std::string on_one_instance(std::string text)
{
    for (auto const* host : {"https://clay1.example", "https://clay2.example", "https://clay3.example"})
        for (auto at = text.find(host); at != std::string::npos; at = text.find(host))
            text.replace(at, std::strlen(host), "{here}");
    return text;
}

/// All platforms on loopback, and a scanner that asks them.
struct Scan : testing::Test {
    base::FixedClock clock{*base::parse_time("2026-05-06T00:00:00Z")};
    base::Random random{1};
    simulators::ArchiveOrg archive{sample("archive_org/answer.json"), sample("archive_org/detail.json")};
    simulators::WikimediaCommons commons{sample("wikimedia_commons/answer.json")};
    simulators::PeerTube peertube{on_one_instance(sample("peertube/answer.json")),
                                  on_one_instance(sample("peertube/detail.json"))};
    simulators::Feeds feeds{
        {{"/rss", sample("rss/answer.xml")}, {"/atom", sample("rss/atom.xml")}, {"/broken", "<rss><channel><item>"}}};
    base::TemporaryFolder folder;
    net::HttpClient client{client_options(), clock, random};
    discovery::Options options = all_on_loopback();

    net::ClientOptions client_options() const
    {
        net::ClientOptions out;
        out.user_agent = "ettametta/0.1 (tests; contact@example.com)";
        out.backoff_first = 1ms;
        out.guard_exempt_origins = {feeds.platform.url()};
        return out;
    }

    discovery::Options all_on_loopback() const
    {
        discovery::Options out;
        out.endpoints = {{"archive_org", archive.platform.url()},
                         {"wikimedia_commons", commons.platform.url() + "/"},
                         {"peertube", peertube.platform.url()}};
        out.library = test::source_folder() / "tests/golden/sources/library/folder";
        out.feeds = {feeds.platform.url() + "/rss", feeds.platform.url() + "/atom"};
        std::set<std::string> const here{"archive_org", "library", "peertube", "rss", "wikimedia_commons"};
        for (auto const& spec : discovery::load_specs(test::source_folder() / "catalog/sources"))
            if (!here.contains(spec.id)) out.disabled.push_back(spec.id); // world_test asks them all
        return out;
    }

    discovery::Scanner scanner() { return {test::source_folder() / "catalog", options, client, clock}; }

    ScanResult scan(std::vector<std::string> const& sources = {}, std::string const& niche = "pottery", int limit = 50)
    {
        return scanner().scan({niche, *base::parse_time("2026-05-01T00:00:00Z"), limit, sources});
    }

    static SourceReport const& report(ScanResult const& result, std::string const& id)
    {
        for (auto const& one : result.sources)
            if (one.id == id) return one;
        base::fail(ErrorCode::NotFound, "no report of {}", id);
    }

    /// What one source reports when its platform fails so.
    SourceReport failing(simulators::Platform& platform, std::string const& id, Fault fault)
    {
        platform.fail(fault);
        return report(scan({id}), id);
    }
};

/// A path of the machine or a port of the day has no place in a golden file.
std::string without_places(std::string text, std::vector<std::pair<std::string, std::string>> const& places)
{
    for (auto const& [place, name] : places)
        for (auto at = text.find(place); at != std::string::npos; at = text.find(place))
            text.replace(at, place.size(), name);
    return text;
}

Candidate const& find(ScanResult const& result, std::string const& part)
{
    for (auto const& one : result.candidates)
        if (one.id.find(part) != std::string::npos) return one;
    base::fail(ErrorCode::NotFound, "no candidate {}", part);
}

} // namespace

TEST_F(Scan, asks_every_source_and_ranks_what_they_offer)
{
    auto result = scan();
    std::erase_if(result.sources, [](auto const& one) { return one.status == SourceStatus::Skipped; });
    for (auto& one : result.sources) {
        EXPECT_EQ(one.status, one.id == "archive_org" || one.id == "peertube" ? one.status : SourceStatus::Ok)
            << one.id << " " << one.reason.value_or("");
        one.took_ms = 0;
    }
    for (auto const* platform : {&archive.platform, &commons.platform, &peertube.platform, &feeds.platform})
        EXPECT_EQ(platform->refusals(), std::vector<std::string>{});
    auto const text =
        without_places(base::to_pretty_json(result) + "\n", {{archive.platform.url(), "https://archive.example"},
                                                             {peertube.platform.url(), "https://tube.example"},
                                                             {feeds.platform.url(), "https://feeds.example"},
                                                             {test::source_folder().string(), "/footage"}});
    auto const golden = test::source_folder() / "tests/golden/scan.json";
    // Feed ids hold a hash of the feed's address, which here has another port each time.
    auto const stable = [](std::string document) {
        for (auto at = document.find("\"rss:"); at != std::string::npos; at = document.find("\"rss:", at + 5))
            document.replace(at + 5, 16, "0000000000000000");
        return document;
    };
    if (std::getenv("ETTAMETTA_UPDATE_GOLDEN")) base::write_file_atomic(golden, stable(text));
    EXPECT_EQ(test::first_difference(stable(text), base::read_file(golden, 1 << 20)), "");
}

TEST_F(Scan, public_names_of_a_candidate_come_first_and_in_order)
{
    auto const text = base::to_json(Candidate{});
    EXPECT_TRUE(text.starts_with(
        R"({"id":"","platform":"","url":"","title":"","description":"","author":null,"published_at":null,)"
        R"("duration_seconds":null,"views":null,"likes":null,"comments":null,"shares":null,"thumbnail_url":null,)"
        R"("tags":[],"license":"unknown","language":null,"score":0.0,"reasons":[])"))
        << text;
}

TEST_F(Scan, says_what_became_of_a_source_in_each_way_it_can_fail)
{
    auto const failed = [&](Fault fault) {
        auto const one = failing(archive.platform, "archive_org", fault);
        EXPECT_EQ(one.status, SourceStatus::Failed);
        EXPECT_FALSE(one.reason.value_or("").empty());
        return one.code;
    };
    EXPECT_EQ(failed(Fault::Busy), SourceCode::RateLimited);
    EXPECT_EQ(failed(Fault::Down), SourceCode::UpstreamError);
    EXPECT_EQ(failed(Fault::Truncated), SourceCode::UpstreamError);
    EXPECT_EQ(failed(Fault::BlockPage), SourceCode::Blocked);
    EXPECT_EQ(failed(Fault::Nonsense), SourceCode::BadAnswer);
    EXPECT_EQ(failed(Fault::OddLayout), SourceCode::LayoutChanged);
    EXPECT_EQ(failed(Fault::ErrorInside), SourceCode::UpstreamError);
    auto const lagging = failing(commons.platform, "wikimedia_commons", Fault::ErrorInside);
    EXPECT_EQ(lagging.code, SourceCode::RateLimited);
    EXPECT_EQ(lagging.reason, "Wikimedia Commons: Waiting for db9: 7 seconds lagged.");
    auto const busy = failing(archive.platform, "archive_org", Fault::Busy);
    EXPECT_EQ(busy.next_action, "ask again in 1 h 00 min");
}

TEST_F(Scan, a_short_outage_is_ridden_out)
{
    peertube.platform.fail(Fault::Down, 2);
    EXPECT_EQ(report(scan({"peertube"}), "peertube").status, SourceStatus::Ok);
}

TEST_F(Scan, a_dead_source_neither_hides_nor_outlasts_the_others)
{
    commons.platform.fail(Fault::Hang);
    options.deadline = 1'500ms;
    auto const result = scan();
    auto const& dead = report(result, "wikimedia_commons");
    EXPECT_EQ(dead.status, SourceStatus::Failed);
    EXPECT_EQ(dead.code, SourceCode::Timeout);
    EXPECT_EQ(dead.count, 0);
    EXPECT_GT(report(result, "peertube").count, 0);
    EXPECT_GT(report(result, "library").count, 0);
    EXPECT_FALSE(result.candidates.empty());
}

TEST_F(Scan, what_fails_in_a_second_question_costs_the_file_and_no_more)
{
    archive.platform.fail(Fault::Nonsense, -1, "/metadata/");
    auto const result = scan({"archive_org"});
    auto const& one = report(result, "archive_org");
    EXPECT_EQ(one.status, SourceStatus::Partial);
    EXPECT_EQ(one.count, 3);
    EXPECT_FALSE(find(result, "kiln-diary-07").media_url);
}

TEST_F(Scan, one_broken_feed_does_not_hide_the_others)
{
    options.feeds.push_back(feeds.platform.url() + "/broken");
    options.feeds.push_back(feeds.platform.url() + "/missing");
    options.feeds.push_back("http://127.0.0.1:9/inside");
    auto const result = scan({"rss"});
    auto const& one = report(result, "rss");
    EXPECT_EQ(one.status, SourceStatus::Partial);
    EXPECT_EQ(one.count, 4);
    EXPECT_NE(one.reason.value().find("/missing: HTTP 404"), std::string::npos) << *one.reason;
}

TEST_F(Scan, names_the_setting_that_an_unconfigured_source_lacks)
{
    options.library.clear();
    options.feeds.clear();
    auto const result = scan({"library", "rss"});
    EXPECT_EQ(report(result, "library").status, SourceStatus::Unavailable);
    EXPECT_EQ(report(result, "library").reason, "discovery.library is not set");
    EXPECT_EQ(report(result, "rss").next_action, "set discovery.feeds in ettametta.toml to a list of feed addresses");
    auto const list = scanner().list();
    EXPECT_GE(list.size(), 26U);
    for (auto const& one : list) EXPECT_TRUE(one.kind == "web" || !one.configured) << one.id;
}

TEST_F(Scan, sources_can_be_turned_off_and_asked_for_by_name)
{
    options.disabled.push_back("peertube");
    EXPECT_EQ(report(scan(), "peertube").status, SourceStatus::Skipped);
    EXPECT_EQ(peertube.platform.requests(), 0);
    EXPECT_EQ(report(scan({"peertube"}), "peertube").status, SourceStatus::Ok);
    EXPECT_EQ(test::error_of([&] { scan({"pigeon"}); }).code, ErrorCode::InvalidInput);
}

TEST_F(Scan, refuses_a_question_that_is_none)
{
    EXPECT_EQ(test::error_of([&] { scan({}, " -- "); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { scan({}, std::string(201, 'a')); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { scan({}, "pottery", 0); }).code, ErrorCode::InvalidInput);
    EXPECT_EQ(test::error_of([&] { scan({}, "pottery\xff"); }).code, ErrorCode::InvalidInput);
}

TEST_F(Scan, words_of_a_niche_are_never_operators_of_a_platform)
{
    scan({}, R"(a" OR identifier:(x) {limit} & filetype:image \)");
    for (auto const* platform : {&archive.platform, &commons.platform, &peertube.platform})
        EXPECT_EQ(platform->refusals(), std::vector<std::string>{});
}

TEST_F(Scan, the_same_page_from_two_sources_counts_once)
{
    auto const copy = "<rss version=\"2.0\"><channel><item><title>pottery kiln "
                      "again</title><link>http://www.archive.org/details/kiln-diary-07/"
                      "?utm_source=feed</link></item></channel></rss>";
    simulators::Feeds const other(std::map<std::string, std::string>{{"/copy", copy}});
    auto guard = client_options();
    guard.guard_exempt_origins = {other.platform.url()};
    net::HttpClient reader(guard, clock, random);
    options.feeds = {other.platform.url() + "/copy"};
    discovery::Scanner both(test::source_folder() / "catalog", options, reader, clock);
    auto const result = both.scan({"pottery", *base::parse_time("2026-05-01T00:00:00Z"), 50, {"archive_org", "rss"}});
    EXPECT_EQ(report(result, "rss").count, 1);
    EXPECT_EQ(std::count_if(result.candidates.begin(), result.candidates.end(),
                            [](auto const& one) { return one.platform == "rss"; }),
              0);
    EXPECT_EQ(result.candidates.size(), 3U);
}

TEST_F(Scan, stops_when_told_to)
{
    std::stop_source source;
    source.request_stop();
    auto scanner_ = scanner();
    EXPECT_EQ(test::error_of([&] {
                  scanner_.scan({"pottery", clock.now() - 24h, 5, {}}, source.get_token());
              }).code,
              ErrorCode::Cancelled);
}

TEST_F(Scan, check_asks_each_source_a_small_question)
{
    auto const reports = scanner().check({"archive_org", "peertube"});
    ASSERT_EQ(reports.size(), 2U);
    for (auto const& one : reports) EXPECT_NE(one.status, SourceStatus::Failed) << one.reason.value_or("");
    EXPECT_EQ(reports[1].quota_left, 41);
}

TEST_F(Scan, footage_that_does_not_fit_the_niche_is_left_out)
{
    auto const result = scan({"library"}, "airplanes");
    EXPECT_EQ(report(result, "library").status, SourceStatus::Empty);
    EXPECT_TRUE(result.candidates.empty());
    EXPECT_EQ(scan({"library"}, "cat").candidates.at(0).title, "cats");
}

TEST_F(Scan, footage_is_found_with_care)
{
    auto const put = [&](fs::path const& path, std::string const& text) {
        base::make_folder((folder.path() / path).parent_path());
        base::write_file_atomic(folder.path() / path, text);
    };
    base::TemporaryFolder const outside;
    base::write_file_atomic(outside.path() / "pottery-elsewhere.mp4", "x");
    put("pottery a.mp4", "x");
    put("pottery a.mp4.json", R"({"title": "Pottery A", "licence": "own"})");
    put("sub/pottery b.mp4", "x");
    put("sub/pottery b.mp4.json", R"({"title": "Pottery B", "license": "own", "duration_seconds": 0})");
    put(".hidden/pottery c.mp4", "x");
    put(".pottery d.mp4", "x");
    put("pottery e.txt", "x");
    fs::create_symlink(outside.path() / "pottery-elsewhere.mp4", folder.path() / "pottery f.mp4");
    fs::create_directory_symlink(outside.path(), folder.path() / "pottery");
    ::mkfifo((folder.path() / "pottery g.mp4").c_str(), 0600);
    options.library = folder.path();
    auto const result = scan({"library"});
    auto const& one = report(result, "library");
    EXPECT_EQ(one.status, SourceStatus::Partial);
    EXPECT_EQ(one.count, 2);
    EXPECT_NE(one.reason.value().find("pottery a.mp4.json: licence: unknown field"), std::string::npos) << *one.reason;
    EXPECT_NE(one.reason.value().find("pottery b.mp4.json: duration_seconds"), std::string::npos) << *one.reason;
    for (auto const& clip : result.candidates) {
        EXPECT_EQ(clip.license, "unknown");
        EXPECT_FALSE(clip.views || clip.published_at);
    }
    options.library = folder.path() / "nowhere";
    auto const missing = scan({"library"});
    EXPECT_EQ(report(missing, "library").status, SourceStatus::Failed);
    EXPECT_NE(report(missing, "library").reason.value().find("nowhere"), std::string::npos);
}

TEST_F(Scan, a_clip_is_acquired_with_its_hash_and_rights)
{
    auto const result = scan();
    store::FolderBlobStore blobs(folder.path() / "blobs");
    discovery::AcquireOptions const acquire{.cache = folder.path() / "cache", .blobs = blobs};
    auto const own = discovery::acquire(find(result, "bowl-on-the-wheel"), acquire, options, client);
    EXPECT_FALSE(own.downloaded);
    EXPECT_EQ(own.rights.status, discovery::RightsStatus::Cleared);
    auto const kiln = find(result, "kiln-diary-07");
    auto const first = discovery::acquire(kiln, acquire, options, client);
    EXPECT_TRUE(first.downloaded);
    EXPECT_EQ(base::read_file(first.path, 100), "a video");
    EXPECT_EQ(first.path, blobs.path_of(first.blob.value()));
    EXPECT_EQ(first.rights.license, "cc-by");
    EXPECT_TRUE(first.rights.attribution_required);
    EXPECT_EQ(first.rights.status, discovery::RightsStatus::Cleared);
    auto const asked = archive.platform.requests();
    auto const second = discovery::acquire(kiln, acquire, options, client);
    EXPECT_FALSE(second.downloaded);
    EXPECT_EQ(second.sha256, first.sha256);
    EXPECT_EQ(archive.platform.requests(), asked);
    base::write_file_atomic(first.path, "A VIDEO"); // a damaged blob is fetched again
    EXPECT_EQ(discovery::acquire(kiln, acquire, options, client).sha256, first.sha256);
    EXPECT_EQ(archive.platform.requests(), asked + 1);
}

TEST_F(Scan, a_candidate_cannot_lead_the_downloader_inside)
{
    Candidate evil;
    evil.id = "rss:1";
    evil.platform = "rss";
    evil.url = "https://ok.example/";
    store::FolderBlobStore blobs(folder.path() / "blobs");
    discovery::AcquireOptions const acquire{.cache = folder.path(), .blobs = blobs};
    for (auto const& url : {archive.platform.url() + "/download/x/y.mp4",
                            std::string("http://169.254.169.254/latest.mp4"), std::string("http://localhost/x.mp4")}) {
        evil.media_url = url; // the archive's own endpoint is the operator's only for the archive's candidates
        EXPECT_EQ(test::error_of([&] { discovery::acquire(evil, acquire, options, client); }).code,
                  ErrorCode::Forbidden)
            << url;
    }
    evil.license = "cc-by"; // asks for an author whom nobody named
    EXPECT_EQ(discovery::rights_of(evil).status, discovery::RightsStatus::Unknown);
}

TEST(DiscoverySettings, are_read_from_the_configuration)
{
    auto settings = discovery::settings();
    for (auto const& one : net::settings()) settings.push_back(one);
    base::Config const config(
        settings, {.environment = {{"ETTAMETTA_ENDPOINT_ARCHIVE_ORG", "http://127.0.0.1:9001"},
                                   {"ETTAMETTA_DISCOVERY_FEEDS", " https://a.example/f , https://b.example/g,"},
                                   {"ETTAMETTA_NET_USER_AGENT", "mine/1 (me@example.com)"}}});
    auto const options = discovery::options_from(config, test::source_folder() / "catalog");
    EXPECT_EQ(options.endpoints.at("archive_org"), "http://127.0.0.1:9001");
    EXPECT_EQ(options.feeds, (std::vector<std::string>{"https://a.example/f", "https://b.example/g"}));
    EXPECT_EQ(options.deadline, 15s);
    EXPECT_EQ(net::options_from(config).user_agent, "mine/1 (me@example.com)");
}
