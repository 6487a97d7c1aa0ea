#pragma once
// The whole API over real parts in a temporary folder, without a socket.
#include "accounts/accounts.h"
#include "api/dispatcher.h"
#include "bus/memory_bus.h"
#include "discovery/database_store.h"
#include "store/migrations.h"
#include "store/tables/assets.h"
#include "store/tables/candidates.h"
#include "store/tables/clips.h"
#include "store/tables/posts.h"
#include "store/tables/schedules.h"
#include "store/tables/webhooks.h"
#include "support.h"

namespace test {

/// One program's parts; `people` are whom the dispatcher knows by their bearer.
class ApiCase : public testing::Test {
protected:
    explicit ApiCase(accounts::RequireTotp require_totp = accounts::RequireTotp::Off) : require_totp_(require_totp) {}
    accounts::RequireTotp const require_totp_;

    static std::vector<base::Setting> const& known_settings()
    {
        static std::vector<base::Setting> const list{base::changeable({"jobs", "lease", "a lease", "60s"}),
                                                     {"server", "key_file", "a file"},
                                                     {"keys", "pexels", "a key", "hunter2", "PEXELS_API_KEY", true}};
        return list;
    }

    base::TemporaryFolder folder;
    base::FixedClock clock{*base::parse_time("2026-11-20T10:00:00Z")};
    base::Random random{1};
    base::Ids ids{clock, random};
    base::Log log{clock, base::LogLevel::Off};
    store::Database database{(folder.path() / "t.db").string(), {.survives_power_loss = false}};
    bool migrated = store::migrate(database, clock).to > 0;
    bus::MemoryBus bus;
    jobs::Queue queue{{database, bus, clock, ids}, work()};
    store::FolderBlobStore blobs{folder.path() / "blobs"};
    base::Config config{known_settings(), {}};
    net::HttpClient client{{}, clock, random};
    std::filesystem::path catalog_folder{std::filesystem::path(SOURCE_DIR) / "catalog"};
    studio::Catalog catalog{catalog_folder};
    studio::MediaChild media{{.program = std::filesystem::path(BINARY_DIR) / "ettametta-media"}};
    studio::Studio studio{catalog, media, clock};
    discovery::Scanner scanner{catalog_folder, {}, client, clock};
    discovery::Discovery discovery{{scanner, database, nullptr, clock, ids}};
    accounts::Vault vault{database, {.file = folder.path() / "master.key"}, clock, ids};
    accounts::Accounts accounts{{database, vault, clock, ids}, account_options(require_totp_)};
    std::optional<accounts::Principal> principal_of(std::string_view bearer) const
    {
        auto const found = people.find(bearer);
        return found == people.end() ? std::nullopt : std::optional(found->second);
    }
    api::live::Hub hub{clock, "test", {.by_token = [this](std::string_view token) { return principal_of(token); }}};
    api::live::Telemetry telemetry{{database, bus, clock, log, folder.path(), "test"}};
    api::live::Metrics metrics;
    api::UploadDesk uploads{{database, blobs, clock, ids, log, folder.path() / "uploads"}};
    api::StoredSettings stored{folder.path() / "settings.json", [](auto const& values) {
                                   (void)base::Config(known_settings(), {.stored = values}).duration("jobs.lease");
                               }};
    api::Services services{
        database,
        clock,
        ids,
        log,
        folder.path(),
        queue,
        blobs,
        discovery,
        studio,
        config,
        "ettametta test",
        accounts,
        vault,
        {hub, telemetry, metrics},
        uploads,
        stored,
        {catalog_folder, folder.path() / "models", ""},
        folder.path() / "backups",
        [] {
            return std::vector<api::Finding>{{"a disk", api::Health::Missing, "none", "files", "buy one"}};
        }};
    std::map<std::string, accounts::Principal, std::less<>> people{
        {"ada", {"local", "ada", accounts::Role::Admin, accounts::PrincipalKind::Session, "s", {}}},
        {"eve", {"eve", "eve", accounts::Role::Admin, accounts::PrincipalKind::Session, "e", {}}},
        {"vic", {"local", "vic", accounts::Role::Viewer, accounts::PrincipalKind::Session, "v", {}}},
        {"robot", {"local", "robot", accounts::Role::Admin, accounts::PrincipalKind::ApiToken, "t", {"niches:read"}}},
        {"machine", {"", "machine", accounts::Role::Viewer, accounts::PrincipalKind::Service, "", {}}}};
    api::Dispatcher dispatcher{services,
                               [this](std::string_view bearer) { return principal_of(bearer); },
                               {.user_rate = {0}, .address_rate = {0}}};

    static constexpr char const* internal_token = "made-up-internal-token-of-the-tests-0123456789";
    /// Hashes that cost next to nothing.
    static accounts::Options account_options(accounts::RequireTotp require_totp)
    {
        accounts::Options options;
        options.require_totp = require_totp;
        options.common_passwords = std::filesystem::path(SOURCE_DIR) / "catalog/passwords/common.txt";
        options.cost = {.passes = 1, .memory_bytes = 8192};
        options.hashes_waiting_max = 100;
        options.internal_token = internal_token;
        return options;
    }
    /// The kinds of work by name; nothing runs them here.
    static std::vector<jobs::JobType> work()
    {
        std::vector<jobs::JobType> out;
        for (auto const* name : {"acquire", "autopilot", "backup", "demo", "discover", "fetch_model", "probe",
                                 "produce", "publish", "rescan", "stock", "transform"})
            out.push_back({.name = name, .help = "nothing"});
        return out;
    }

    net::ServerResponse call(std::string path, std::vector<std::pair<std::string, std::string>> query = {},
                             std::string method = "GET", net::Headers headers = {}, std::string body = {})
    {
        net::ServerRequest request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.query = std::move(query);
        request.headers = std::move(headers);
        if (request.header("Host").empty()) request.headers.emplace_back("Host", "127.0.0.1:8080");
        if (request.header("Authorization").empty()) request.headers.emplace_back("Authorization", "Bearer ada");
        request.body = std::move(body);
        request.remote = "127.0.0.1";
        return dispatcher(request);
    }
    net::ServerResponse post(std::string path, std::string body, net::Headers headers = {}, std::string method = "POST")
    {
        return call(std::move(path), {}, std::move(method), std::move(headers), std::move(body));
    }
    int status_as(std::string const& who, std::string path, std::string method = "GET")
    {
        return call(std::move(path), {}, std::move(method), {{"Authorization", who.empty() ? " " : "Bearer " + who}})
            .status;
    }
    static base::json::value json(net::ServerResponse const& response)
    {
        return base::parse_json(response.body, "body");
    }
    static std::string code(net::ServerResponse const& response)
    {
        return std::string(json(response).at("code").as_string());
    }

    /// One row of each kind, so that routes have something to answer with.
    struct Rows {
        std::string niche;
        std::string job;
        std::string asset;
        std::string clip;
        std::string post;
        std::string schedule;
        std::string webhook;
    };
    Rows add_rows(std::string const& owner, std::string const& niche_name, std::string const& candidate_id)
    {
        auto const now = clock.now();
        auto const niche = discovery.niche(owner, niche_name).id;
        store::Job job{.id = ids.next(), .owner_id = owner, .kind = "demo", .reason_code = "new"};
        job.created_at = job.updated_at = job.run_at = now;
        store::Asset asset{.id = ids.next(), .owner_id = owner, .path = "/nowhere.mp4", .sha256 = "ab"};
        asset.created_at = asset.updated_at = now;
        plan::EditPlan plan;
        plan.source = asset.path;
        plan.cuts = {{0, 1, "all of it"}};
        plan.thumbnails = {{}};
        studio::TransformResult result;
        result.plan = plan;
        store::Clip clip{.id = ids.next(), .owner_id = owner, .asset_id = asset.id};
        clip.plan = base::to_json(plan);
        clip.result = base::to_json(result);
        clip.created_at = clip.updated_at = now;
        store::Post post{.id = ids.next(), .owner_id = owner, .clip_id = clip.id, .destination = "outbox"};
        post.created_at = post.updated_at = now;
        discovery::Candidate const found{
            .id = candidate_id, .platform = "youtube", .url = "https://x.example/a", .title = "A"};
        store::Candidate candidate{found.id,  owner,       niche_name, found.platform,
                                   found.url, found.title, 7.0,        base::to_json(found)};
        candidate.created_at = candidate.updated_at = candidate.found_at = now;
        store::Schedule schedule{
            .id = ids.next(), .owner_id = owner, .name = niche_name + " at night", .kind = "discover"};
        schedule.rule = "0 3 * * *";
        schedule.created_at = schedule.updated_at = schedule.starts_at = now;
        store::Webhook webhook{.id = ids.next(), .owner_id = owner, .url = "https://hooks.example/" + candidate_id};
        webhook.created_at = webhook.updated_at = now;
        database.transaction([&](store::Connection& connection) {
            store::insert_schedule(connection, schedule);
            store::insert_webhook(connection, webhook);
            store::insert_job(connection, job);
            store::insert_asset(connection, asset);
            store::insert_clip(connection, clip);
            store::begin_post(connection, post);
            store::upsert_candidate(connection, candidate);
        });
        return {niche, job.id, asset.id, clip.id, post.id, schedule.id, webhook.id};
    }
};

} // namespace test
