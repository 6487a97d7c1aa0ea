#include "discovery/field.h"
#include "discovery/json_path.h"
#include "net/url.h"

#include <algorithm>

namespace discovery {

using base::json::value;

std::vector<value const*> Place::all(std::string const& path) const
{
    if (!path.starts_with('@')) return document.all(path, item);
    auto const name = std::string_view(path).substr(1, path.find_first_of(".[") - 1);
    value const* root = nullptr;
    if (auto const row = picks.find(name); row != picks.end()) root = row->second;
    if (auto const text = lets.find(name); text != lets.end()) root = &text->second;
    if (!root) return document.paths == AnswerFormat::Json ? std::vector<value const*>{} : document.all(path, item);
    auto rest = path.substr(name.size() + 1);
    if (rest.empty()) return {root};
    if (rest.front() == '.') rest.erase(0, 1);
    return json_path(rest).all(document.whole, *root);
}

std::optional<std::string> text_at(std::string const& path, Place const& place)
{
    for (auto const* found : place.all(path))
        if (auto text = text_of(*found)) return text;
    return std::nullopt;
}

std::optional<double> number_at(std::string const& path, Place const& place)
{
    for (auto const* found : place.all(path)) {
        if (auto const number = number_of(*found)) return number;
        if (auto const text = text_of(*found))
            if (auto const seconds = parse_length(*text)) return seconds; // "1:02:03" among plain numbers
    }
    return std::nullopt;
}

namespace {

/// Every text at a path; true and false are texts here.
std::vector<std::string> texts_at(std::string const& path, Place const& place)
{
    std::vector<std::string> out;
    for (auto const* found : place.all(path)) {
        if (auto const* flag = found->if_bool())
            out.emplace_back(*flag ? "true" : "false");
        else if (auto text = text_of(*found))
            out.push_back(std::move(*text));
    }
    return out;
}

bool is_at_host(std::string const& text, std::string const& host)
{
    try {
        auto const at = net::parse_url(text).host;
        return at == host || at.ends_with("." + host);
    } catch (base::Error const&) {
        return false;
    }
}

/// True where nothing is asked for, or one of the texts and one of the wanted ones fit each other.
template <class Fits>
bool one_fits(std::vector<std::string> const& wanted, std::vector<std::string> const& texts, Fits fits)
{
    if (wanted.empty()) return true;
    return std::any_of(texts.begin(), texts.end(), [&](auto const& text) {
        return std::any_of(wanted.begin(), wanted.end(), [&](auto const& want) { return fits(text, want); });
    });
}

bool path_holds(Keep const& rule, Place const& place)
{
    auto const texts = texts_at(rule.path, place);
    if (rule.exists) {
        auto const found = place.all(rule.path);
        auto const something = std::any_of(
            found.begin(), found.end(), [](auto const* one) { return !one->is_string() || !one->as_string().empty(); });
        if (something != *rule.exists) return false;
    }
    auto const same = [](auto const& text, auto const& want) { return text == want; };
    if (!rule.none_of.empty() && (texts.empty() || one_fits(rule.none_of, texts, same))) return false;
    auto const number = rule.at_least ? number_at(rule.path, place) : std::nullopt;
    if (rule.at_least && (!number || *number < *rule.at_least)) return false;
    auto const lower = [](auto const& text) { return base::lower_ascii(text); };
    return one_fits(rule.any_of, texts, same) &&
           one_fits(rule.starts_with, texts,
                    [](auto const& text, auto const& want) { return text.starts_with(want); }) &&
           one_fits(rule.ends_with, texts,
                    [&](auto const& text, auto const& want) { return lower(text).ends_with(lower(want)); }) &&
           one_fits(rule.contains, texts,
                    [&](auto const& text, auto const& want) {
                        return lower(text).find(lower(want)) != std::string::npos;
                    }) &&
           one_fits(rule.hosts, texts, is_at_host);
}

} // namespace

bool keeps(Keep const& rule, Place const& place)
{
    auto const holds = [&](Keep const& inner) { return keeps(inner, place); };
    if (!rule.path.empty() && !path_holds(rule, place)) return false;
    if (!rule.any.empty() && std::none_of(rule.any.begin(), rule.any.end(), holds)) return false;
    return std::all_of(rule.all.begin(), rule.all.end(), holds);
}

bool keeps_all(std::vector<Keep> const& rules, Place const& place)
{
    return std::all_of(rules.begin(), rules.end(), [&](auto const& rule) { return keeps(rule, place); });
}

value const* pick_row(Pick const& pick, Place const& place)
{
    std::vector<std::string> wanted;
    if (!pick.key.empty()) wanted = texts_at(pick.equals, place);
    value const* best = nullptr;
    std::pair<bool, double> best_rank;
    for (auto const* row : place.all(pick.rows)) {
        Place const there{place.document, *row, place.spec, place.endpoint, place.native_id, place.picks, {}};
        if (!pick.key.empty() && (wanted.empty() || !one_fits(wanted, texts_at(pick.key, there), std::equal_to<>{})))
            continue;
        if (!keeps_all(pick.keep, there)) continue;
        auto const size = pick.largest.empty() ? 0.0 : number_at(pick.largest, there).value_or(0.0);
        std::pair const rank{pick.prefer && keeps(*pick.prefer, there), size};
        if (best && rank <= best_rank) continue;
        best = row;
        best_rank = rank;
    }
    return best;
}

void bind(AnswerShape const& shape, Place& place)
{
    for (auto const& pick : shape.picks)
        if (auto const* row = pick_row(pick, place)) place.picks[pick.name] = row;
    for (auto const& [name, rule] : shape.let)
        if (auto texts = rule_texts(rule, place); !texts.empty()) place.lets[name] = value(std::move(texts.front()));
}

} // namespace discovery
