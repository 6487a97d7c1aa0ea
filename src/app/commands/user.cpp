#include "accounts/accounts.h"
#include "app/engine.h"
#include "app/secret_input.h"

#include <array>

namespace app::commands {

using accounts::Actor;
using base::ErrorCode;
using base::fail;

static constexpr int page = 200;
static constexpr std::int64_t days_max = 3650;

static std::string need(Arguments const& arguments, std::string_view name, std::string_view why)
{
    if (!arguments.has(name))
        fail(ErrorCode::InvalidInput, base::Next{fmt::format("give {}", name)}, "user: {} needs {}", why, name);
    return arguments.text(name);
}

static accounts::Role role_of(Arguments const& arguments, std::string_view why)
{
    return base::enum_value<accounts::Role>(need(arguments, "--role", why), "--role");
}

static std::string password(std::string const& name)
{
    return read_secret("password for " + name, accounts::password_bytes_max);
}

static void say(App& app, std::string const& text)
{
    if (!app.json() && !app.quiet()) app.print(text + "\n");
}

static int add(App& app, Arguments const& arguments)
{
    auto const name = need(arguments, "NAME", "add");
    auto const role = role_of(arguments, "add");
    auto const user = app.accounts().users().add(Actor::command_line(), {name, role, password(name)});
    if (app.json()) app.print_json(user);
    say(app, fmt::format("{} is {}", user.name, base::enum_text(user.role)));
    return exit_code::done;
}

static int list(App& app, Arguments const&)
{
    std::vector<accounts::UserView> all;
    for (std::string cursor;;) {
        auto part = app.accounts().users().list(cursor, page);
        all.insert(all.end(), part.items.begin(), part.items.end());
        if (!part.next_cursor) break;
        cursor = *part.next_cursor;
    }
    if (app.json()) {
        app.print_json(all);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "ROLE", "SECOND FACTOR", "STATE", "SINCE"}};
    for (auto const& user : all)
        rows.push_back({user.name, base::enum_text(user.role), user.second_factor ? "on" : "off",
                        user.disabled       ? "disabled"
                        : user.has_password ? "in use"
                                            : "no password",
                        base::format_time(user.created_at)});
    app.print_table(rows);
    return exit_code::done;
}

static int set_password(App& app, Arguments const& arguments)
{
    auto const user = app.accounts().users().get_by_name(need(arguments, "NAME", "passwd"));
    app.accounts().users().set_password(Actor::command_line(), user.id, password(user.name));
    say(app, fmt::format("{} has a new password; all sessions and API tokens ended", user.name));
    return exit_code::done;
}

static int set_role(App& app, Arguments const& arguments)
{
    auto const user = app.accounts().users().get_by_name(need(arguments, "NAME", "role"));
    auto const changed =
        app.accounts().users().change(Actor::command_line(), user.id, role_of(arguments, "role"), std::nullopt);
    if (app.json()) app.print_json(changed);
    say(app, fmt::format("{} is {}", changed.name, base::enum_text(changed.role)));
    return exit_code::done;
}

/// The token is the answer: nothing else stands on standard output.
static int make_token(App& app, Arguments const& arguments)
{
    auto const user = app.accounts().users().get_by_name(need(arguments, "NAME", "token"));
    accounts::NewToken wanted;
    wanted.name = need(arguments, "--token-name", "token");
    wanted.role = arguments.has("--role") ? role_of(arguments, "token") : user.role;
    wanted.scopes = arguments.all("--scope");
    if (arguments.has("--days"))
        wanted.expires_at = app.clock().now() + std::chrono::hours(24 * arguments.integer("--days", 0, 1, days_max));
    auto const made = app.accounts().tokens().make(Actor::command_line(), user.id, wanted);
    if (app.json())
        app.print_json(base::json::object{{"token", made.token}, {"id", made.view.id}, {"name", made.view.name}});
    else
        app.print(made.token + "\n");
    return exit_code::done;
}

static int remove(App& app, Arguments const& arguments)
{
    auto const user = app.accounts().users().get_by_name(need(arguments, "NAME", "remove"));
    app.accounts().users().remove(Actor::command_line(), user.id);
    say(app, fmt::format("{} is removed; what {} made stays in the database and is nobody's", user.name, user.name));
    return exit_code::done;
}

static int sessions(App& app, Arguments const& arguments)
{
    auto const user = app.accounts().users().get_by_name(need(arguments, "NAME", "sessions"));
    if (arguments.has("--end")) {
        auto const count = app.accounts().sessions().revoke_others(Actor::command_line(), user.id, "");
        say(app, fmt::format("{} sessions ended", count));
        return exit_code::done;
    }
    accounts::Principal who;
    who.user_id = user.id;
    auto const all = app.accounts().sessions().list(who);
    if (app.json()) {
        app.print_json(all);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"BEGAN", "LAST USED", "FROM", "WITH"}};
    for (auto const& session : all)
        rows.push_back({base::format_time(session.created_at), base::format_time(session.last_used_at), session.remote,
                        session.agent});
    app.print_table(rows);
    return exit_code::done;
}

static constexpr std::array<std::pair<std::string_view, int (*)(App&, Arguments const&)>, 7> actions{
    {{"add", add},
     {"list", list},
     {"passwd", set_password},
     {"remove", remove},
     {"role", set_role},
     {"sessions", sessions},
     {"token", make_token}}};

static int run(App& app, Arguments const& arguments)
{
    auto const action = arguments.text("ACTION", "list");
    for (auto const& [name, work] : actions)
        if (name == action) return work(app, arguments);
    fail(ErrorCode::InvalidInput, base::Next{"list, add, passwd, role, token, sessions or remove"},
         "user: no action '{}'", action);
}

Command user()
{
    return {
        .name = "user",
        .help = "Who may sign in. Passwords are read from standard input.",
        .positionals = {{"ACTION",
                         "list (default), add, passwd, role, token, sessions or remove",
                         false,
                         false,
                         {"list", "add", "passwd", "role", "token", "sessions", "remove"}},
                        {"NAME", "of the user", false}},
        .options = {{"--role", "ROLE", "viewer, creator or admin", {}, false, false, {"viewer", "creator", "admin"}},
                    {"--password-stdin", "", "read the password from standard input (as is always done)"},
                    {"--token-name", "TEXT", "what an API token is for"},
                    {"--scope", "SCOPE", "what an API token may: *, *:read, jobs:*, jobs:read ...", {}, false, true},
                    {"--days", "N", "an API token is over after so many days"},
                    {"--end", "", "end all sessions of the user"}},
        .run = run};
}

} // namespace app::commands
