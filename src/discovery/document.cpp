#include "discovery/document.h"

#include "discovery/json_path.h"
#include "discovery/request_template.h"
#include "discovery/source.h"

namespace discovery {

using base::json::value;

namespace {

void take(std::set<std::string>& out, std::string const& path)
{
    if (!path.empty()) out.insert(path);
}

void take(std::set<std::string>& out, FieldRule const& rule)
{
    for (auto const& path : rule.paths) take(out, path);
    for (auto const& token : tokens_of(rule.compose))
        if (token != "endpoint" && token != "native_id") take(out, token);
}

void take(std::set<std::string>& out, Keep const& rule)
{
    take(out, rule.path);
    for (auto const& inner : rule.any) take(out, inner);
    for (auto const& inner : rule.all) take(out, inner);
}

} // namespace

PathSets paths_of(SourceSpec const& spec, Step const& step)
{
    PathSets out;
    take(out.document, step.answer.container);
    if (step.answer.empty) {
        take(out.document, step.answer.empty->missing);
        take(out.document, step.answer.empty->present);
    }
    take(out.document, step.paging.more);
    if (step.paging.next != "link") take(out.document, step.paging.next);
    for (auto const& [name, path] : step.paging.carry) take(out.document, path);
    for (auto const& [name, rule] : step.values) take(out.document, rule);
    for (auto const& rule : spec.errors) {
        take(out.document, rule.reason);
        for (auto const& condition : rule.when) take(out.document, condition);
    }
    take(out.item, step.answer.order_by);
    take(out.item, step.join);
    for (auto const& rule : step.answer.keep) take(out.item, rule);
    for (auto const& [name, rule] : step.answer.let) take(out.item, rule);
    for (auto const& [name, rule] : step.fields) take(out.item, rule);
    return out;
}

std::vector<value const*> Document::all(std::string const& path, value const& item) const
{
    if (paths == AnswerFormat::Text)
        return path == "$" ? std::vector<value const*>{&whole} : std::vector<value const*>{};
    if (paths == AnswerFormat::Json) {
        try {
            return json_path(path).all(whole, item);
        } catch (base::Error const&) { // an XPath of an error rule, for another step of the same source
            return {};
        }
    }
    std::vector<value const*> out;
    auto const* object = item.if_object();
    auto const* found = object ? object->if_contains(path) : nullptr;
    if (auto const* array = found ? found->if_array() : nullptr)
        for (auto const& one : *array) out.push_back(&one);
    return out;
}

std::vector<value const*> Document::items(std::vector<std::string> const& wanted) const
{
    std::vector<value const*> out;
    if (paths != AnswerFormat::Json) {
        for (auto const& node : nodes) out.push_back(&node);
        return out;
    }
    for (auto const& path : wanted) {
        out = all(path);
        if (!out.empty()) break;
    }
    return out;
}

bool looks_like_page(std::string_view body)
{
    auto const start = base::lower_ascii(base::trim(body.substr(0, 200)));
    return start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head");
}

value parse_answer(std::string_view text, std::string_view what)
{
    try {
        return base::parse_json(text, what);
    } catch (base::Error const& error) {
        throw SourceError(SourceCode::BadAnswer, error.what());
    }
}

Document read_document(SourceSpec const& spec, Step const& step, std::string_view body)
{
    auto const format = step.answer.format;
    if (format == AnswerFormat::Xml || format == AnswerFormat::Html) return read_markup(spec, step, body);
    if (format == AnswerFormat::Text) return {format, base::json::value(base::clean_utf8(body)), {}};
    if (looks_like_page(body))
        throw SourceError(SourceCode::Blocked, spec.title + " answered with a web page instead of data",
                          "open the site in a browser and see what it says");
    // Built in place: assigning would copy it out of the parser's memory.
    return {format, parse_answer(body, spec.title + "'s answer"), {}};
}

} // namespace discovery
