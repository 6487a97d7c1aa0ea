#include "api/openapi.h"
#include "api_case.h"

/// Every route, asked what its own record says it takes; every answer held to what its record says it gives.
class Conformance : public test::ApiCase {
protected:
    base::json::object document = api::openapi_document(api::all_routes(), "test");
    base::json::object components = document.at("components").at("schemas").as_object();

    base::json::object const& operation(api::Route const& route)
    {
        return document.at("paths").at(route.path).at(base::lower_ascii(route.method)).as_object();
    }
    /// Rows of the caller's, so that routes have something to answer with.
    std::map<std::string, std::string> rows = seed();
    std::map<std::string, std::string> seed()
    {
        accounts.users().keep_root();
        auto const made = add_rows("local", "birds", "youtube:a");
        return {{"niches", made.niche},    {"jobs", made.job},         {"library", made.asset},
                {"clips", made.clip},      {"posts", made.post},       {"sources", "library"},
                {"models", "base.en"},     {"settings", "jobs.lease"}, {"schedules", made.schedule},
                {"webhooks", made.webhook}};
    }
    std::string filled(api::Route const& route)
    {
        auto const row = rows.find(std::string(route.tag));
        return filled(route.path, row == rows.end() ? "019a0000-0000-7000-8000-000000000000" : row->second);
    }
    static std::string filled(std::string_view path, std::string const& id)
    {
        std::string out;
        for (auto const& part : base::split(path, '/'))
            if (!part.empty()) out += "/" + (part.starts_with('{') ? id : part);
        return out;
    }
    base::json::value body_of(api::Route const& route)
    {
        auto const* body = operation(route).if_contains("requestBody");
        if (!body || !route.body) return nullptr;
        auto example = body->at("content").at("application/json").at("example");
        for (auto const& [field, value] : std::map<std::string, std::string>{{"asset_id", rows.at("library")},
                                                                             {"clip_id", rows.at("clips")},
                                                                             {"niche", "birds"},
                                                                             {"candidate_id", "youtube:a"}})
            if (example.as_object().contains(field)) example.as_object()[field] = value;
        return example;
    }
    net::ServerResponse ask(api::Route const& route, base::json::value const& body,
                            std::vector<std::pair<std::string, std::string>> query = {})
    {
        return call(filled(route), std::move(query), std::string(route.method), {{"Content-Type", "application/json"}},
                    body.is_null() ? "" : base::json::serialize(body));
    }
    /// The answer has a status that the document lists, and its body fits the schema that stands there.
    void hold(api::Route const& route, net::ServerResponse const& response, std::string const& what)
    {
        SCOPED_TRACE(fmt::format("{} {}: {} -> {} {}", route.method, route.path, what, response.status,
                                 response.body.substr(0, 300)));
        auto const& responses = operation(route).at("responses").as_object();
        auto const* listed = responses.if_contains(std::to_string(response.status));
        ASSERT_TRUE(listed) << "this status is not in the document";
        if (response.status >= 400) {
            EXPECT_EQ(response.content_type, "application/problem+json");
            api::check_schema(json(response), components.at("Problem"), components);
            EXPECT_EQ(json(response).at("status"), response.status);
            return;
        }
        auto const* content = listed->as_object().if_contains("content");
        if (!content) {
            EXPECT_EQ(response.body, "");
            return;
        }
        auto const* as_json = content->as_object().if_contains("application/json");
        if (!as_json || !route.output) {
            EXPECT_FALSE(response.body.empty());
            return;
        }
        EXPECT_NO_THROW(api::check_schema(json(response), as_json->at("schema"), components));
    }
};

TEST_F(Conformance, every_route_gives_what_its_record_says)
{
    int good = 0;
    for (auto const& route : api::all_routes()) {
        if (route.returns.starts_with("application/octet") || route.path.ends_with("/ws")) continue;
        auto const answer = ask(route, body_of(route));
        hold(route, answer, "an example");
        good += answer.status < 400 ? 1 : 0;
    }
    EXPECT_GT(good * 3, static_cast<int>(api::all_routes().size()) * 2) << "too few had anything to answer with";
}

TEST_F(Conformance, every_route_refuses_what_its_record_does_not_allow)
{
    for (auto const& route : api::all_routes()) {
        if (route.path.ends_with("/ws") || !route.takes.empty()) continue;
        auto const unknown = ask(route, body_of(route), {{"no_such_parameter", "1"}});
        EXPECT_EQ(unknown.status, 422) << route.path << unknown.body;
        hold(route, unknown, "an unknown parameter");
        if (!route.body) continue;
        auto const& schema = components
                                 .at(std::string_view(base::json::value(operation(route)
                                                                            .at("requestBody")
                                                                            .at("content")
                                                                            .at("application/json")
                                                                            .at("schema")
                                                                            .at("$ref"))
                                                          .as_string())
                                         .substr(21))
                                 .as_object();
        auto wrong = body_of(route);
        wrong.as_object()["no_such_field"] = 1;
        auto const surplus = ask(route, wrong);
        EXPECT_EQ(surplus.status, 422) << route.path;
        EXPECT_EQ(json(surplus).at("field").as_string(), "no_such_field");
        for (auto const& property : schema.at("properties").as_object()) {
            auto const* type = property.value().as_object().if_contains("type");
            auto const takes_objects = !type || *type == "object";
            wrong = body_of(route);
            wrong.as_object()[property.key()] =
                takes_objects ? base::json::value(7) : base::json::value(base::json::object{});
            auto const answer = ask(route, wrong);
            if (!type && !property.value().as_object().contains("$ref") &&
                !property.value().as_object().contains("anyOf"))
                continue; // anything goes
            EXPECT_EQ(answer.status, 422) << route.path << " " << property.key() << " " << answer.body;
            hold(route, answer, "a wrong type");
        }
        if (auto const* required = schema.if_contains("required"))
            for (auto const& name : required->as_array()) {
                wrong = body_of(route);
                wrong.as_object().erase(name.as_string());
                auto const answer = ask(route, wrong);
                EXPECT_EQ(answer.status, 422) << route.path;
                EXPECT_EQ(json(answer).at("field"), name);
            }
    }
}

TEST_F(Conformance, every_route_has_a_role_a_family_and_a_name_of_its_own)
{
    std::set<std::string> names;
    for (auto const& route : api::all_routes()) {
        EXPECT_TRUE(names.insert(api::operation_id(route)).second) << route.path;
        EXPECT_FALSE(api::tag_help(route.tag).empty()) << route.tag << " has no description in openapi.cpp";
        EXPECT_TRUE(route.help.ends_with('.')) << route.help;
        EXPECT_FALSE(route.deprecated.empty() != route.sunset.empty()) << route.path;
        if (route.access == api::Access::Public) continue;
        EXPECT_EQ(status_as("", filled(route), std::string(route.method)), 401) << route.method << route.path;
    }
}
