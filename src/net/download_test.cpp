#include "net/download.h"

#include "base/hash.h"
#include "net/http_server.h"
#include "support.h"

#include <atomic>
#include <charconv>

using base::ErrorCode;
using net::ServerRequest;
using net::ServerResponse;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

base::SystemClock const the_clock;

/// Serves one file with Range, and breaks off where it is told to.
struct FileServer {
    std::string content;
    std::string tag = "\"v1\"";
    bool ranges = true;
    std::vector<std::size_t> cuts;  ///< bytes after which the first answers break off
    std::vector<std::string> asked; ///< the Range headers
    std::mutex mutex;
    net::HttpServer server{{},
                           [this](ServerRequest const& request, std::stop_token const&) { return answer(request); }};

    explicit FileServer(std::size_t bytes)
    {
        for (std::size_t i = 0; content.size() < bytes; ++i) content += std::to_string(i) + " ";
        content.resize(bytes);
    }

    ServerResponse answer(ServerRequest const& request)
    {
        std::scoped_lock const lock(mutex);
        auto const range = std::string(request.header("Range"));
        asked.push_back(range);
        ServerResponse response{200, {{"ETag", tag}}, content, "video/mp4"};
        if (ranges && !range.empty() && request.header("If-Range") == tag) {
            auto const first = std::stoull(range.substr(6));
            if (first >= content.size()) return {416, {}, ""};
            response.status = 206;
            response.body = content.substr(first);
            response.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                               std::to_string(content.size() - 1) + "/" +
                                                               std::to_string(content.size()));
        }
        if (!cuts.empty()) {
            response.cut_after = cuts.front();
            cuts.erase(cuts.begin());
        }
        return response;
    }
};

struct Downloads : testing::Test {
    base::Random random{1};
    net::HttpClient client{{}, the_clock, random};
    base::TemporaryFolder folder;
    fs::path target = folder.path() / "in" / "clip.mp4";
    net::DownloadOptions options{.bytes_max = 8U << 20U, .free_bytes_min = 0};

    net::Request ask(FileServer const& files) const
    {
        net::Request request{.url = files.server.url() + "/clip.mp4", .trust = net::Trust::Operator};
        request.retry_after_max = 1ms;
        return request;
    }
    std::string read() const { return base::read_file(target, 16U << 20U); }
    bool clean() const { return !fs::exists(target.string() + ".part") && !fs::exists(target.string() + ".part.json"); }
};

} // namespace

TEST_F(Downloads, arrive_whole_with_their_hash_and_tell_of_their_progress)
{
    FileServer files(3'000'000);
    std::uintmax_t last = 0;
    options.on_progress = [&](std::uintmax_t bytes, std::optional<std::uintmax_t> total) {
        EXPECT_GE(bytes, last);
        EXPECT_EQ(total, 3'000'000U);
        last = bytes;
    };
    auto const result = net::download(client, ask(files), target, options);
    EXPECT_EQ(read(), files.content);
    EXPECT_EQ(result.sha256, base::sha256(files.content));
    EXPECT_EQ(result.bytes, 3'000'000U);
    EXPECT_EQ(result.content_type, "video/mp4");
    EXPECT_EQ(last, 3'000'000U);
    EXPECT_TRUE(clean());
}

TEST_F(Downloads, go_on_where_the_connection_broke)
{
    FileServer files(2'000'000);
    files.cuts = {700'000, 500'000};
    auto const result = net::download(client, ask(files), target, options);
    EXPECT_EQ(read(), files.content);
    EXPECT_EQ(result.sha256, base::sha256(files.content));
    EXPECT_EQ(files.asked, (std::vector<std::string>{"", "bytes=700000-", "bytes=1200000-"}));
}

TEST_F(Downloads, go_on_in_a_later_call_with_what_an_earlier_one_left)
{
    FileServer files(2'000'000);
    files.cuts = {600'000};
    options.attempts_max = 1;
    EXPECT_EQ(test::error_of([&] { net::download(client, ask(files), target, options); }).code, ErrorCode::Upstream);
    EXPECT_FALSE(fs::exists(target));
    EXPECT_FALSE(clean());
    auto const result = net::download(client, ask(files), target, options);
    EXPECT_EQ(result.resumed_from, 600'000U);
    EXPECT_EQ(result.sha256, base::sha256(files.content));
    EXPECT_TRUE(clean());
}

TEST_F(Downloads, start_afresh_when_the_file_changed_or_ranges_are_ignored)
{
    for (auto const ranges : {true, false}) {
        FileServer files(1'000'000);
        files.cuts = {400'000};
        files.ranges = ranges;
        if (ranges) files.tag = "\"old\"";
        options.attempts_max = 1;
        EXPECT_THROW(net::download(client, ask(files), target, options), base::Error);
        if (ranges) {
            std::scoped_lock const lock(files.mutex);
            files.tag = "\"new\"";
            files.content = std::string(900'000, 'n');
        }
        auto const result = net::download(client, ask(files), target, options);
        EXPECT_EQ(files.asked.back(), "bytes=400000-");
        EXPECT_EQ(result.sha256, base::sha256(files.content));
        fs::remove(target);
    }
}

TEST_F(Downloads, do_not_trust_bytes_that_no_note_vouches_for)
{
    FileServer files(100'000);
    base::make_folder(target.parent_path());
    base::write_file_atomic(target.string() + ".part", "garbage from a crash");
    base::write_file_atomic(target.string() + ".part.json", "{\"url\": \"http");
    auto const result = net::download(client, ask(files), target, options);
    EXPECT_EQ(result.resumed_from, 0U);
    EXPECT_EQ(read(), files.content);
}

TEST_F(Downloads, are_refused_above_the_limit_without_a_trace_in_place)
{
    FileServer files(2'000'000);
    options.bytes_max = 1'000'000;
    auto const error = test::error_of([&] { net::download(client, ask(files), target, options); });
    EXPECT_NE(std::string(error.what()).find("larger than the limit of 1000000 bytes"), std::string::npos);
    EXPECT_FALSE(fs::exists(target));
}

TEST_F(Downloads, are_refused_where_the_disk_would_fill_up)
{
    FileServer files(1'000);
    options.free_bytes_min = 1ULL << 60U;
    auto const error = test::error_of([&] { net::download(client, ask(files), target, options); });
    EXPECT_EQ(error.code, ErrorCode::Storage);
    EXPECT_EQ(error.next_action, "free some disk space and run it again");
}

TEST_F(Downloads, name_the_status_of_a_file_that_is_gone)
{
    net::HttpServer server({}, [](ServerRequest const&, std::stop_token const&) -> ServerResponse {
        return {404, {}, "no"};
    });
    net::Request const request{.url = server.url(), .trust = net::Trust::Operator};
    EXPECT_EQ(test::error_of([&] { net::download(client, request, target, options); }).code, ErrorCode::NotFound);
}

TEST_F(Downloads, do_not_write_the_same_file_twice_at_once)
{
    FileServer files(1'000'000);
    std::optional<ErrorCode> second;
    options.on_progress = [&](std::uintmax_t, std::optional<std::uintmax_t>) {
        if (!second) second = test::error_of([&] { net::download(client, ask(files), target, {}); }).code;
    };
    net::download(client, ask(files), target, options);
    EXPECT_EQ(second, ErrorCode::Conflict);
}
