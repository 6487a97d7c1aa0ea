#include "accounts/accounts.h"
#include "app/engine.h"
#include "app/secret_input.h"

namespace app::commands {

static int list(App& app)
{
    auto const secrets = app.vault().list(std::string(local_owner));
    if (app.json()) {
        app.print_json(secrets);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "SET", "STATE"}};
    for (auto const& secret : secrets)
        rows.push_back({secret.name, base::format_time(secret.updated_at),
                        secret.quarantined ? "quarantined: " + *secret.quarantined : "sealed"});
    app.print_table(rows);
    return exit_code::done;
}

static int rotate(App& app, bool master)
{
    if (master) app.vault().rotate_master();
    auto const rotation = app.vault().rotate();
    app.accounts().signing_keys().rotate(); // access tokens that are out hold until they are over
    if (app.json())
        app.print_json(rotation);
    else
        app.print(fmt::format(
            "{} secrets are sealed under the new key {}{}; {} old keys removed\n", rotation.resealed, rotation.key_id,
            rotation.quarantined > 0 ? fmt::format(", {} did not open and are quarantined", rotation.quarantined) : "",
            rotation.keys_removed));
    return rotation.quarantined > 0 ? exit_code::partial : exit_code::done;
}

static int change(App& app, std::string const& action, std::string const& name)
{
    std::string const owner(local_owner);
    if (action == "set")
        app.vault().keep(owner, name, read_secret(name, accounts::secret_bytes_max));
    else if (!app.vault().remove(owner, name))
        base::fail(base::ErrorCode::NotFound, base::Next{"`ettametta keys list` shows what there is"},
                   "the vault holds no {}", name);
    if (!app.json() && !app.quiet()) app.print(fmt::format("{} {}\n", name, action == "set" ? "is sealed" : "removed"));
    return exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    auto const action = arguments.text("ACTION", "list");
    if (action == "list") return list(app);
    if (action == "rotate") return rotate(app, arguments.has("--master"));
    if (action != "set" && action != "remove")
        base::fail(base::ErrorCode::InvalidInput, base::Next{"list, set, remove or rotate"}, "keys: no action '{}'",
                   action);
    if (!arguments.has("NAME"))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"name it, as in key.youtube"}, "keys {} needs a name",
                   action);
    return change(app, action, arguments.text("NAME"));
}

Command keys()
{
    return {.name = "keys",
            .help = "The vault: API keys, tokens and cookies, sealed. `keys set NAME` reads the secret from standard "
                    "input.",
            .positionals =
                {{"ACTION", "list (default), set, remove or rotate", false, false, {"list", "set", "remove", "rotate"}},
                 {"NAME", "as in key.youtube or cookies.youtube", false}},
            .options = {{"--master", "", "rotate the master key too"}},
            .run = run};
}

} // namespace app::commands
