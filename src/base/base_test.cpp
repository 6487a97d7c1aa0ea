#include "base/clock.h"
#include "base/config.h"
#include "base/hash.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/retry.h"
#include "base/text.h"
#include "base/thread_pool.h"
#include "support.h"

#include <fcntl.h>
#include <set>
#include <unistd.h>

using namespace std::chrono_literals;
using base::ErrorCode;

static std::string roundtrip(char const* text)
{
    auto const time = base::parse_time(text);
    return time ? base::format_time(*time) : "none";
}
static std::string rfc2822(char const* text)
{
    auto const time = base::parse_rfc2822(text);
    return time ? base::format_time(*time) : "none";
}

TEST(Clock, times_are_read_in_every_form_that_platforms_use)
{
    EXPECT_EQ(roundtrip("2026-11-20T10:00:00Z"), "2026-11-20T10:00:00Z");
    EXPECT_EQ(roundtrip("2026-03-02 14:05:09"), "2026-03-02T14:05:09Z");
    EXPECT_EQ(roundtrip("2026-03-04T08:30:00+01:00"), "2026-03-04T07:30:00Z");
    EXPECT_EQ(roundtrip("2026-03-04T08:30:00+0000"), "2026-03-04T08:30:00Z");
    EXPECT_EQ(roundtrip("2026-03-05T19:00:12.5120000"), "2026-03-05T19:00:12.512Z");
    EXPECT_EQ(roundtrip("2026-03-05"), "2026-03-05T00:00:00Z");
    EXPECT_EQ(roundtrip("2026-02-30"), "none");
    EXPECT_EQ(roundtrip("2026-03-05T25:00:00Z"), "none");
    EXPECT_EQ(roundtrip("yesterday"), "none");
    EXPECT_EQ(rfc2822("Mon, 02 Mar 2026 14:05:09 +0000"), "2026-03-02T14:05:09Z");
    EXPECT_EQ(rfc2822("Wed, 4 Mar 2026 08:30:00 EST"), "2026-03-04T13:30:00Z");
    EXPECT_EQ(rfc2822("4 Mar 26 08:30"), "2026-03-04T08:30:00Z");
    EXPECT_EQ(rfc2822("Mar 4"), "none");
}

TEST(Clock, since_takes_durations_and_times_and_names_the_field_otherwise)
{
    auto const now = *base::parse_time("2026-11-22T00:00:00Z");
    EXPECT_EQ(base::format_time(base::parse_since("7d", now, "since")), "2026-11-15T00:00:00Z");
    EXPECT_EQ(base::format_time(base::parse_since("2026-01-01", now, "since")), "2026-01-01T00:00:00Z");
    EXPECT_STREQ(test::error_of([&] { base::parse_since("soon", now, "since"); }).what(),
                 "since: 'soon' is neither a duration nor a time");
    EXPECT_FALSE(base::parse_duration("-3h"));
    EXPECT_FALSE(base::parse_duration("nanh"));
}

TEST(Text, html_becomes_what_a_reader_sees)
{
    EXPECT_EQ(base::strip_html("<p>Fish &amp; chips<br/>a &lt; b &#233;&#x1F426;</p>"), "Fish & chips a < b é🐦");
    EXPECT_EQ(base::strip_html("5 < 6 & more"), "5 < 6 & more");
    EXPECT_EQ(base::strip_html("cut <a href="), "cut");
}

TEST(Text, malformed_utf8_is_found_and_mended)
{
    EXPECT_TRUE(base::is_utf8("naïve 東京 🐦"));
    EXPECT_FALSE(base::is_utf8("\xC0\xAF"));
    EXPECT_FALSE(base::is_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(base::is_utf8(std::string_view("a\0b", 3)));
    EXPECT_EQ(base::clean_utf8("a\xFF\x1B[31mb"), "a\uFFFD[31mb");
    EXPECT_EQ(base::truncate_utf8("aé", 2), "a");
    EXPECT_EQ(base::slug("  Why my Sourdough didn't rise?! "), "why-my-sourdough-didnt-rise");
    EXPECT_EQ(base::slug("東京"), "untitled");
}

TEST(Ids, sort_by_creation_and_never_repeat)
{
    base::FixedClock clock(*base::parse_time("2026-11-22T00:00:00Z"));
    base::Random random(7);
    base::Ids ids(clock, random);
    std::set<std::string> seen;
    std::string last;
    for (int i = 0; i < 10'000; ++i) {
        auto const id = ids.next();
        ASSERT_TRUE(base::is_uuid(id)) << id;
        ASSERT_EQ(id[14], '7');
        ASSERT_LT(last, id);
        ASSERT_TRUE(seen.insert(id).second);
        last = id;
    }
}

TEST(Hash, is_sha_256)
{
    EXPECT_EQ(base::sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static constexpr base::Setting settings[] = {
    {"scan", "deadline", "how long a source may take", "20s"},
    {"ai", "groq_key", "language model", "", "GROQ_API_KEY", true},
    {"endpoint", "*", "base URL of a service"},
};

TEST(Config, flags_win_over_environment_over_file_over_defaults)
{
    base::TemporaryFolder folder;
    auto const file = folder.path() / "ettametta.toml";
    base::write_file_atomic(file, "[scan]\ndeadline = '30s'\n");
    EXPECT_EQ(base::Config(settings, {}).duration("scan.deadline"), 20s);
    EXPECT_EQ(base::Config(settings, {{}, {}, file}).duration("scan.deadline"), 30s);
    std::map<std::string, std::string> const environment{{"ETTAMETTA_SCAN_DEADLINE", "40s"}};
    EXPECT_EQ(base::Config(settings, {{}, environment, file}).duration("scan.deadline"), 40s);
    base::Config const config(settings, {{{"scan.deadline", "50s"}}, environment, file});
    EXPECT_EQ(config.duration("scan.deadline"), 50s);
    EXPECT_EQ(config.origin("scan.deadline"), base::ConfigOrigin::Flag);
}

TEST(Config, endpoints_and_well_known_names_come_from_the_environment)
{
    base::Config const config(settings,
                              {{}, {{"GROQ_API_KEY", "k"}, {"ETTAMETTA_ENDPOINT_PEERTUBE", "http://127.0.0.1:9"}}, {}});
    EXPECT_EQ(config.text("ai.groq_key"), "k");
    EXPECT_EQ(config.find("endpoint.peertube"), "http://127.0.0.1:9");
    EXPECT_EQ(config.find("endpoint.youtube"), std::nullopt);
}

TEST(Config, what_is_missing_or_wrong_is_named)
{
    base::Config const config(settings, {});
    auto const missing = test::error_of([&] { (void)config.require("ai.groq_key", "neural ranking"); });
    EXPECT_EQ(missing.code, ErrorCode::Unavailable);
    EXPECT_EQ(missing.next_action, "set GROQ_API_KEY or ai.groq_key in ettametta.toml");
    base::TemporaryFolder folder;
    auto const file = folder.path() / "e.toml";
    base::write_file_atomic(file, "[scan]\ndedline = 1\n");
    EXPECT_NE(std::string(test::error_of([&] {
                              base::Config(settings, {{}, {}, file});
                          }).what())
                  .find("scan.dedline"),
              std::string::npos);
    base::write_file_atomic(file, "[scan\n");
    EXPECT_NE(std::string(test::error_of([&] {
                              base::Config(settings, {{}, {}, file});
                          }).what())
                  .find(":1:"),
              std::string::npos);
}

TEST(Log, hides_secrets_and_stays_json)
{
    base::TemporaryFolder folder;
    auto const path = folder.path() / "log";
    base::Fd const fd(::open(path.c_str(), O_CREAT | O_WRONLY, 0600));
    base::FixedClock clock(*base::parse_time("2026-11-22T00:00:00Z"));
    base::Log log(clock, base::LogLevel::Info, fd.get());
    log.debug("not.written");
    log.info("source.asked",
             {{"url", "https://u:p@h/x?q=1&api_key=abc"}, {"api_key", "abc"}, {"text", "\"quoted\"\n"}, {"n", 3L}});
    EXPECT_EQ(
        base::read_file(path, 10'000),
        R"({"at":"2026-11-22T00:00:00Z","level":"info","event":"source.asked","url":"https://***@h/x?q=1&api_key=***",)"
        R"("api_key":"***","text":"\"quoted\"\n","n":3})"
        "\n");
}

TEST(Retry, waits_longer_each_time_within_its_bounds)
{
    base::Random random(1);
    base::Backoff const backoff{100ms, 1000ms};
    for (int attempt = 1; attempt < 100; ++attempt) {
        auto const delay = backoff.delay(attempt, random);
        EXPECT_GE(delay, attempt == 1 ? 50ms : 100ms);
        EXPECT_LE(delay, 1000ms);
    }
}

TEST(Retry, gives_up_at_once_where_trying_again_cannot_help)
{
    base::Random random(1);
    int tries = 0;
    auto const error = test::error_of([&] {
        base::retry({1ms, 2ms}, 5, random, {}, [&]() -> int {
            ++tries;
            base::fail(tries < 3 ? ErrorCode::Timeout : ErrorCode::InvalidInput, "try {}", tries);
        });
    });
    EXPECT_STREQ(error.what(), "try 3");
}

TEST(Base64, one_text_stands_for_each_bytes)
{
    for (auto const* bytes : {"", "f", "fo", "foo", "\xFB\xFF\xFE"}) {
        EXPECT_EQ(base::from_base64(base::base64(bytes)), bytes);
        EXPECT_EQ(base::from_base64url(base::base64url(bytes)), bytes);
    }
    EXPECT_EQ(base::base64("\xFB\xFF\xFE"), "+//+");
    EXPECT_EQ(base::base64url("\xFB\xFF\xFE"), "-__-");
    for (auto const* text : {"Zg", "Zh==", "Zg=", "Zg== ", "\xB0w==", "Zm9-", "\xC3\xA4w="})
        EXPECT_FALSE(base::from_base64(text)) << text;
    for (auto const* text : {"Zg==", "Zh", "Z", "Zg\n", "\xB0w", "Zm9/"})
        EXPECT_FALSE(base::from_base64url(text)) << text;
}

TEST(ThreadPool, runs_everything_and_refuses_beyond_its_queue)
{
    base::ThreadPool pool("test", 1, 1);
    std::promise<void> started;
    std::promise<void> release;
    ASSERT_TRUE(pool.try_submit([&](std::stop_token const&) {
        started.set_value();
        release.get_future().wait();
    }));
    started.get_future().wait();
    EXPECT_TRUE(pool.try_submit([](std::stop_token const&) {}));
    EXPECT_FALSE(pool.try_submit([](std::stop_token const&) {}));
    release.set_value();
    EXPECT_EQ(pool.submit([] { return 42; }).get(), 42);
    EXPECT_THROW(pool.submit([]() -> int { base::fail(ErrorCode::Internal, "x"); }).get(), base::Error);
}

TEST(File, a_full_disk_leaves_the_old_file)
{
    auto const error = test::error_of([] { base::fail_errno(ENOSPC, "write", "/x"); });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_EQ(error.next_action, "free some disk space and run it again");
    base::Fd const full(::open("/dev/full", O_WRONLY));
    EXPECT_EQ(test::error_of([&] { base::write_all(full.get(), "x", "/dev/full"); }).code, ErrorCode::Storage);
}
