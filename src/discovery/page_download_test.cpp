#include "discovery/page_download.h"

#include "base/file.h"
#include "net/http_server.h"
#include "support.h"

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

using base::ErrorCode;
using discovery::PageTrouble;
namespace fs = std::filesystem;

namespace {

/// Every argument of every process, as anybody on this machine may read them.
std::string all_arguments()
{
    std::string all;
    for (auto const& entry : fs::directory_iterator("/proc")) {
        std::ifstream file(entry.path() / "cmdline", std::ios::binary);
        all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
}

class PageDownload : public testing::Test {
protected:
    net::ServerResponse answer(net::ServerRequest const& request, std::stop_token const& stop)
    {
        cookie = request.header("Cookie");
        if (request.path == "/video.mp4") {
            arguments = all_arguments();
            return {200, {{"Accept-Ranges", "none"}}, video, "video/mp4"};
        }
        if (request.path == "/inside.mp4") return {302, {{"Location", "http://169.254.169.254/latest.mp4"}}, "", ""};
        if (request.path == "/slow.mp4") {
            asked.set_value();
            std::promise<void> never;
            std::stop_callback const end(stop, [&] { never.set_value(); });
            never.get_future().wait();
        }
        return {request.path == "/words" ? 200 : 404, {}, "<html><body>no video here</body></html>", "text/html"};
    }
    discovery::PageDownloadOptions options()
    {
        discovery::PageDownloadOptions out;
        out.guard.guard_exempt_origins = {server.url()};
        return out;
    }
    discovery::PageError trouble(std::string const& path, discovery::PageDownloadOptions const& wanted)
    {
        try {
            discovery::download_page(server.url() + path, folder.path(), wanted);
        } catch (discovery::PageError const& error) {
            return error;
        }
        ADD_FAILURE() << path << " raised no PageError";
        return {PageTrouble::Other, "", ""};
    }
    std::size_t files() const
    {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path()), {}));
    }

    base::TemporaryFolder folder;
    std::string video = std::string(300'000, 'v');
    std::string cookie;
    std::string arguments;
    std::promise<void> asked;
    net::HttpServer server{{.stop_grace = base::Milliseconds(0)},
                           [this](auto const& request, auto const& stop) { return answer(request, stop); }};
};

} // namespace

TEST_F(PageDownload, brings_the_video_of_a_page_with_progress_and_leaves_nothing_else)
{
    auto wanted = options();
    std::uintmax_t last = 0;
    wanted.on_progress = [&](std::uintmax_t bytes, std::optional<std::uintmax_t>) { last = bytes; };
    auto const file = discovery::download_page(server.url() + "/video.mp4", folder.path(), wanted);
    EXPECT_EQ(base::read_file(file, 1'000'000), video);
    EXPECT_EQ(last, video.size());
    EXPECT_EQ(file.parent_path(), folder.path());
    EXPECT_EQ(files(), 1U);
}

TEST_F(PageDownload, cookies_reach_the_site_and_are_in_no_argument_and_no_file_afterwards)
{
    auto wanted = options();
    wanted.cookies = "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t2147483647\tsession\tverysecret\n";
    discovery::download_page(server.url() + "/video.mp4", folder.path(), wanted);
    EXPECT_NE(cookie.find("session=verysecret"), std::string::npos) << cookie;
    EXPECT_NE(arguments.find("--max-filesize"), std::string::npos); // it was seen at work
    EXPECT_EQ(arguments.find("verysecret"), std::string::npos);
    EXPECT_EQ(arguments.find("http://proxy:"), std::string::npos);
    EXPECT_EQ(files(), 1U);
}

TEST_F(PageDownload, a_file_that_is_too_large_is_told_although_the_program_ends_well)
{
    auto wanted = options();
    wanted.bytes_max = 1'000;
    auto const error = trouble("/video.mp4", wanted);
    EXPECT_EQ(error.trouble, PageTrouble::TooLarge);
    EXPECT_NE(std::string(error.what()).find("1000"), std::string::npos);
    EXPECT_EQ(files(), 0U);
}

TEST_F(PageDownload, a_page_that_leads_inside_is_refused)
{
    EXPECT_EQ(
        test::error_of([&] { discovery::download_page(server.url() + "/inside.mp4", folder.path(), options()); }).code,
        ErrorCode::Forbidden);
    for (auto const* url : {"http://127.0.0.1:9/x.mp4", "http://localhost/x.mp4", "http://10.0.0.1/x.mp4"})
        EXPECT_EQ(test::error_of([&] { discovery::download_page(url, folder.path(), options()); }).code,
                  ErrorCode::Forbidden)
            << url;
    EXPECT_EQ(test::error_of([&] { discovery::download_page("file:///etc/passwd", folder.path(), options()); }).code,
              ErrorCode::InvalidInput);
    EXPECT_EQ(files(), 0U);
}

TEST_F(PageDownload, says_what_is_wrong_with_a_page)
{
    EXPECT_EQ(trouble("/gone.mp4", options()).trouble, PageTrouble::Removed);
    EXPECT_EQ(trouble("/words", options()).trouble, PageTrouble::Unsupported);
}

TEST_F(PageDownload, ends_at_once_when_it_is_stopped)
{
    std::stop_source stop;
    std::jthread const stopper([&] {
        asked.get_future().wait();
        stop.request_stop();
    });
    EXPECT_EQ(test::error_of([&] {
                  discovery::download_page(server.url() + "/slow.mp4", folder.path(), options(), stop.get_token());
              }).code,
              ErrorCode::Cancelled);
    EXPECT_EQ(files(), 0U);
}

TEST(PageProgram, that_is_not_there_is_unavailable)
{
    EXPECT_EQ(test::error_of([] { discovery::page_program("no-such-downloader"); }).code, ErrorCode::Unavailable);
    EXPECT_GE(discovery::page_program("yt-dlp").version, "2023");
}

TEST(PageTroubles, are_told_apart_by_pieces_of_the_messages)
{
    using enum PageTrouble;
    std::vector<std::pair<std::string, PageTrouble>> const messages{
        {"ERROR: [site] abc: Sign in to confirm you\xe2\x80\x99re not a bot. Use --cookies", BotCheck},
        {"ERROR: [site] abc: Sign in to confirm your age. This video may be inappropriate", AgeGate},
        {"ERROR: [site] abc: Private video. Sign in if you've been granted access", Private},
        {"ERROR: [site] abc: Join this channel to get access to members-only content", Private},
        {"ERROR: [site] abc: Video unavailable. This video has been removed by the uploader", Removed},
        {"ERROR: [site] abc: The uploader has not made this video available in your country", Geo},
        {"ERROR: [site] abc: This live event will begin in 3 hours.", Live},
        {"ERROR: [site] abc: Premieres in 20 minutes", Live},
        {"ERROR: [DRM] This video is DRM protected", Drm},
        {"ERROR: [site] abc: rate-limited by the site for up to an hour", Throttled},
        {"ERROR: unable to download video data: HTTP Error 429: Too Many Requests", Throttled},
        {"ERROR: [site] abc: Requested format is not available. Use --list-formats", NoFormat},
        {"WARNING: n challenge solving failed\nERROR: [site] abc: Requested format is not available", Setup},
        {"ERROR: ffmpeg is not installed. Aborting", Setup},
        {"ERROR: Unsupported URL: https://example.com/", Unsupported},
        {"ERROR: [generic] Unable to download webpage: timed out", Network},
        {"ERROR: [site] abc: something that nobody has seen before", Other},
        {"", Other}};
    for (auto const& [text, trouble] : messages) EXPECT_EQ(discovery::trouble_of(text), trouble) << text;
}
