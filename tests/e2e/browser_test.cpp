// A real browser and a film of the library: its player seeks by ranges.
#include "net/http_server.h"
#include "served.h"

#include <semaphore>

namespace {

/// Serves a page with a player, and beside it the server's own files, as a dashboard of the same origin would.
class Page {
public:
    Page(net::HttpClient& client, std::string url, std::string film)
        : client_(client), url_(std::move(url)), film_(std::move(film))
    {
    }
    std::string url() const { return server_.url() + "/page"; }
    void await_end() { ended_.acquire(); }
    /// Nobody will say anything any more.
    void give_up() { ended_.release(); }
    std::vector<std::string> said() const
    {
        std::scoped_lock const lock(mutex_);
        return said_;
    }
    int partial() const { return partial_; }

private:
    net::ServerResponse answer(net::ServerRequest const& request)
    {
        if (request.path == "/page") return {200, {}, text(), "text/html"};
        if (request.path.starts_with("/say/")) {
            std::scoped_lock const lock(mutex_);
            said_.push_back(request.path.substr(5));
            if (said_.back() == "end" || said_.back() == "error") ended_.release();
            return {204};
        }
        net::Request asked{.url = url_ + film_, .trust = net::Trust::Operator};
        if (request.path != film_.substr(0, film_.find('?'))) return {404};
        if (auto const range = request.header("Range"); !range.empty()) asked.headers = {{"Range", std::string(range)}};
        auto answer = client_.send(asked);
        if (answer.status == 206) ++partial_;
        net::Headers headers;
        for (auto const* name : {"Content-Range", "Accept-Ranges", "ETag"})
            if (auto const value = answer.header(name); !value.empty()) headers.emplace_back(name, value);
        return {answer.status, headers, std::move(answer.body), std::string(answer.header("Content-Type"))};
    }
    std::string text() const
    {
        return R"(<!doctype html><video id=v muted preload=auto src=")" + film_ + R"("></video><script>
const player = document.getElementById('v'), places = [0.8, 0.1, 0.5];
const say = text => fetch('/say/' + text);
player.onerror = () => say('error');
player.onloadedmetadata = () => { player.currentTime = player.duration * places.shift(); };
player.onseeked = () => say('at' + Math.round(100 * player.currentTime / player.duration)).then(() => {
  if (places.length) player.currentTime = player.duration * places.shift(); else say('end');
});
</script>)";
    }

    net::HttpClient& client_;
    std::string url_;
    std::string film_;
    mutable std::mutex mutex_;
    std::vector<std::string> said_;
    std::counting_semaphore<> ended_{0};
    std::atomic<int> partial_ = 0;
    net::HttpServer server_{{}, [this](net::ServerRequest const& request, std::stop_token const&) {
                                return answer(request);
                            }}; // last: it asks the others
};

} // namespace

class Browser : public test::Served {};

TEST_F(Browser, a_player_seeks_in_a_film_of_the_library)
{
    auto const film = base::read_file(files.plain(20, "640x480"), 64U << 20U);
    serving([&](std::string const& url, std::string const& setup) {
        auto const bearer = sign_up(url, setup);
        EXPECT_EQ(send_piece(begin_upload(url, bearer, film.size()), bearer, 0, film).status, 204);
        EXPECT_EQ(ended(url, bearer, "import").at("state").as_string(), "done");
        auto const asset = std::string(first_asset(url, bearer).at("id").as_string());
        auto const file = "/api/v1/library/assets/" + asset + "/content";
        Page page(client_, url, text(ask("POST", url + "/api/v1/links", R"({"path":")" + file + "\"}", bearer), "url"));
        base::Command chromium{.arguments = {"chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                                             "--no-first-run", "--disable-background-networking",
                                             "--disable-component-update",
                                             "--user-data-dir=" + path("browser").string(), page.url()}};
        chromium.timeout = base::Milliseconds(120'000);
        std::stop_source stop;
        std::jthread const browser([&] {
            auto const result = base::run(chromium, stop.get_token());
            if (!result.cancelled) ADD_FAILURE() << "the browser ended: " << result.describe(chromium) << result.errors;
            page.give_up();
        });
        page.await_end();
        stop.request_stop();
        EXPECT_EQ(page.said(), (std::vector<std::string>{"at80", "at10", "at50", "end"}));
        EXPECT_GT(page.partial(), 1);
    });
}
