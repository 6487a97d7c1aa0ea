#include "discovery/request_build.h"

#include <algorithm>

namespace discovery {

static constexpr base::Milliseconds platform_wait_max{2'000}; ///< for which a short outage is ridden out
static constexpr base::Milliseconds foreign_timeout{4'000};   ///< of a host that an answer named

Target target_of(Asking const& asking, RequestTemplate const& request, std::string const& each, std::string const& page)
{
    auto const trust = asking.own_endpoint ? net::Trust::Operator : net::Trust::Guarded;
    if (request.host == "page") {
        auto const origin = net::parse_url(page).origin();
        auto const own = asking.own_endpoint && origin == net::parse_url(asking.endpoint).origin();
        return {origin, own ? net::Trust::Operator : net::Trust::Guarded, false};
    }
    if (request.host == "each" && !asking.own_endpoint) {
        auto const url = net::parse_url("https://" + each);
        if (url.target != "/")
            base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is no host name", asking.spec.id, each);
        return {url.origin(), net::Trust::Guarded, false};
    }
    auto const named = asking.hosts.find(request.host);
    return {named == asking.hosts.end() ? asking.endpoint : named->second, trust, true};
}

static std::vector<std::pair<std::string, std::string>> filled(std::vector<Parameter> const& parameters,
                                                               Tokens const& tokens)
{
    std::vector<std::pair<std::string, std::string>> out;
    for (auto const& [name, value] : parameters)
        if (auto text = tokens.text(value)) out.emplace_back(name, std::move(*text));
    return out;
}

static std::string_view accepted(Step const* step)
{
    if (!step) return "application/json";
    switch (step->answer.format) {
    case AnswerFormat::Json: return "application/json";
    case AnswerFormat::Xml: return "application/xml, text/xml;q=0.9, */*;q=0.5";
    case AnswerFormat::Html: return "text/html, */*;q=0.5";
    case AnswerFormat::Text: break;
    }
    return "*/*";
}

net::Request build_request(Asking const& asking, Step const* step, RequestTemplate const& request, Target const& target,
                           Tokens const& tokens)
{
    net::Request out;
    auto const query = net::make_query(filled(request.parameters, tokens));
    out.url = target.base + tokens.path(request.path) + (query.empty() ? "" : "?" + query);
    out.trust = target.trust;
    out.method = request.method == Method::Post ? "POST" : "GET";
    out.headers = filled(request.headers, tokens);
    for (auto& [name, value] : out.headers)
        std::erase_if(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (net::find_header(out.headers, "Accept").empty()) out.headers.emplace_back("Accept", accepted(step));
    if (!request.form.empty()) {
        out.body = net::make_query(filled(request.form, tokens));
        out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    } else if (request.json) {
        out.body = base::to_json(tokens.json(*request.json));
        out.headers.emplace_back("Content-Type", "application/json");
    }
    out.total_timeout = asking.left();
    out.body_bytes_max = static_cast<std::size_t>(asking.spec.limits.answer_bytes_max);
    out.retry_after_max = platform_wait_max;
    if (!target.platform) {
        out.attempts_max = 1;
        out.total_timeout = std::min(out.total_timeout, foreign_timeout);
    }
    return out;
}

} // namespace discovery
