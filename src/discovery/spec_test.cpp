#include "discovery/spec.h"

#include "base/file.h"
#include "discovery/spec_schema.h"
#include "source_case.h"

#include <cstdlib>

using discovery::SourceCode;
using discovery::SourceStatus;
using test::spec_text;

namespace {

/// Holds a document to a schema: the part of JSON Schema that ours uses. "" where it fits, else the first complaint.
std::string complaint(base::json::value const& schema, base::json::value const& given, base::json::object const& root,
                      std::string const& place = "spec")
{
    auto const* rules = &schema.as_object();
    if (auto const* reference = rules->if_contains("$ref"))
        rules = &root.at("$defs").at(std::string_view(reference->as_string()).substr(8)).as_object();
    if (auto const* any = rules->if_contains("anyOf")) {
        for (auto const& one : any->as_array())
            if (complaint(one, given, root, place).empty()) return "";
        return place + " fits none";
    }
    if (auto const* names = rules->if_contains("enum")) {
        auto const& all = names->as_array();
        return std::find(all.begin(), all.end(), given) != all.end() ? "" : place + " is none of the names";
    }
    auto const* type = rules->if_contains("type");
    if (!type) return "";
    auto const name = std::string_view(type->as_string());
    if (name == "null") return given.is_null() ? "" : place + " is not null";
    if (name == "string") return given.is_string() ? "" : place + " is no string";
    if (name == "boolean") return given.is_bool() ? "" : place + " is no flag";
    if (name == "number") return given.is_number() ? "" : place + " is no number";
    if (name == "integer") {
        if (!given.is_int64()) return place + " is no whole number";
        auto const* low = rules->if_contains("minimum");
        auto const* high = rules->if_contains("maximum");
        auto const fits =
            (!low || given.as_int64() >= low->as_int64()) && (!high || given.as_int64() <= high->as_int64());
        return fits ? "" : place + " is out of range";
    }
    if (name == "array") {
        if (!given.is_array()) return place + " is no list";
        for (auto const& entry : given.as_array())
            if (auto wrong = complaint(rules->at("items"), entry, root, place + "[]"); !wrong.empty()) return wrong;
        return "";
    }
    if (!given.is_object()) return place + " is no object";
    auto const* known = rules->if_contains("properties");
    auto const& others = rules->at("additionalProperties");
    for (auto const& member : given.as_object()) {
        auto const here = place + "." + std::string(member.key());
        auto const* rule = known ? known->as_object().if_contains(member.key()) : nullptr;
        if (!rule && others.is_bool()) return here + " is unknown";
        if (auto const* keys = rules->if_contains("propertyNames"))
            if (auto wrong = complaint(*keys, member.key(), root, here); !wrong.empty()) return wrong;
        if (auto wrong = complaint(rule ? *rule : others, member.value(), root, here); !wrong.empty()) return wrong;
    }
    return "";
}

std::string refusal(std::string const& text)
{
    return test::error_of([&] { discovery::read_spec(text, "x"); }).what();
}

} // namespace

TEST(SpecSchema, the_file_for_editors_says_what_the_reader_takes)
{
    auto const path = test::source_folder() / "catalog/schemas/source.schema.json";
    if (std::getenv("ETTAMETTA_UPDATE_GOLDEN")) base::write_file_atomic(path, discovery::source_schema());
    EXPECT_EQ(test::first_difference(discovery::source_schema(), base::read_file(path, 1 << 20)), "");
}

TEST(SpecSchema, every_source_of_the_catalog_fits_it)
{
    auto const schema = base::parse_json(discovery::source_schema(), "schema");
    for (auto const& entry : std::filesystem::directory_iterator(test::source_folder() / "catalog/sources")) {
        auto const document = base::parse_json(base::read_file(entry.path(), 1 << 20), "spec");
        EXPECT_EQ(complaint(schema, document, schema.as_object()), "") << entry.path();
    }
    EXPECT_EQ(complaint(schema, base::parse_json(spec_text(), "x"), schema.as_object()), "");
}

TEST(SpecSchema, what_it_refuses_the_reader_refuses_too)
{
    auto const schema = base::parse_json(discovery::source_schema(), "schema");
    for (auto const* parts :
         {R"({"kind":"xml"})", R"({"limits":{"concurrency":0}})", R"({"limits":{"interval_ms":60001}})",
          R"({"extra":1})", R"({"errors":[{"status":["x"]}]})", R"({"docs":"one"})",
          R"({"limits":{"quotas":{"a":{"units":0}}}})", R"({"errors":[{"status":[99],"code":"quota"}]})",
          R"({"candidate_kind":"film"})"}) {
        auto const text = spec_text(parts);
        EXPECT_NE(complaint(schema, base::parse_json(text, "x"), schema.as_object()), "") << parts;
        EXPECT_THROW(discovery::read_spec(text, "x"), base::Error) << parts;
    }
}

TEST(Spec, what_makes_no_sense_is_refused_with_its_place)
{
    EXPECT_EQ(refusal(spec_text(R"({"endpoint":"http://api.x.example"})")), "x: endpoint must be https");
    EXPECT_EQ(refusal(spec_text(R"({"endpoint":"file:///etc/passwd"})")).find("x: endpoint"), 0U);
    EXPECT_EQ(refusal(spec_text(R"({"enabled":false})")), "x: note is missing: say why the source is off");
    EXPECT_EQ(refusal(spec_text("{}", R"({"each":"category.id"})")),
              "x: steps[0].each 'category.id' is neither a value of an earlier step nor a setting");
    EXPECT_EQ(refusal(spec_text(R"({"auth":{"kind":"oauth_app","settings":{"client_id":"oauth.x.id"}}})")),
              "x: auth.token is missing: how to come by a token");
    EXPECT_EQ(refusal(spec_text(R"({"auth":{"kind":"signed","signer":"magic","settings":{"key":"key.x"}}})")),
              "x: auth.signer 'magic' is none we have");
    EXPECT_EQ(refusal(spec_text(R"({"auth":{"kind":"key","settings":{"key":"database.url"}}})")),
              "x: auth.settings.key must name a credential like key.x");
    EXPECT_EQ(refusal(spec_text("{}", R"({"costs":{"units":1}})")), "x: steps[0].costs.units is no quota of limits");
    EXPECT_EQ(refusal(spec_text("{}", R"({"paging":{"style":"cursor","pages_max":2}})")),
              "x: steps[0].paging.carry goes with the style cursor");
    EXPECT_EQ(refusal(spec_text("{}", R"({"answer":{"format":"html","container":"//a[","items":["//a"]}})")),
              "x: steps[0].answer.container '//a[' is no XPath");
    EXPECT_EQ(refusal(spec_text(R"({"errors":[{"code":"quota"}]})")), "x: errors[0] needs a condition");
    EXPECT_EQ(refusal(spec_text(R"({"settings":{"a":{"setting":"database.url","help":"h"}}})")),
              "x: settings.a needs a setting like source.x_a");
}

TEST(Spec, secrets_cannot_be_sent_to_hosts_that_an_answer_names)
{
    auto const auth =
        R"({"auth":{"kind":"key","settings":{"key":"key.x"}},"settings":{"hosts":{"setting":"source.x_hosts",
        "help":"h"}}})";
    EXPECT_EQ(
        refusal(spec_text(auth,
                          R"({"each":"setting.hosts","request":{"host":"each","path":"/","parameters":[{"name":"k",
        "value":"{key}"}]}})")),
        "x: steps[0].request k holds the unknown {key}");
}

struct HostileSpec : test::SourceCase {};

TEST_F(HostileSpec, cannot_reach_this_machine_or_its_network)
{
    options.endpoints.clear(); // its own endpoint, not the operator's
    for (auto const* inside : {"https://127.0.0.1", "https://localhost", "https://[::1]", "https://169.254.169.254",
                               "https://10.0.0.1", "https://0x7f.1", "https://metadata.google.internal"}) {
        std::string text;
        try {
            text = spec_text(R"({"endpoint":")" + std::string(inside) + R"("})");
            auto const report = scan(text).sources.at(0);
            EXPECT_EQ(report.status, SourceStatus::Failed) << inside;
            EXPECT_EQ(report.code, SourceCode::BadInput) << inside << " " << report.reason.value_or("");
        } catch (base::Error const& error) {
            EXPECT_EQ(error.code, base::ErrorCode::InvalidInput); // refused when it was loaded: as good
        }
    }
}

TEST_F(HostileSpec, cannot_lead_a_question_inside_by_a_redirect_or_by_a_page)
{
    auto const inside = platform.url(); // on loopback, and asked through another name of the platform only
    platform.on("/search", [&](auto const&) {
        return net::ServerResponse{302, {{"Location", "http://localhost:1/secret"}}, ""};
    });
    EXPECT_EQ(scan(spec_text()).sources.at(0).status, SourceStatus::Failed);
    platform.say("/search", R"({"items":[{"id":"a","url":"http://127.0.0.1:1/watch","title":"t"}]})");
    auto text = spec_text();
    text.insert(text.rfind("]}"), R"(,{"name":"file","gives":"details","request":{"host":"page","path":"/{native_id}"},
        "answer":{"items":["$"]},"fields":{"views":{"paths":["views"],"as":"count"}}})");
    auto const report = scan(text).sources.at(0);
    EXPECT_EQ(report.status, SourceStatus::Partial);
    EXPECT_EQ(report.code, SourceCode::BadInput) << report.reason.value_or("");
}

TEST_F(HostileSpec, cannot_ask_without_end)
{
    platform.on("/search", [](auto const&) {
        return net::ServerResponse{200, {}, test::items({"a"}, R"(,"next":"more","more":true)")};
    });
    auto const text =
        spec_text(R"({"limits":{"deadline_ms":5000}})",
                  R"({"paging":{"style":"cursor","carry":{"c":"$.next"},"more":"$.more","pages_max":20}})");
    EXPECT_EQ(ids(scan(text)), "a");
    EXPECT_LE(platform.asked().size(), 20U);
}
