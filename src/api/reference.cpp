#include "api/reference.h"

#include "base/markup.h"

namespace api {

using base::escape_markup;
using base::json::object;
using base::json::value;

static std::string text_of(object const& from, std::string_view name)
{
    auto const* found = from.if_contains(name);
    return found && found->is_string() ? escape_markup(found->as_string()) : "";
}

static std::string name_of_reference(value const& reference)
{
    auto const text = std::string_view(reference.as_string());
    return std::string(text.substr(text.rfind('/') + 1));
}

/// "string", "integer 1..200", "list of JobView": with links to the schemas.
static std::string type_text(value const& given)
{
    auto const& schema = given.as_object();
    if (auto const* reference = schema.if_contains("$ref")) {
        auto const name = escape_markup(name_of_reference(*reference));
        return fmt::format("<a href=\"#schema-{0}\">{0}</a>", name);
    }
    if (auto const* any = schema.if_contains("anyOf")) return type_text(any->as_array().front()) + " or null";
    auto const* type = schema.if_contains("type");
    if (!type) return "anything";
    std::string out;
    if (auto const* list = type->if_array())
        for (auto const& one : *list) out += (out.empty() ? "" : " or ") + escape_markup(one.as_string());
    else
        out = escape_markup(type->as_string());
    if (auto const* items = schema.if_contains("items")) out = "list of " + type_text(*items);
    if (auto const* names = schema.if_contains("enum")) {
        out.clear();
        for (auto const& one : names->as_array())
            out += fmt::format("{}<code>{}</code>", out.empty() ? "" : " | ",
                               one.is_string() ? escape_markup(one.as_string()) : "null");
    }
    auto const limit = [&](std::string_view name, std::string_view words) {
        if (auto const* found = schema.if_contains(name))
            out += fmt::format("{}{}", words, base::json::serialize(*found));
    };
    limit("minimum", ", from ");
    limit("maximum", ", to ");
    limit("maxLength", ", at most ");
    if (auto const format = text_of(schema, "format"); !format.empty()) out += " (" + format + ")";
    return out;
}

static std::string rows_of(object const& schema)
{
    std::string out;
    auto const* required = schema.if_contains("required");
    if (auto const* properties = schema.if_contains("properties"))
        for (auto const& field : properties->as_object()) {
            bool needed = false;
            if (required)
                for (auto const& name : required->as_array()) needed |= name == value(field.key());
            out +=
                fmt::format("<tr><td><code>{}</code></td><td>{}</td><td>{}{}</td></tr>\n", escape_markup(field.key()),
                            type_text(field.value()), needed ? "" : "<i>may be left out.</i> ",
                            text_of(field.value().as_object(), "description"));
        }
    return out;
}

static std::string table(std::string const& rows)
{
    return rows.empty() ? ""
                        : "<table><thead><tr><th>Name</th><th>Type</th><th></th></tr></thead><tbody>" + rows +
                              "</tbody></table>\n";
}

static std::string schema_name(object const& holder)
{
    auto const* content = holder.if_contains("content");
    if (!content) return "";
    auto const& [type, media] = *content->as_object().begin();
    auto const* schema = media.as_object().if_contains("schema");
    return schema && schema->as_object().contains("$ref") ? type_text(*schema) : escape_markup(type);
}

static std::string operation_text(std::string_view path, std::string_view method, object const& operation)
{
    std::string parameters;
    if (auto const* list = operation.if_contains("parameters"))
        for (auto const& parameter : list->as_array()) {
            auto const& fields = parameter.as_object();
            parameters += fmt::format("<tr><td><code>{}</code> ({})</td><td>{}</td><td>{}{}</td></tr>\n",
                                      text_of(fields, "name"), text_of(fields, "in"), type_text(fields.at("schema")),
                                      fields.at("required").as_bool() ? "" : "<i>may be left out.</i> ",
                                      text_of(fields, "description"));
        }
    std::string upper(method);
    for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    std::string out =
        fmt::format("<section id=\"{}\"><h3><span class=\"method {}\">{}</span> <code>{}</code></h3>\n<p>{}</p>\n"
                    "<p class=\"role\">For: {}</p>\n",
                    text_of(operation, "operationId"), method, upper, escape_markup(path),
                    text_of(operation, "summary"), text_of(operation, "x-role"));
    out += table(parameters);
    if (auto const* body = operation.if_contains("requestBody"))
        out += "<p>Body: " + schema_name(body->as_object()) + "</p>\n";
    std::string problems;
    for (auto const& response : operation.at("responses").as_object()) {
        auto const& fields = response.value().as_object();
        if (fields.contains("$ref"))
            problems += (problems.empty() ? "" : ", ") + escape_markup(response.key());
        else
            out += fmt::format("<p>Answer {}: {}</p>\n", escape_markup(response.key()), schema_name(fields));
    }
    return out + "<p class=\"problems\">Problems: " + problems + "</p></section>\n";
}

std::string reference_page(object const& document)
{
    std::map<std::string, std::string> sections;
    std::map<std::string, std::string> links;
    for (auto const& path : document.at("paths").as_object())
        for (auto const& method : path.value().as_object()) {
            auto const& operation = method.value().as_object();
            auto const tag = std::string(operation.at("tags").as_array().front().as_string());
            sections[tag] += operation_text(path.key(), method.key(), operation);
            links[tag] += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", text_of(operation, "operationId"),
                                      text_of(operation, "summary"));
        }
    std::string menu;
    std::string main;
    for (auto const& tag : document.at("tags").as_array()) {
        auto const name = std::string(tag.at("name").as_string());
        menu += fmt::format("<details><summary>{}</summary><ul>{}</ul></details>\n", escape_markup(name), links[name]);
        main += fmt::format("<h2 id=\"tag-{}\">{}</h2>\n<p>{}</p>\n{}", escape_markup(name), escape_markup(name),
                            text_of(tag.as_object(), "description"), sections[name]);
    }
    main += "<h2>Schemas</h2>\n";
    for (auto const& schema : document.at("components").at("schemas").as_object())
        main += fmt::format("<section id=\"schema-{0}\"><h3>{0}</h3>{1}</section>\n", escape_markup(schema.key()),
                            table(rows_of(schema.value().as_object())));
    auto const& info = document.at("info").as_object();
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>{0} API</title><link rel=\"stylesheet\" href=\"/api/docs/style.css\"></head>\n"
        "<body><nav><h1>{0} API</h1><p><a href=\"/api/v1/openapi.json\">OpenAPI document</a></p>{1}</nav>"
        "<main><p>{2}</p><p>{3}</p>{4}</main></body></html>\n",
        text_of(info, "title"), menu, text_of(info, "summary"), text_of(info, "description"), main);
}

std::string_view reference_style()
{
    return R"(:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { margin: 0; display: grid; grid-template-columns: 20rem 1fr; font: 16px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; box-sizing: border-box; padding: 1rem;
      border-right: 1px solid var(--line); }
main { padding: 1rem 2rem 6rem; max-width: 60rem; min-width: 0; }
nav ul { margin: 0 0 .5rem; padding-left: 1.2rem; font-size: .875rem; }
summary { cursor: pointer; font-weight: 600; }
section { border-top: 1px solid var(--line); padding: .5rem 0; }
section:target { background: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
code { overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4rem; font-size: .8rem; font-weight: 700; }
.get { color: #1a7f37; } .post { color: #0969da; } .put, .patch { color: #9a6700; } .delete { color: #cf222e; }
.role, .problems { font-size: .875rem; opacity: .8; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } }
)";
}

} // namespace api
