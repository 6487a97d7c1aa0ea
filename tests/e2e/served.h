#pragma once
// The real program as a server, and a client of it.
#include "base/hash.h"
#include "command_line.h"
#include "net/http.h"

#include <future>

namespace test {

class Served : public CommandLine {
protected:
    /// serve, until `use` has run with its address and the set-up token that it printed.
    base::CommandResult serving(std::function<void(std::string const& url, std::string const& token)> const& use,
                                std::vector<std::string> arguments = {})
    {
        arguments.insert(arguments.begin(), {"serve", "--listen", "127.0.0.1:0", "--json", "--log-level", "debug"});
        auto serve = command(std::move(arguments));
        std::promise<base::json::value> ready;
        std::string text;
        serve.on_line = [&](std::string_view line) {
            text += line;
            if (line == "}") ready.set_value(base::parse_json(text, "serve"));
        };
        std::stop_source stop;
        base::CommandResult result;
        std::jthread server([&] { result = base::run(serve, stop.get_token()); });
        auto const said = ready.get_future().get();
        auto const* token = said.as_object().if_contains("setup_token");
        use(std::string(said.at("url").as_string()), token ? std::string(token->as_string()) : "");
        stop.request_stop();
        server.join();
        return result;
    }
    net::Response ask(std::string const& method, std::string const& url, std::string const& body = "",
                      std::string const& bearer = "")
    {
        net::Request request;
        request.method = method;
        request.url = url;
        request.trust = net::Trust::Operator;
        request.body = body;
        request.headers = {{"Content-Type", "application/json"}};
        if (!bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + bearer);
        return client_.send(request);
    }
    /// The first admin, with the token that was printed; gives back what they sign with.
    std::string sign_up(std::string const& url, std::string const& setup)
    {
        auto const body = R"({"token":")" + setup + R"(","password":")" + password_ + "\"}";
        return text(ask("POST", url + "/api/v1/auth/setup", body), "access_token");
    }
    /// A request of tus.
    net::Response send(std::string const& method, std::string const& url, std::string const& bearer,
                       net::Headers headers, std::string body = "")
    {
        net::Request request{.url = url, .trust = net::Trust::Operator, .method = method};
        request.headers = std::move(headers);
        request.headers.emplace_back("Authorization", "Bearer " + bearer);
        request.headers.emplace_back("Tus-Resumable", "1.0.0");
        request.body = std::move(body);
        return client_.send(request);
    }
    /// Begins an upload of one's own film; gives back its address.
    std::string begin_upload(std::string const& url, std::string const& bearer, std::size_t bytes)
    {
        auto const metadata = "filename " + base::base64("my film.mp4") + ",license " + base::base64("own");
        auto const made = send("POST", url + "/api/v1/uploads", bearer,
                               {{"Upload-Length", std::to_string(bytes)}, {"Upload-Metadata", metadata}});
        EXPECT_EQ(made.status, 201) << made.body;
        auto const place = std::string(made.header("Location"));
        return url + place.substr(place.find("/api"));
    }
    net::Response send_piece(std::string const& place, std::string const& bearer, std::size_t from, std::string bytes)
    {
        return send("PATCH", place, bearer,
                    {{"Upload-Offset", std::to_string(from)}, {"Content-Type", "application/offset+octet-stream"}},
                    std::move(bytes));
    }
    /// The newest job of that kind, once it has ended.
    base::json::value ended(std::string const& url, std::string const& bearer, std::string const& kind)
    {
        for (;;) { // another process: there is no event to await
            auto const page = base::parse_json(ask("GET", url + "/api/v1/jobs?kind=" + kind, "", bearer).body, "jobs");
            auto const& items = page.at("items").as_array();
            if (!items.empty() && items.front().at("finished_at").is_string()) return items.front();
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    base::json::value first_asset(std::string const& url, std::string const& bearer)
    {
        auto const page = base::parse_json(ask("GET", url + "/api/v1/library/assets", "", bearer).body, "assets");
        return page.at("items").as_array().at(0);
    }
    static std::string text(net::Response const& response, char const* name)
    {
        return std::string(base::parse_json(response.body, "answer").at(name).as_string());
    }

    base::SystemClock clock_;
    base::Random random_;
    net::HttpClient client_{{}, clock_, random_};
    std::string const password_ = "correct horse battery";
};

} // namespace test
