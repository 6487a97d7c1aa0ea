#include "discovery/spec_check.h"

#include "discovery/document.h"
#include "discovery/field.h"
#include "discovery/json_path.h"
#include "discovery/license.h"
#include "discovery/request_template.h"
#include "discovery/signer.h"
#include "discovery/spec_complaints.h"
#include "net/url.h"

#include <algorithm>
#include <array>

namespace discovery {

using base::ErrorCode;
using base::fail;

namespace {

bool is_name(std::string_view text)
{
    return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
}

/// Walks through a spec.
class Checker {
public:
    Checker(SourceSpec const& spec, std::string const& what) : spec_(spec), complaints_(what) {}

    void run()
    {
        walk_spec(spec_, "", complaints_);
        need(is_name(spec_.id), "id", "must be lower-case letters, digits and _");
        need(!spec_.title.empty(), "title", "is missing");
        need(!spec_.help.empty(), "help", "is missing");
        need(!spec_.terms.empty(), "terms", "is missing: say under what terms the platform lets programs ask");
        need(spec_.enabled || !spec_.note.empty(), "note", "is missing: say why the source is off");
        if (spec_.kind == SourceKind::Web)
            web();
        else
            need(spec_.endpoint.empty() && spec_.steps.empty() && spec_.hosts.empty() &&
                     spec_.auth.kind == AuthKind::None && spec_.errors.empty(),
                 "kind",
                 "is " + base::enum_text(spec_.kind) + ", which takes no endpoint, hosts, auth, steps or errors");
    }

private:
    void need(bool fine, std::string const& place, std::string const& complaint) const
    {
        complaints_.need(fine, place, complaint);
    }

    void web()
    {
        host(spec_.endpoint, "endpoint");
        for (auto const& [name, url] : spec_.hosts) {
            need(is_name(name) && name != "each" && name != "page", "hosts." + name, "is no name for a host");
            host(url, "hosts." + name);
        }
        for (auto const& [name, rule] : spec_.settings)
            need(is_name(name) && rule.setting.starts_with("source.") && is_name(rule.setting.substr(7)),
                 "settings." + name, "needs a setting like source." + spec_.id + "_" + name);
        auth();
        for (auto const& [said, license] : spec_.licenses)
            need(is_license(license), "licenses." + said, "'" + license + "' is no licence we know");
        for (auto const& [name, quota] : spec_.limits.quotas) {
            need(quota.units > 0, "limits.quotas." + name, "needs units");
            need(quota.setting.empty() || (quota.setting.starts_with("source.") && is_name(quota.setting.substr(7))),
                 "limits.quotas." + name + ".setting", "must be like source." + spec_.id + "_" + name);
        }
        need(!spec_.steps.empty(), "steps", "is empty");
        auto items = false;
        std::set<std::string> names;
        for (std::size_t i = 0; i < spec_.steps.size(); ++i) {
            auto const& one = spec_.steps[i];
            auto const place = fmt::format("steps[{}]", i);
            need(is_name(one.name) && names.insert(one.name).second, place + ".name",
                 "must be lower-case letters, digits and _, and stand once");
            need(one.gives != StepGives::Details || items, place + ".gives", "is details before there are items");
            items = items || one.gives == StepGives::Items;
            step(one, place);
            for (auto const& [name, rule] : one.values) values_.insert(one.name + "." + name);
        }
        need(items, "steps", "hold none that gives items");
        errors();
    }

    void host(std::string const& text, std::string const& place) const
    {
        complaints_.works(place, [&] {
            auto const url = net::parse_url(text);
            need(url.scheme == "https", place, "must be https");
            need(url.target == "/" && !text.ends_with('/'), place, "must be a host without a path");
        });
    }

    bool has_token_rule() const { return spec_.auth.token || spec_.auth.refresh; }

    void auth() const
    {
        auto const& rules = spec_.auth;
        need(rules.kind == AuthKind::None ? rules.settings.empty() : !rules.settings.empty(), "auth.settings",
             rules.kind == AuthKind::None ? "has no use without a kind" : "is missing: name the credentials");
        for (auto const& [token, credential] : rules.settings)
            need(is_name(token) && (credential.starts_with("key.") || credential.starts_with("oauth.")),
                 "auth.settings." + token, "must name a credential like key." + spec_.id);
        auto const fetches = rules.kind == AuthKind::OauthApp || rules.kind == AuthKind::Session;
        need(!fetches || rules.token, "auth.token", "is missing: how to come by a token");
        need(rules.kind != AuthKind::OauthUser || rules.settings.contains("access_token"), "auth.settings",
             "needs access_token");
        need((rules.kind == AuthKind::Signed) == !rules.signer.empty(), "auth.signer", "goes with the kind signed");
        need(rules.signer.empty() || find_signer(rules.signer), "auth.signer",
             "'" + rules.signer + "' is none we have");
        for (auto const* rule : {&rules.token, &rules.refresh}) {
            if (!*rule) continue;
            auto const place = rule == &rules.token ? "auth.token" : "auth.refresh";
            auto allowed = auth_tokens();
            allowed.insert("refresh_token");
            for (auto const& [name, setting] : spec_.settings) allowed.insert("setting." + name);
            request((*rule)->request, std::string(place) + ".request", allowed);
            need((*rule)->request.host != "each" && (*rule)->request.host != "page", place, "has a host of its own");
            json_path_at((*rule)->access, std::string(place) + ".access");
            json_path_at((*rule)->refresh, std::string(place) + ".refresh", true);
            json_path_at((*rule)->expires_in, std::string(place) + ".expires_in", true);
        }
    }

    std::set<std::string> auth_tokens() const
    {
        std::set<std::string> out;
        for (auto const& [token, credential] : spec_.auth.settings) out.insert(token);
        if (out.contains("client_id") && out.contains("client_secret")) out.insert("basic");
        if (has_token_rule()) out.insert("access_token");
        return out;
    }

    void step(Step const& one, std::string const& place) const
    {
        auto allowed = values_;
        for (auto const& [name, rule] : spec_.settings) allowed.insert("setting." + name);
        need(one.each.empty() || allowed.contains(one.each), place + ".each",
             "'" + one.each + "' is neither a value of an earlier step nor a setting");
        for (auto const& [name, path] : one.paging.carry) {
            need(is_name(name), place + ".paging.carry." + name, "is no name for a token");
            allowed.insert(name);
        }
        if (one.gives == StepGives::Details) allowed.insert({"native_id", "url", "ids"});
        auto const foreign = one.request.host == "each" || one.request.host == "page";
        if (!foreign) allowed.merge(auth_tokens());
        request(one.request, place + ".request", allowed);
        need(one.request.host != "each" || !one.each.empty(), place + ".request.host",
             "is each, but each names nothing");
        need(one.request.host != "page" || (one.gives == StepGives::Details && one.batch == 1), place + ".request.host",
             "is page, which only details of one candidate have");
        for (auto const& [name, cost] : one.costs)
            need(spec_.limits.quotas.contains(name), place + ".costs." + name, "is no quota of limits");
        answer(one, place + ".answer");
        paging(one, place + ".paging");
        gives(one, place);
    }

    void gives(Step const& one, std::string const& place) const
    {
        need((one.gives == StepGives::Values) == !one.values.empty(), place + ".values",
             "go with a step that gives values");
        for (auto const& [name, rule] : one.values) {
            need(is_name(name), place + ".values." + name, "is no name");
            field(one, rule, place + ".values." + name);
        }
        need((one.gives == StepGives::Values) == one.fields.empty(), place + ".fields", "go with items and details");
        for (auto const& [name, rule] : one.fields) {
            need(is_field(name), place + ".fields." + name, "is no field of a candidate");
            field(one, rule, place + ".fields." + name);
        }
        if (one.gives == StepGives::Items)
            for (auto const* name : {"native_id", "url", "title"})
                need(one.fields.contains(name), place + ".fields", std::string("needs ") + name);
        need(one.gives == StepGives::Values || !one.answer.items.empty(), place + ".answer.items", "is empty");
        need(one.gives != StepGives::Items || !one.answer.container.empty(), place + ".answer.container",
             "is missing: what must be there");
        need(one.gives == StepGives::Details || (one.batch == 1 && one.join.empty()), place,
             "has batch or join, which details have");
        need(one.batch == 1 || !one.join.empty(), place + ".join", "is missing: how rows are told apart");
        path_at(one, one.join, place + ".join", true);
        path_at(one, one.largest, place + ".largest", true);
        if (one.prefer) keep(one, *one.prefer, place + ".prefer");
    }

    void request(RequestTemplate const& rules, std::string const& place, std::set<std::string> const& allowed) const
    {
        need(rules.path.starts_with('/') && rules.path.find_first_of("?# ") == std::string::npos, place + ".path",
             "must begin with / and hold no query");
        auto const own = rules.host.empty() || rules.host == "each" || rules.host == "page";
        need(own || spec_.hosts.contains(rules.host), place + ".host", "'" + rules.host + "' is none of hosts");
        need(rules.form.empty() || !rules.json, place, "has both form and json");
        need(rules.method == Method::Post || (rules.form.empty() && !rules.json), place + ".method",
             "is get, which has no body");
        tokens_at(rules.path, place + ".path", allowed);
        for (auto const* list : {&rules.parameters, &rules.headers, &rules.form})
            for (auto const& [name, value] : *list) {
                need(!name.empty(), place, "has a parameter without a name");
                tokens_at(value, place + " " + name, allowed);
            }
        if (rules.json) tokens_at(base::to_json(*rules.json), place + ".json", allowed, true);
    }

    /// JSON has braces of its own; there only what looks like a token is held to the list.
    void tokens_at(std::string const& text, std::string const& place, std::set<std::string> const& allowed,
                   bool in_json = false) const
    {
        for (auto token : in_json ? json_tokens(text) : tokens_of(text)) {
            if (in_json && token.ends_with(":number")) token.resize(token.size() - 7);
            need(is_common_token(token) || allowed.contains(token), place, "holds the unknown {" + token + "}");
        }
    }

    static std::vector<std::string> json_tokens(std::string const& text)
    {
        std::vector<std::string> out;
        for (auto at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
            auto const end = text.find_first_of("{}\"", at + 1);
            if (end != std::string::npos && text[end] == '}' && end > at + 1)
                out.push_back(text.substr(at + 1, end - at - 1));
        }
        return out;
    }

    void json_path_at(std::string const& text, std::string const& place, bool may_be_empty = false) const
    {
        if (text.empty() && may_be_empty) return;
        complaints_.works(place, [&] { static_cast<void>(JsonPath(text)); });
    }

    static bool is_markup(Step const& one)
    {
        return (one.answer.format == AnswerFormat::Xml || one.answer.format == AnswerFormat::Html) &&
               one.answer.embedded.empty();
    }

    void path_at(Step const& one, std::string const& text, std::string const& place, bool may_be_empty = false) const
    {
        if (text.empty() && may_be_empty) return;
        auto const name = text.substr(0, text.find_first_of(".[")).substr(1);
        // In XPath an @ is an attribute, unless `let` has the name.
        if (text.starts_with('@') && (!is_markup(one) || one.answer.let.contains(name)))
            return named_path(one, text, place);
        if (one.answer.format == AnswerFormat::Text)
            need(text == "$", place, "must be $: the answer is one text");
        else if (is_markup(one))
            complaints_.works(place, [&] { check_xpath(text, one.answer.namespaces); });
        else
            json_path_at(text, place);
    }

    void named_path(Step const& one, std::string const& text, std::string const& place) const
    {
        auto const name = text.substr(1, text.find_first_of(".[") - 1);
        auto const& picks = one.answer.picks;
        need(one.answer.let.contains(name) ||
                 std::any_of(picks.begin(), picks.end(), [&](auto const& pick) { return pick.name == name; }),
             place, "speaks of @" + name + ", which neither picks nor let have");
        auto rest = text.substr(name.size() + 1);
        if (rest.starts_with('.')) rest.erase(0, 1);
        if (!rest.empty()) json_path_at(rest, place);
    }

    void answer(Step const& one, std::string const& place) const
    {
        auto const& shape = one.answer;
        need(shape.embedded.empty() || shape.format == AnswerFormat::Html, place + ".embedded", "goes with html");
        if (!shape.embedded.empty()) complaints_.works(place + ".embedded", [&] { check_xpath(shape.embedded, {}); });
        need(!is_markup(one) || shape.picks.empty(), place + ".picks", "are for JSON; XPath has predicates");
        path_at(one, shape.container, place + ".container", true);
        for (auto const& path : shape.items) path_at(one, path, place + ".items");
        path_at(one, shape.order_by, place + ".order_by", true);
        if (shape.empty) {
            path_at(one, shape.empty->missing, place + ".empty.missing");
            path_at(one, shape.empty->present, place + ".empty.present", true);
        }
        for (auto const& pick : shape.picks) {
            need(is_name(pick.name), place + ".picks", "have one without a name");
            path_at(one, pick.rows, place + ".picks." + pick.name + ".rows");
            path_at(one, pick.key, place + ".picks." + pick.name + ".key", true);
            need(pick.key.empty() == pick.equals.empty(), place + ".picks." + pick.name,
                 "needs key and equals together");
            path_at(one, pick.equals, place + ".picks." + pick.name + ".equals", true);
            path_at(one, pick.largest, place + ".picks." + pick.name + ".largest", true);
            for (auto const& rule : pick.keep) keep(one, rule, place + ".picks." + pick.name + ".keep");
            if (pick.prefer) keep(one, *pick.prefer, place + ".picks." + pick.name + ".prefer");
        }
        for (auto const& [name, rule] : shape.let) {
            need(is_name(name), place + ".let." + name, "is no name");
            field(one, rule, place + ".let." + name);
        }
        for (auto const& rule : shape.keep) keep(one, rule, place + ".keep");
    }

    void keep(Step const& one, Keep const& rule, std::string const& place) const
    {
        path_at(one, rule.path, place + ".path", !rule.any.empty() || !rule.all.empty());
        auto const asks = rule.exists || rule.at_least || !rule.any_of.empty() || !rule.none_of.empty() ||
                          !rule.starts_with.empty() || !rule.ends_with.empty() || !rule.contains.empty() ||
                          !rule.hosts.empty();
        need(asks == !rule.path.empty(), place, "needs a path and a condition on it");
        for (auto const& inner : rule.any) keep(one, inner, place + ".any");
        for (auto const& inner : rule.all) keep(one, inner, place + ".all");
    }

    void field(Step const& one, FieldRule const& rule, std::string const& place) const
    {
        auto const sources = !rule.paths.empty() + !rule.compose.empty() + !rule.value.empty();
        need(sources == 1, place, "needs either paths, compose or value");
        for (auto const& path : rule.paths) path_at(one, path, place + ".paths");
        for (auto const& token : tokens_of(rule.compose))
            if (token != "endpoint" && token != "native_id") path_at(one, token, place + ".compose");
        for (auto const& [from, to] : rule.replace) need(!from.empty(), place + ".replace", "replaces nothing");
        if (!rule.base.empty())
            complaints_.works(place + ".base", [&] { static_cast<void>(net::parse_url(rule.base)); });
    }

    void paging(Step const& one, std::string const& place) const
    {
        auto const& rules = one.paging;
        path_at(one, rules.more, place + ".more", true);
        for (auto const& [name, path] : rules.carry) path_at(one, path, place + ".carry." + name);
        if (rules.next != "link") path_at(one, rules.next, place + ".next", true);
        need((rules.style == PagingStyle::Cursor) == !rules.carry.empty(), place + ".carry",
             "goes with the style cursor");
        need((rules.style == PagingStyle::Next) == !rules.next.empty(), place + ".next", "goes with the style next");
        need(rules.pages_max == 1 || rules.style != PagingStyle::None, place + ".style", "none has one page");
        need(rules.size_min <= rules.size_max, place + ".size_min", "is more than size_max");
    }

    /// Their paths must be right for one of the steps' formats at least.
    void errors() const
    {
        for (std::size_t i = 0; i < spec_.errors.size(); ++i) {
            auto const& rule = spec_.errors[i];
            auto const place = fmt::format("errors[{}]", i);
            need(!rule.status.empty() || !rule.content_type.empty() || !rule.contains.empty() || !rule.when.empty(),
                 place, "needs a condition");
            std::optional<base::Error> wrong;
            auto const fits = std::any_of(spec_.steps.begin(), spec_.steps.end(), [&](Step const& one) {
                try {
                    for (auto const& condition : rule.when) keep(one, condition, place + ".when");
                    path_at(one, rule.reason, place + ".reason", true);
                    return true;
                } catch (base::Error const& error) {
                    wrong = error;
                    return false;
                }
            });
            if (!fits) throw *wrong;
        }
    }

    SourceSpec const& spec_;
    Complaints complaints_;
    std::set<std::string> values_; // of the steps so far
};

} // namespace

void check_spec(SourceSpec const& spec, std::string const& what) { Checker(spec, what).run(); }

} // namespace discovery
