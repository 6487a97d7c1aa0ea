#include "api/openapi.h"

#include "api/problem.h"

#include <algorithm>
#include <array>

namespace api {

using base::json::array;
using base::json::object;
using base::json::value;

std::string_view tag_help(std::string_view tag)
{
    static std::map<std::string_view, std::string_view> const texts{
        {"accounts", "Users, their roles, and the places they publish to."},
        {"audit", "Who did what to which row, from where."},
        {"auth", "Signing in, sessions, second factor and personal API tokens."},
        {"backups", "Copies of the database. What puts one back is a command: `ettametta restore FILE`."},
        {"clips", "Finished clips: the file, its plan, its provenance."},
        {"discovery", "What rises in a niche, and why."},
        {"jobs", "Every piece of work that takes time: its state, its history, and what to do next."},
        {"keys", "The vault: keys and tokens of outside services. Write-only."},
        {"library", "Media that clips are made of, with their rights."},
        {"links", "Addresses of files that a browser's own players can open."},
        {"live", "What happens, as it happens: WebSocket and measurements."},
        {"models", "Models that can be fetched. Nothing comes unasked."},
        {"niches", "What is watched, and what was learned of it."},
        {"posts", "What was handed over to publish, once each, and the calendar."},
        {"schedules", "Work that begins by the calendar."},
        {"settings", "What is configured, what is not, and what each part would enable."},
        {"sources", "The places that discovery asks, and how they are."},
        {"storage", "What lies on the disk."},
        {"system", "Whether the server is well."},
        {"transforms", "From a candidate, an upload or a plan to a finished clip."},
        {"uploads", "Resumable uploads (tus 1.0)."},
        {"users", "Who may sign in, and with what role."},
        {"webhooks", "Calls to your own server when work has ended."},
    };
    auto const found = texts.find(tag);
    return found == texts.end() ? std::string_view{} : found->second;
}

std::string operation_id(RouteInfo const& route)
{
    auto out = base::lower_ascii(route.method);
    auto path = std::string(route.path);
    if (path.starts_with("/api/v1")) path.erase(0, 7);
    for (auto const& part : base::split(path, '/')) {
        if (part.empty()) continue;
        out += '_';
        if (part.starts_with('{'))
            out += "by_" + part.substr(1, part.size() - 2);
        else
            for (auto const c : part) out += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    }
    return out;
}

std::vector<int> problems_of(Route const& route)
{
    std::vector<int> out{400, 422, 429, 500, 503};
    if (route.access != Access::Public) out.insert(out.end(), {401, 403});
    if (route.path.find('{') != std::string_view::npos) out.push_back(404);
    if (route.method == "POST" && route.access != Access::Public) out.push_back(409); // Idempotency-Key
    if (route.body) out.insert(out.end(), {413, 415});
    out.insert(out.end(), route.problems.begin(), route.problems.end());
    std::ranges::sort(out);
    auto const [first, last] = std::ranges::unique(out);
    out.erase(first, last);
    std::erase(out, route.status);
    return out;
}

static value example_of_string(object const& schema)
{
    if (auto const* names = schema.if_contains("enum")) return names->as_array().front();
    auto const* format = schema.if_contains("format");
    if (format && format->as_string() == "date-time") return "2026-11-20T10:00:00Z";
    if (format && format->as_string() == "uri") return "https://example.com/";
    std::string text = "text";
    if (auto const* min = schema.if_contains("minLength"))
        text.resize(std::max(text.size(), min->to_number<std::size_t>()), 'x');
    return base::json::string(text);
}

value example_of(value const& wanted, object const& components)
{
    auto const& schema = wanted.as_object();
    if (auto const* examples = schema.if_contains("examples")) return examples->as_array().front();
    if (auto const* reference = schema.if_contains("$ref")) {
        auto const text = std::string_view(reference->as_string());
        return example_of(components.at(text.substr(text.rfind('/') + 1)), components);
    }
    if (schema.contains("anyOf")) return nullptr; // the other one is null, and a struct may hold itself
    auto const* type = schema.if_contains("type");
    if (!type) return object{};
    if (type->is_array()) return nullptr; // what may be absent
    auto const name = std::string_view(type->as_string());
    if (name == "object") {
        object out;
        if (auto const* properties = schema.if_contains("properties"))
            for (auto const& property : properties->as_object())
                out[property.key()] = example_of(property.value(), components);
        return out;
    }
    if (name == "array") {
        array out;
        if (auto const* min = schema.if_contains("minItems"); min && min->to_number<std::size_t>() > 0)
            out.push_back(example_of(schema.at("items"), components));
        return out;
    }
    if (name == "boolean") return false;
    if (name == "string") return example_of_string(schema);
    auto const* min = schema.if_contains("minimum");
    return min && min->to_number<double>() > 0 ? *min : value(0);
}

namespace {

/// Writes one document.
class Writer {
public:
    Writer(std::span<Route const> routes, std::string_view version) : version_(version)
    {
        schemas_.of<Problem>(Direction::Input); // its optional fields may be absent
        for (auto const& route : routes) add(route);
    }

    object document()
    {
        auto components = schemas_.components();
        auto& problem = components["ProblemInput"].as_object();
        problem["required"] = array{"type", "title", "status", "code", "detail", "request_id"};
        problem.erase("additionalProperties");
        components["Problem"] = std::move(problem);
        components.erase("ProblemInput");
        array tags;
        for (auto const& tag : tags_) tags.push_back(object{{"name", tag}, {"description", tag_help(tag)}});
        return {{"openapi", "3.1.0"},
                {"info", object{{"title", "ettametta"},
                                {"version", version_},
                                {"summary", "Everything that the command line does, over HTTP."},
                                {"description", description},
                                {"license", object{{"name", "GNU General Public License v3.0 or later"},
                                                   {"identifier", "GPL-3.0-or-later"}}}}},
                {"servers", array{object{{"url", "/"}, {"description", "The server that this document comes from."}}}},
                {"tags", std::move(tags)},
                {"security", array{object{{"bearer", array{}}}}},
                {"paths", std::move(paths_)},
                {"components",
                 object{{"schemas", std::move(components)},
                        {"responses", std::move(responses_)},
                        {"securitySchemes",
                         object{{"bearer", object{{"type", "http"},
                                                  {"scheme", "bearer"},
                                                  {"description", "An access token of POST /api/v1/auth/login, "
                                                                  "or a personal API token (et_...)."}}}}}}}};
    }

private:
    static constexpr std::string_view description =
        "Lists page by cursor: send next_cursor as ?cursor=. Every POST takes an Idempotency-Key: the same request "
        "under "
        "the same key is carried out once. Errors are RFC 9457 problems with a code, the field that is meant and what "
        "to "
        "do next. Every answer carries X-Request-Id; reads carry an ETag. x-role tells who may use a route.";

    void add(Route const& route)
    {
        tags_.insert(std::string(route.tag));
        object operation{{"operationId", operation_id(route)},
                         {"summary", route.help},
                         {"tags", array{route.tag}},
                         {"x-role", base::enum_text(route.access)}};
        if (route.access == Access::Public)
            operation["security"] = array{};
        else
            operation["security"] = array{object{{"bearer", array{route.scope()}}}};
        if (!route.deprecated.empty()) operation["deprecated"] = true;
        auto list = parameters(route);
        if (!list.empty()) operation["parameters"] = std::move(list);
        if (route.body)
            operation["requestBody"] =
                object{{"required", true}, {"content", object{{"application/json", media(route.body(schemas_))}}}};
        else if (!route.takes.empty())
            operation["requestBody"] = object{{"required", true}, {"content", object{{route.takes, object{}}}}};
        operation["responses"] = responses(route);
        auto& path = paths_[route.path];
        if (path.is_null()) path = object{};
        path.as_object()[base::lower_ascii(route.method)] = std::move(operation);
    }

    object media(value schema)
    {
        auto example = example_of(schema, schemas_.components());
        return {{"schema", std::move(schema)}, {"example", std::move(example)}};
    }

    array parameters(Route const& route)
    {
        array out;
        auto const schema = route.parameters(schemas_).as_object();
        for (auto const& property : schema.at("properties").as_object()) {
            auto field = property.value().as_object();
            auto const in_path =
                route.path.find(fmt::format("{{{}}}", std::string_view(property.key()))) != std::string_view::npos;
            if (auto* type = field.if_contains("type"); type && type->is_array()) { // absent, never null
                *type = value(type->as_array().front());
                if (auto* names = field.if_contains("enum")) names->as_array().pop_back(); // null stands last
            }
            object parameter{{"name", property.key()}, {"in", in_path ? "path" : "query"}};
            auto const* required = schema.if_contains("required");
            parameter["required"] =
                in_path || (required && std::ranges::find(required->as_array(), value(property.key())) !=
                                            required->as_array().end());
            if (auto const* help = field.if_contains("description")) parameter["description"] = *help;
            field.erase("description");
            if (field.contains("items")) {
                parameter["style"] = "form";
                parameter["explode"] = false;
            }
            parameter["schema"] = std::move(field);
            out.push_back(std::move(parameter));
        }
        if (route.by_link)
            out.push_back(
                object{{"name", "link"},
                       {"in", "query"},
                       {"required", false},
                       {"description", "Instead of the header, for players of a browser: POST /api/v1/links."},
                       {"schema", object{{"type", "string"}, {"maxLength", 2048}}}});
        if (route.method == "POST" && route.access != Access::Public)
            out.push_back(object{{"name", "Idempotency-Key"},
                                 {"in", "header"},
                                 {"required", false},
                                 {"description", "The same request under the same key is carried out once."},
                                 {"schema", object{{"type", "string"}, {"maxLength", 200}}}});
        return out;
    }

    object responses(Route const& route)
    {
        static object const request_id{
            {"X-Request-Id", object{{"description", "What the log calls this request."},
                                    {"schema", object{{"type", "string"}, {"format", "uuid"}}}}}};
        object good{{"description", route.status == 204 ? "Done." : route.help}, {"headers", request_id}};
        if (route.output)
            good["content"] = object{{"application/json", media(route.output(schemas_))}};
        else if (!route.returns.empty())
            good["content"] = object{{route.returns, object{{"schema", object{}}}}};
        object out{{std::to_string(route.status), std::move(good)}};
        for (auto const status : problems_of(route)) {
            auto const text = std::string(title_of(status));
            std::string name;
            for (auto const c : text)
                if (c != ' ') name += c;
            auto const example = object{{"type", "about:blank"},
                                        {"title", text},
                                        {"status", status},
                                        {"code", code_of(status)},
                                        {"detail", "limit: 900 is outside [1, 200]"},
                                        {"request_id", "019a0000-0000-7000-8000-000000000000"}};
            responses_[name] = object{
                {"description", text},
                {"content",
                 object{{"application/problem+json",
                         object{{"schema", object{{"$ref", "#/components/schemas/Problem"}}}, {"example", example}}}}}};
            out[std::to_string(status)] = object{{"$ref", "#/components/responses/" + name}};
        }
        return out;
    }

    std::string_view version_;
    Schemas schemas_;
    object paths_;
    object responses_;
    std::set<std::string> tags_;
};

} // namespace

object openapi_document(std::span<Route const> routes, std::string_view version)
{
    return Writer(routes, version).document();
}

} // namespace api
