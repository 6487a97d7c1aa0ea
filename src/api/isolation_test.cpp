// Nobody meets what is somebody else's: every route there is, asked by another user for rows of the first.
#include "api/openapi.h"
#include "signed_in_case.h"

using accounts::Role;
using api::Access;

class Isolation : public test::SignedInCase {
protected:
    /// Families whose rows are no user's: what the machine knows, or what only admins see, of everybody.
    static bool is_shared(api::Route const& route)
    {
        static std::set<std::string_view> const shared{"audit",  "docs",  "settings", "sources", "storage",
                                                       "system", "users", "models",   "backups"};
        return shared.contains(route.tag) || route.path.starts_with("/api/v1/job-limits");
    }
    /// Of the first user, by the path up to its parameter. A new family of routes adds its row here.
    std::map<std::string, std::string> rows_of(accounts::UserView const& user, std::string const& session_id)
    {
        auto const made = add_rows(user.id, "isolated birds", "youtube:isolated");
        vault.keep(user.id, "key.isolated", "a-very-secret-value");
        auto const token = accounts.tokens().make(accounts::Actor::system(), user.id, {"r", Role::Viewer, {"*"}});
        auto const upload = uploads.create(user.id, 5, {{"filename", "isolated.mp4"}});
        return {{"/api/v1/uploads/", upload.id},
                {"/api/v1/schedules/", made.schedule},
                {"/api/v1/webhooks/", made.webhook},
                {"/api/v1/niches/", made.niche},
                {"/api/v1/jobs/", made.job},
                {"/api/v1/library/assets/", made.asset},
                {"/api/v1/clips/", made.clip},
                {"/api/v1/posts/", made.post},
                {"/api/v1/keys/", "key.isolated"},
                {"/api/v1/auth/sessions/", session_id},
                {"/api/v1/auth/tokens/", token.view.id}};
    }
    static std::string prefix_of(api::Route const& route)
    {
        return std::string(route.path.substr(0, route.path.find('{')));
    }
    static bool has_parameter(api::Route const& route) { return route.path.find('{') != std::string_view::npos; }
    /// The path with that value in place of its parameter.
    static std::string filled(std::string_view path, std::string const& value)
    {
        std::string out;
        for (auto const& part : base::split(path, '/'))
            if (!part.empty()) out += "/" + (part.starts_with('{') ? value : part);
        return out;
    }
    /// A body that the route's own document gives as an example, so that it is the handler who refuses.
    std::string example(api::Route const& route)
    {
        auto const& operation = document.at("paths").at(route.path).at(base::lower_ascii(route.method)).as_object();
        auto const* body = operation.if_contains("requestBody");
        if (!body || !route.body) return "";
        return base::json::serialize(body->at("content").at("application/json").at("example"));
    }
    net::ServerResponse ask(api::Route const& route, std::string const& value, std::string const& bearer)
    {
        return send({.method = std::string(route.method),
                     .path = filled(route.path, value),
                     .bearer = bearer,
                     .body = example(route)});
    }
    /// Streams, sockets and files have no JSON to compare; who may open them is tried all the same.
    static bool is_plain(api::Route const& route) { return route.takes.empty() && !route.path.ends_with("/ws"); }

    base::json::object document = api::openapi_document(api::all_routes(), "test");
};

TEST_F(Isolation, rows_of_somebody_else_are_not_there_on_any_route)
{
    auto const ada = add("ada", Role::Admin);
    auto const issued = signed_in("ada");
    auto const rows = rows_of(ada, issued.principal.session_id);
    add("eve", Role::Admin); // so that no role stands in her way
    auto const eve = bearer_of("eve");
    std::set<std::string> tried;
    for (auto const& route : api::all_routes()) {
        if (!has_parameter(route) || is_shared(route) || route.access == Access::Service) continue;
        auto const row = rows.find(prefix_of(route));
        ASSERT_NE(row, rows.end()) << route.path << ": make a row of the first user for it, above";
        auto const answer = ask(route, row->second, eve);
        // To set a key of that name is to set one's own: it must not touch the other's.
        if (route.method == "PUT" && route.path == "/api/v1/keys/{name}") {
            EXPECT_EQ(answer.status, 204);
            continue;
        }
        if (route.method == "DELETE" && route.path == "/api/v1/keys/{name}") continue;
        EXPECT_EQ(answer.status, 404) << route.method << " " << route.path << " " << answer.body;
        tried.insert(prefix_of(route));
    }
    EXPECT_GE(tried.size(), 7U);
    EXPECT_EQ(vault.find(ada.id, "key.isolated"), "a-very-secret-value");
    EXPECT_TRUE(accounts.authenticate(issued.access_token));
    EXPECT_EQ(accounts.tokens().list(ada.id).size(), 1U);
    EXPECT_EQ(queue.get(rows.at("/api/v1/jobs/"), ada.id).state, store::JobState::Queued);
    for (auto const* table : {"niches", "assets", "clips", "posts"})
        EXPECT_EQ(database.query(fmt::format("SELECT id FROM {} WHERE owner_id = $1", table), ada.id).size(), 1U)
            << table;
}

TEST_F(Isolation, no_list_shows_a_row_of_somebody_else)
{
    auto const ada = add("ada", Role::Admin);
    auto const issued = signed_in("ada");
    auto rows = rows_of(ada, issued.principal.session_id);
    rows["candidate"] = "youtube:isolated";
    rows["user"] = ada.id;
    add("eve", Role::Admin);
    auto const eve = bearer_of("eve");
    int lists = 0;
    for (auto const& route : api::all_routes()) {
        if (route.method != "GET" || has_parameter(route) || is_shared(route) || !is_plain(route)) continue;
        if (route.access == Access::Public || route.access == Access::Service) continue;
        std::vector<std::vector<std::pair<std::string, std::string>>> queries{{}};
        // Also where she names ada's rows in a filter.
        api::Schemas schemas;
        auto const parameters = route.parameters(schemas);
        if (auto const* properties = parameters.as_object().if_contains("properties"))
            for (auto const& property : properties->as_object())
                if (property.key().ends_with("_id"))
                    for (auto const& [what, id] : rows) queries.push_back({{std::string(property.key()), id}});
        if (route.path == "/api/v1/candidates") queries = {{{"niche", "isolated birds"}}};
        for (auto const& query : queries) {
            auto const answer = send({.path = std::string(route.path), .bearer = eve, .query = query});
            for (auto const& [what, id] : rows)
                EXPECT_EQ(answer.body.find(id), std::string::npos) << route.path << " shows " << what << answer.body;
            ++lists;
        }
    }
    EXPECT_GE(lists, 8);
}

TEST_F(Isolation, without_credentials_every_route_but_the_public_ones_is_closed)
{
    std::set<std::string> open;
    for (auto const& route : api::all_routes()) {
        for (auto const* bearer : {"", "nonsense", "et_0123456789012345678901234567890123456789012", "a.b.c"}) {
            auto const answer = ask(route, "019a0000-0000-7000-8000-000000000000", bearer);
            if (route.access == Access::Public) {
                open.insert(std::string(route.path));
                continue;
            }
            EXPECT_EQ(answer.status, 401) << route.method << " " << route.path << " with '" << bearer << "'";
        }
    }
    // What strangers may use is written down here: whoever opens another route says so.
    EXPECT_EQ(open,
              (std::set<std::string>{"/api/docs", "/api/docs/style.css", "/api/v1/auth/login", "/api/v1/auth/logout",
                                     "/api/v1/auth/refresh", "/api/v1/auth/setup", "/api/v1/openapi.json",
                                     "/api/v1/uploads", "/api/v1/ws", "/healthz", "/readyz"}));
}

TEST_F(Isolation, a_role_below_the_routes_own_is_refused_before_anything_is_looked_at)
{
    add("root", Role::Admin);
    auto const vic = add("vic", Role::Viewer);
    auto const cleo = add("cleo", Role::Creator);
    auto const viewer = bearer_of("vic");
    auto const creator = bearer_of("cleo");
    auto const narrow =
        accounts.tokens().make(accounts::Actor::system(), vic.id, {"n", Role::Viewer, {"nothing:read"}}).token;
    auto const reader =
        accounts.tokens().make(accounts::Actor::system(), cleo.id, {"r", Role::Creator, {"*:read"}}).token;
    for (auto const& route : api::all_routes()) {
        if (route.access == Access::Public) continue;
        auto const name = fmt::format("{} {}", route.method, route.path);
        auto const status = [&](std::string const& bearer) {
            return ask(route, "019a0000-0000-7000-8000-000000000000", bearer).status;
        };
        EXPECT_EQ(status(narrow), 403) << name;
        if (route.method != "GET") { EXPECT_EQ(status(reader), 403) << name; }
        if (route.access != Access::Viewer) { EXPECT_EQ(status(viewer), 403) << name; }
        if (route.access == Access::Admin) { EXPECT_EQ(status(creator), 403) << name; }
        if (route.access != Access::Service) { EXPECT_EQ(status(internal_token), 403) << name; }
    }
}
