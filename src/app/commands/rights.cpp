#include "store/tables/rights.h"
#include "app/engine.h"
#include "base/file.h"
#include "base/hash.h"
#include "jobs/rights.h"

namespace app::commands {

namespace {

/// What `rights` tells of one asset.
struct AssetRights {
    std::string asset_id;
    std::string title;
    std::string path;
    std::string source_url;
    store::RightsStatus status = store::RightsStatus::Unknown;
    std::string attribution;
    std::vector<store::RightsEntry> history; ///< oldest first; the last one holds
};
BOOST_DESCRIBE_STRUCT(AssetRights, (), (asset_id, title, path, source_url, status, attribution, history))

AssetRights rights_of(store::Connection& connection, store::Asset const& asset)
{
    return {asset.id,
            asset.title,
            asset.path,
            asset.source_url,
            asset.rights_status,
            studio::attribution_text({asset.title, asset.author, asset.license, asset.license_url, asset.source_url}),
            store::rights_history(connection, asset.id)};
}

store::Asset own_asset(store::Connection& connection, std::string const& id)
{
    auto const asset = store::find_asset(connection, id);
    if (!asset || asset->owner_id != local_owner)
        base::fail(base::ErrorCode::NotFound, base::Next{"`ettametta rights list` shows what there is"},
                   "there is no asset {}", id);
    return *asset;
}

} // namespace

static int list(App& app, bool unknown_only)
{
    std::vector<AssetRights> all;
    app.database().read([&](store::Connection& connection) {
        store::AssetFilter filter{.owner_id = std::string(local_owner), .limit = 1000};
        if (unknown_only) filter.rights_status = store::RightsStatus::Unknown;
        for (auto const& asset : store::list_assets(connection, filter)) all.push_back(rights_of(connection, asset));
    });
    if (app.json()) {
        app.print_json(all);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"ASSET", "STATUS", "GROUNDS", "LICENCE", "TITLE"}};
    for (auto const& asset : all) {
        auto const known = !asset.history.empty();
        rows.push_back({asset.asset_id, base::enum_text(asset.status),
                        known ? base::enum_text(asset.history.back().policy) : "-",
                        known ? asset.history.back().license : "-", asset.title});
    }
    app.print_table(rows);
    return exit_code::done;
}

static int show(App& app, std::string const& id)
{
    auto const found = app.database().read(
        [&](store::Connection& connection) { return rights_of(connection, own_asset(connection, id)); });
    if (app.json()) {
        app.print_json(found);
        return exit_code::done;
    }
    std::vector<std::vector<std::string>> rows{{"title", found.title},
                                               {"file", found.path},
                                               {"source", found.source_url},
                                               {"status", base::enum_text(found.status)},
                                               {"attribution", found.attribution}};
    for (auto const& entry : found.history)
        rows.push_back({base::format_time(entry.created_at),
                        fmt::format("{}, {}, by {}: {}", base::enum_text(entry.status), base::enum_text(entry.policy),
                                    entry.decided_by, entry.note.empty() ? entry.terms : entry.note)});
    app.print_table(rows);
    return exit_code::done;
}

/// The paper on which a permission stands: its hash is kept, so that nobody can swap it later.
static std::string evidence_of(Arguments const& arguments)
{
    if (!arguments.has("--evidence")) return "{}";
    auto const path = std::filesystem::absolute(arguments.text("--evidence"));
    return base::json::serialize(base::json::object{{"file", path.string()}, {"sha256", base::sha256_file(path)}});
}

static int decide(App& app, Arguments const& arguments)
{
    auto const id = arguments.text("ASSET");
    auto const policy = base::enum_value<store::RightsPolicy>(arguments.text("--policy"), "--policy");
    jobs::Decision const decision{.policy = policy,
                                  .note = arguments.text("--note"),
                                  .holder = arguments.text("--holder"),
                                  .terms = arguments.text("--terms"),
                                  .evidence = evidence_of(arguments)};
    auto const found = app.database().transaction([&](store::Connection& connection) {
        jobs::record_decision(connection, own_asset(connection, id), decision, app.ids(), app.clock().now());
        return rights_of(connection, own_asset(connection, id));
    });
    if (app.json())
        app.print_json(found);
    else
        app.print(fmt::format("{}: {}, on the grounds of {}\n", found.title, base::enum_text(found.status),
                              base::enum_text(policy)));
    return exit_code::done;
}

static int run(App& app, Arguments const& arguments)
{
    auto const action = arguments.text("ACTION", "list");
    if (action == "list") return list(app, arguments.has("--unknown"));
    if (!arguments.has("ASSET"))
        base::fail(base::ErrorCode::InvalidInput, base::Next{"`ettametta rights list` shows the ids"},
                   "rights {} needs an asset", action);
    return action == "show" ? show(app, arguments.text("ASSET")) : decide(app, arguments);
}

Command rights()
{
    return {.name = "rights",
            .help = "The rights ledger: what each work may be used for, on what evidence, and who decided.",
            .positionals = {{"ACTION", "list (default), show or decide", false, false, {"list", "show", "decide"}},
                            {"ASSET", "the work's id", false}},
            .options = {{"--unknown", "", "list only what waits for a decision"},
                        {"--policy",
                         "GROUNDS",
                         "own, licensed, creative_commons, public_domain, permission or unknown",
                         {},
                         false,
                         false,
                         {"own", "licensed", "creative_commons", "public_domain", "permission", "unknown"}},
                        {"--note", "TEXT", "why, in your own words"},
                        {"--holder", "NAME", "who owns the work"},
                        {"--terms", "TEXT", "what was agreed"},
                        {"--evidence", "FILE", "the paper it stands on; its SHA-256 is kept"}},
            .run = run};
}

} // namespace app::commands
