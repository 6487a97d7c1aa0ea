#include "discovery/json_path.h"

#include <charconv>
#include <unordered_map>

namespace discovery {

using base::ErrorCode;
using base::fail;
using base::json::value;

static std::optional<std::size_t> index_of(std::string_view text)
{
    std::size_t index = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return index;
}

JsonPath::JsonPath(std::string_view text)
{
    if (text.starts_with('/'))
        read_pointer(text);
    else
        read_path(text);
}

void JsonPath::add(Step step, std::string_view whole)
{
    if (steps_.size() >= steps_max) fail(ErrorCode::InvalidInput, "'{}' has more than {} steps", whole, steps_max);
    steps_.push_back(std::move(step));
}

void JsonPath::read_pointer(std::string_view text)
{
    from_document_ = true;
    for (auto const& part : base::split(text.substr(1), '/')) {
        std::string name;
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (part[i] != '~')
                name += part[i];
            else if (i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1'))
                name += part[++i] == '0' ? '~' : '/';
            else
                fail(ErrorCode::InvalidInput, "'{}': a ~ in a pointer is followed by 0 or 1", text);
        }
        add(name, text);
    }
}

void JsonPath::read_brackets(std::string_view& text, std::string_view whole)
{
    auto const quoted = text.size() > 1 && text[1] == '\'';
    auto const end = quoted ? text.find("']", 2) : text.find(']');
    if (end == std::string_view::npos) fail(ErrorCode::InvalidInput, "'{}': a [ without its ]", whole);
    auto const inside = quoted ? text.substr(2, end - 2) : text.substr(1, end - 1);
    if (quoted)
        add(std::string(inside), whole);
    else if (inside == "*")
        add(Every{}, whole);
    else if (inside == "-1")
        add(Last{}, whole);
    else if (auto const index = index_of(inside))
        add(*index, whole);
    else
        fail(ErrorCode::InvalidInput, "'{}': [{}] is neither a number, -1, * nor a 'name'", whole, inside);
    text.remove_prefix(end + (quoted ? 2 : 1));
}

void JsonPath::read_path(std::string_view text)
{
    auto const whole = text;
    if (text.empty()) fail(ErrorCode::InvalidInput, "a path is empty");
    auto dot_due = false; // a name that is not the first one stands behind a dot
    if (text.front() == '$') {
        from_document_ = true;
        dot_due = true;
        text.remove_prefix(1);
    } else if (text == ".") {
        return; // the item itself
    }
    while (!text.empty()) {
        if (text.front() == '[') {
            read_brackets(text, whole);
            dot_due = true;
            continue;
        }
        if (dot_due) {
            if (text.front() != '.') fail(ErrorCode::InvalidInput, "'{}': expected . or [ before '{}'", whole, text);
            text.remove_prefix(1);
        }
        auto const name = text.substr(0, text.find_first_of(".["));
        if (name.empty()) fail(ErrorCode::InvalidInput, "'{}': a name is missing", whole);
        if (name == "*")
            add(Every{}, whole);
        else
            add(std::string(name), whole);
        text.remove_prefix(name.size());
        dot_due = true;
    }
}

static void take(std::vector<value const*>& out, value const& found)
{
    if (!found.is_null() && out.size() < JsonPath::found_max) out.push_back(&found);
}

std::vector<value const*> JsonPath::all(value const& document, value const& item) const
{
    std::vector<value const*> here{from_document_ ? &document : &item};
    for (auto const& step : steps_) {
        std::vector<value const*> next;
        for (auto const* place : here) {
            if (auto const* name = std::get_if<std::string>(&step)) {
                if (auto const* object = place->if_object()) {
                    if (auto const* found = object->if_contains(*name)) take(next, *found);
                } else if (auto const* array = place->if_array()) { // a pointer's "/0"
                    auto const index = index_of(*name);
                    if (index && *index < array->size()) take(next, (*array)[*index]);
                }
            } else if (auto const* index = std::get_if<std::size_t>(&step)) {
                auto const* array = place->if_array();
                if (array && *index < array->size()) take(next, (*array)[*index]);
            } else if (std::holds_alternative<Last>(step)) {
                auto const* array = place->if_array();
                if (array && !array->empty()) take(next, array->back());
            } else if (auto const* array = place->if_array()) {
                for (auto const& entry : *array) take(next, entry);
            } else if (auto const* object = place->if_object()) {
                for (auto const& entry : *object) take(next, entry.value());
            }
        }
        here = std::move(next);
    }
    return here;
}

value const* JsonPath::first(value const& document, value const& item) const
{
    auto const found = all(document, item);
    return found.empty() ? nullptr : found.front();
}

JsonPath const& json_path(std::string const& text)
{
    thread_local std::unordered_map<std::string, JsonPath> parsed; // node-based: what was handed out stays in place
    auto const known = parsed.find(text);
    if (known != parsed.end()) return known->second;
    return parsed.emplace(text, JsonPath(text)).first->second;
}

} // namespace discovery
