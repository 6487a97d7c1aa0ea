// Accounts as their operator meets them: on the terminal, and over HTTP from the first start on.
#include "served.h"
#include "store/database.h"

#include <fstream>

class AccountsOfAProgram : public test::Served {
protected:
    base::CommandResult with_input(std::vector<std::string> arguments, std::string const& input) const
    {
        auto call = command(std::move(arguments));
        call.input = input + "\n";
        return base::run(call);
    }
};

TEST_F(AccountsOfAProgram, from_the_first_start_to_signing_out_no_secret_is_seen_by_anybody)
{
    std::vector<std::string> secrets{password_};
    std::string seen; // command lines of all processes, while it serves
    auto const served = serving([&](std::string const& url, std::string const& setup) {
        auto const api = url + "/api/v1";
        EXPECT_EQ(ask("GET", api + "/jobs").status, 401);
        auto const body = base::json::serialize(base::json::object{{"token", setup}, {"password", password_}});
        auto const made = ask("POST", api + "/auth/setup", body);
        ASSERT_EQ(made.status, 200) << made.body;
        auto const bearer = text(made, "access_token");
        EXPECT_EQ(text(ask("GET", api + "/auth/me", "", bearer), "username"), "admin");
        EXPECT_EQ(ask("POST", api + "/auth/setup", body).status, 409);
        auto const wrong = ask("POST", api + "/auth/login", R"({"username":"admin","password":"not the right one"})");
        EXPECT_EQ(wrong.status, 401);
        EXPECT_EQ(ask("PUT", api + "/keys/key.pexels", R"({"secret":"a-very-secret-value"})", bearer).status, 204);
        secrets.insert(secrets.end(), {setup, bearer, "not the right one", "a-very-secret-value"});
        for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
            std::ifstream line(entry.path() / "cmdline");
            seen += std::string(std::istreambuf_iterator<char>(line), {});
        }
        EXPECT_EQ(ask("POST", api + "/auth/logout", "", bearer).status, 204);
        EXPECT_EQ(ask("GET", api + "/auth/me", "", bearer).status, 401);
    });
    EXPECT_EQ(served.exit_code, 0) << served.errors;
    EXPECT_NE(served.errors.find("request.served"), std::string::npos); // it did log
    auto const doctor = run({"doctor", "--json"}).output;
    auto const keys = run({"keys", "list", "--json"}).output;
    EXPECT_NE(keys.find("key.pexels"), std::string::npos);
    for (auto const& secret : secrets)
        for (auto const* text : std::initializer_list<std::string const*>{&served.errors, &seen, &doctor, &keys})
            EXPECT_EQ(text->find(secret), std::string::npos) << secret;
}

TEST_F(AccountsOfAProgram, users_are_kept_on_the_terminal_and_passwords_come_on_standard_input)
{
    auto const added = with_input({"user", "add", "Ada", "--role", "admin", "--password-stdin", "--json"}, password_);
    ASSERT_EQ(added.exit_code, 0) << added.errors;
    EXPECT_EQ(json(added).at("name").as_string(), "ada");
    EXPECT_EQ(with_input({"user", "add", "ada", "--role", "viewer"}, "seventeen blue lamps").exit_code, 1);
    auto const weak = with_input({"user", "add", "bob", "--role", "viewer", "--json"}, "password1234");
    EXPECT_EQ(weak.exit_code, 2);
    EXPECT_EQ(weak.errors.find("password1234"), std::string::npos);
    EXPECT_EQ(with_input({"user", "add", "bob", "--role", "creator"}, "seventeen blue lamps").exit_code, 0);
    EXPECT_EQ(run({"user", "role", "bob", "--role", "viewer"}).exit_code, 0);
    EXPECT_EQ(run({"user", "role", "ada", "--role", "viewer"}).exit_code, 1); // the only admin
    auto const list = json(run({"user", "list", "--json"}));
    ASSERT_EQ(list.as_array().size(), 2U);
    EXPECT_EQ(list.as_array()[1].at("role").as_string(), "viewer");
    auto const token = run({"user", "token", "bob", "--token-name", "robot", "--scope", "jobs:read", "--days", "7"});
    EXPECT_TRUE(token.output.starts_with("et_")) << token.errors;
    auto const served = serving([&](std::string const& url, std::string const& setup) {
        EXPECT_EQ(setup, ""); // somebody can administer
        auto const bearer = std::string(base::trim(token.output));
        EXPECT_EQ(ask("GET", url + "/api/v1/jobs", "", bearer).status, 200);
        EXPECT_EQ(ask("GET", url + "/api/v1/users", "", bearer).status, 403);
        EXPECT_EQ(with_input({"user", "passwd", "bob"}, "nineteen green doors").exit_code, 0); // ends it all
        for (int i = 0; i < 50 && ask("GET", url + "/api/v1/jobs", "", bearer).status != 401; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(100)); // another process's cache of two seconds
        EXPECT_EQ(ask("GET", url + "/api/v1/jobs", "", bearer).status, 401);
    });
    EXPECT_EQ(run({"user", "remove", "bob"}).exit_code, 0);
    EXPECT_EQ(run({"user", "passwd", "bob"}).exit_code, 2); // nobody is
    EXPECT_EQ(run({"user", "fly"}).exit_code, 2);
}

TEST_F(AccountsOfAProgram, doctor_finds_an_audit_log_that_somebody_wrote_to)
{
    with_input({"user", "add", "ada", "--role", "admin"}, password_);
    with_input({"user", "passwd", "ada"}, "seventeen blue lamps");
    auto const finding = [&] {
        auto const findings = json(run({"doctor", "--json"}));
        for (auto const& entry : findings.as_array())
            if (entry.at("what") == "audit log") return base::json::serialize(entry);
        return std::string("none");
    };
    EXPECT_NE(finding().find(R"("health":"ok")"), std::string::npos) << finding();
    {
        store::Database database((folder.path() / "share/ettametta/ettametta.db").string());
        database.execute("DROP TRIGGER audit_log_is_not_changed");
        database.execute("UPDATE audit_log SET actor_name = 'somebody else' WHERE sequence = 1");
    }
    EXPECT_NE(finding().find("row 1 was changed"), std::string::npos) << finding();
}
