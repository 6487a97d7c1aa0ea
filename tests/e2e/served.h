#pragma once
// The real program as a server, and a client of it.
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
