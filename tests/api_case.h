#pragma once
// The whole API with real accounts, without a network: requests go straight to the dispatcher.
#include "accounts/codes.h"
#include "accounts/totp.h"
#include "accounts_case.h"
#include "api/dispatcher.h"
#include "bus/memory_bus.h"

namespace test {

class ApiCase : public AccountsCase {
protected:
    struct Sent {
        std::string method = "GET";
        std::string path;
        std::string bearer = {};
        std::string body = {};
        net::Headers headers = {};
        std::vector<std::pair<std::string, std::string>> query = {};
        std::string remote = "192.0.2.1";
    };
    net::ServerResponse send(Sent sent)
    {
        net::ServerRequest request;
        request.method = std::move(sent.method);
        request.path = std::move(sent.path);
        request.query = std::move(sent.query);
        request.headers = std::move(sent.headers);
        request.body = std::move(sent.body);
        request.remote = std::move(sent.remote);
        if (request.header("Host").empty()) request.headers.emplace_back("Host", "127.0.0.1:8080");
        if (!sent.bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + sent.bearer);
        return dispatcher_(request);
    }
    static base::json::value json(net::ServerResponse const& response)
    {
        return base::parse_json(response.body, "answer");
    }
    static std::string text(net::ServerResponse const& response, char const* name)
    {
        return std::string(json(response).at(name).as_string());
    }
    /// "ettametta_refresh=..." as a browser sends it back.
    static std::string cookie_of(net::ServerResponse const& response)
    {
        auto const set = std::string(net::find_header(response.headers, "Set-Cookie"));
        return set.substr(0, set.find(';'));
    }
    std::string login_body(std::string const& name, std::string const& password = good_password)
    {
        return base::json::serialize(base::json::object{{"username", name}, {"password", password}});
    }
    /// The access token of somebody who is there.
    std::string bearer_of(std::string const& name) { return signed_in(name).access_token; }

    base::Log log_{clock_, base::LogLevel::Off};
    bus::MemoryBus bus_;
    jobs::Queue queue_{{*database_, bus_, clock_, ids_}, {}};
    store::FolderBlobStore blobs_{folder_.path() / "blobs"};
    api::Services services_{*database_, clock_, ids_, log_, folder_.path(), queue_, blobs_, accounts_, vault_};
    api::DispatcherOptions options_ = [] {
        api::DispatcherOptions options;
        options.security.cors_origins = {"https://friend.example"};
        return options;
    }();
    api::Dispatcher dispatcher_{services_, [this](std::string_view bearer) { return accounts_.authenticate(bearer); },
                                options_};
};

} // namespace test
