#pragma once
// The API with real accounts in front of it: who signs in gets a token, and that is what the dispatcher looks at.
#include "accounts/codes.h"
#include "accounts/totp.h"
#include "api_case.h"

namespace test {

inline constexpr char const* good_password = "correct horse battery";
inline constexpr char const* other_password = "seventeen blue lamps";

class SignedInCase : public ApiCase {
protected:
    using ApiCase::ApiCase;
    struct Sent {
        std::string method = "GET";
        std::string path;
        std::string bearer = {};
        std::string body = {};
        net::Headers headers = {};
        std::vector<std::pair<std::string, std::string>> query = {};
    };
    net::ServerResponse send(Sent sent)
    {
        net::ServerRequest request;
        request.method = std::move(sent.method);
        request.path = std::move(sent.path);
        request.query = std::move(sent.query);
        request.headers = std::move(sent.headers);
        request.body = std::move(sent.body);
        request.remote = "192.0.2.1";
        if (request.header("Host").empty()) request.headers.emplace_back("Host", "127.0.0.1:8080");
        if (!sent.bearer.empty()) request.headers.emplace_back("Authorization", "Bearer " + sent.bearer);
        return door(request);
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
    static std::string login_body(std::string const& name, std::string const& password = good_password)
    {
        return base::json::serialize(base::json::object{{"username", name}, {"password", password}});
    }
    accounts::UserView add(std::string const& name, accounts::Role role = accounts::Role::Creator)
    {
        return accounts.users().add(accounts::Actor::command_line(), {name, role, good_password});
    }
    accounts::SignInResult sign_in(std::string const& name, std::string const& password = good_password)
    {
        return accounts.sessions().sign_in({"192.0.2.1", "a browser", "r1"}, {name, password, ""});
    }
    accounts::Issued signed_in(std::string const& name) { return sign_in(name).issued.value(); }
    std::string bearer_of(std::string const& name) { return signed_in(name).access_token; }
    std::string code_now(std::string const& secret) const
    {
        return accounts::totp_code(secret, accounts::totp_step(clock.now()));
    }
    bool did(std::string const& action)
    {
        return !database.query("SELECT 1 FROM audit_log WHERE action = $1", action).empty();
    }

    api::Dispatcher door{
        services,
        [this](std::string_view bearer) { return accounts.authenticate(bearer); },
        {.user_rate = {0}, .address_rate = {0}, .security = {.cors_origins = {"https://friend.example"}}}};
};

} // namespace test
