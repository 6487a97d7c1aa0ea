#include "base/retry.h"
#include "discovery/field.h"
#include "discovery/json_path.h"

#include <algorithm>

namespace discovery {

using base::json::value;

namespace {

constexpr base::Milliseconds foreign_timeout{4'000};

std::string shown(SourceSpec const& spec) { return spec.title; }

bool looks_like_page(std::string_view body)
{
    auto const start = base::lower_ascii(base::trim(body.substr(0, 200)));
    return start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<head");
}

value parse(SourceSpec const& spec, std::string_view body)
{
    if (looks_like_page(body))
        throw SourceError(SourceCode::Blocked, shown(spec) + " answered with a web page instead of data",
                          "open the site in a browser and see what it says");
    try {
        return base::parse_json(body, shown(spec) + "'s answer");
    } catch (base::Error const& error) {
        throw SourceError(SourceCode::BadAnswer, error.what());
    }
}

/// Errors that come as JSON, whatever the status.
void check_errors(SourceSpec const& spec, value const& document)
{
    for (auto const& rule : spec.errors) {
        auto const* found = JsonPath(rule.path).first(document, document);
        if (!found) continue;
        auto const text = text_of(*found).value_or("");
        if (!rule.any_of.empty() && std::find(rule.any_of.begin(), rule.any_of.end(), text) == rule.any_of.end())
            continue;
        auto reason = text;
        if (!rule.reason.empty())
            if (auto const* told = JsonPath(rule.reason).first(document, document))
                reason = text_of(*told).value_or(text);
        throw SourceError(rule.code, base::truncate_utf8(fmt::format("{}: {}", shown(spec), reason), 300));
    }
}

void check_status(SourceSpec const& spec, net::Response const& response, base::Time now)
{
    if (response.ok()) return;
    auto code = response.status >= 500 ? SourceCode::UpstreamError : SourceCode::BadAnswer;
    if (response.status == 401) code = SourceCode::AuthExpired;
    if (response.status == 402) code = SourceCode::Quota;
    if (response.status == 403) code = SourceCode::Blocked;
    if (response.status == 429) code = SourceCode::RateLimited;
    if (auto const rule = spec.statuses.find(std::to_string(response.status)); rule != spec.statuses.end())
        code = rule->second;
    std::string next;
    if (auto const wait = response.retry_after(now)) next = "ask again in " + base::format_duration(*wait);
    if (code == SourceCode::AuthExpired) next = "renew " + spec.auth.setting;
    throw SourceError(code, fmt::format("{}: HTTP {}", shown(spec), response.status), next);
}

/// Remembers what an earlier answer may have said about the quota.
std::optional<std::int64_t> quota_of(net::Response const& response)
{
    for (auto const* name : {"X-RateLimit-Remaining", "RateLimit-Remaining"})
        if (auto const count = parse_count(response.header(name))) return count;
    return std::nullopt;
}

net::Request request_for(Asking const& asking, std::string const& base_url, std::string const& target,
                         net::Headers headers)
{
    net::Request request;
    request.url = base_url + target;
    // The endpoint is the catalog's or the operator's; any other host was named by the answer.
    request.trust = base_url == asking.endpoint ? net::Trust::Operator : net::Trust::Guarded;
    request.headers = std::move(headers);
    request.headers.emplace_back("Accept", "application/json");
    request.total_timeout = asking.left();
    request.body_bytes_max = static_cast<std::size_t>(asking.spec.limits.answer_bytes_max);
    request.retry_after_max = base::Milliseconds(2'000);
    return request;
}

std::string answer_body(Asking const& asking, net::Response const& response)
{
    if (!response.ok() && !looks_like_page(response.body) && response.body.size() > 1) {
        try {
            check_errors(asking.spec, base::parse_json(response.body, "error"));
        } catch (SourceError const& error) {
            if (response.status != 429) throw; // the status and its Retry-After say more
        } catch (base::Error const&) {         // no JSON: the status alone has to do
        }
    }
    check_status(asking.spec, response, asking.client.clock().now());
    return response.body;
}

void pause(Asking const& asking)
{
    if (asking.own_endpoint || asking.spec.limits.interval_ms == 0) return;
    base::sleep_for(asking.stop, std::min(base::Milliseconds(asking.spec.limits.interval_ms), asking.left()));
}

std::string target_of(Asking const& asking)
{
    auto const text = [&](std::string const& token) { return token_value(token, asking.question); };
    auto const encoded = [&](std::string const& token) { return net::percent_encode(text(token)); };
    std::vector<std::pair<std::string, std::string>> parameters;
    for (auto const& [name, value] : asking.spec.request.parameters) parameters.emplace_back(name, fill(value, text));
    auto const query = net::make_query(parameters);
    return fill(asking.spec.request.path, encoded) + (query.empty() ? "" : "?" + query);
}

/// The second questions, at once where they go to many hosts, one by one where a platform wants its pauses.
std::vector<net::Outcome> ask_details(Asking const& asking, std::vector<net::Request> const& requests)
{
    auto const pauses = !asking.own_endpoint && asking.spec.limits.interval_ms > 0;
    if (asking.spec.detail->host == DetailHost::Page || !pauses) return asking.client.send_all(requests, asking.stop);
    std::vector<net::Outcome> outcomes;
    for (auto request : requests) {
        pause(asking);
        if (asking.late()) break;
        request.total_timeout = asking.left();
        outcomes.push_back(asking.client.send_all({request}, asking.stop).front());
    }
    return outcomes;
}

/// Files, durations. A failure costs the candidate its file, nothing else.
void add_details(Asking const& asking, Found& found)
{
    auto const& rules = *asking.spec.detail;
    auto const count = std::min<std::size_t>(found.candidates.size(), static_cast<std::size_t>(rules.items_max));
    std::vector<net::Request> requests;
    for (std::size_t i = 0; i < count; ++i) {
        auto const& candidate = found.candidates[i];
        auto const native_id = candidate.id.substr(asking.spec.id.size() + 1);
        auto const path = fill(rules.path, [&](std::string const&) { return net::percent_encode(native_id); });
        auto const foreign = rules.host == DetailHost::Page;
        requests.push_back(
            request_for(asking, foreign ? net::parse_url(candidate.url).origin() : asking.endpoint, path, {}));
        if (!foreign) continue;
        requests.back().attempts_max = 1; // one of many small hosts; the time is for all of them
        requests.back().total_timeout = std::min(asking.left(), foreign_timeout);
    }
    auto const outcomes = ask_details(asking, requests);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        try {
            if (outcomes[i].error) throw *outcomes[i].error;
            read_detail(asking.spec, answer_body(asking, *outcomes[i].response), asking.endpoint, found.candidates[i]);
        } catch (base::Error const& error) {
            found.trouble(source_code(error), fmt::format("{}: {}", found.candidates[i].id, error.what()));
        }
    }
    if (outcomes.size() < count)
        found.trouble(SourceCode::Timeout,
                      fmt::format("no time was left to look at {} of {} items", count - outcomes.size(), count));
}

} // namespace

Found read_answer(SourceSpec const& spec, std::string_view body, std::string const& endpoint)
{
    auto const document = parse(spec, body);
    check_errors(spec, document);
    Found found;
    if (!JsonPath(spec.answer.container).first(document, document)) {
        auto const& empty = spec.answer.empty;
        if (empty && !JsonPath(empty->missing).first(document, document) &&
            JsonPath(empty->present).first(document, document))
            return found;
        throw SourceError(SourceCode::LayoutChanged,
                          fmt::format("{}: the answer has no {}", shown(spec), spec.answer.container),
                          "look for a newer version of catalog/sources/" + spec.id + ".json");
    }
    std::vector<std::pair<double, Candidate>> ordered;
    std::size_t odd = 0;
    for (auto const* item : JsonPath(spec.answer.items).all(document, document)) {
        Place place{document, *item, spec, endpoint};
        if (!std::all_of(spec.answer.keep.begin(), spec.answer.keep.end(),
                         [&](auto const& rule) { return keeps(rule, place); }))
            continue;
        Candidate candidate;
        candidate.platform = spec.id;
        apply_fields(spec.fields, place, candidate);
        candidate.id = spec.id + ":" + place.native_id;
        if (place.native_id.empty() || candidate.url.empty() || candidate.title.empty()) {
            ++odd;
            continue;
        }
        auto const order = spec.answer.order_by.empty() ? 0.0 : number_at(spec.answer.order_by, place).value_or(0.0);
        ordered.emplace_back(order, std::move(candidate));
    }
    if (odd > 0 && ordered.empty())
        throw SourceError(SourceCode::LayoutChanged,
                          fmt::format("{}: none of {} items has an id, a URL and a title", shown(spec), odd),
                          "look for a newer version of catalog/sources/" + spec.id + ".json");
    if (odd > 0)
        found.trouble(SourceCode::LayoutChanged,
                      fmt::format("{} of {} items had no id, URL or title", odd, odd + ordered.size()));
    std::stable_sort(ordered.begin(), ordered.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    for (auto& [order, candidate] : ordered) found.candidates.push_back(std::move(candidate));
    return found;
}

/// The row to use: one that is preferred before one that is not, then the largest.
static value const* best_row(Detail const& rules, std::string const& items, value const& document,
                             SourceSpec const& spec, std::string const& endpoint)
{
    value const* best = nullptr;
    std::pair<bool, double> best_rank;
    for (auto const* row : JsonPath(items).all(document, document)) {
        Place const place{document, *row, spec, endpoint};
        if (!std::all_of(rules.keep.begin(), rules.keep.end(), [&](auto const& rule) { return keeps(rule, place); }))
            continue;
        auto const size = rules.largest.empty() ? 0.0 : number_at(rules.largest, place).value_or(0.0);
        std::pair const rank{rules.prefer && keeps(*rules.prefer, place), size};
        if (best && rank <= best_rank) continue;
        best = row;
        best_rank = rank;
    }
    return best;
}

bool read_detail(SourceSpec const& spec, std::string_view body, std::string const& endpoint, Candidate& candidate)
{
    auto const& rules = spec.detail.value();
    auto const document = parse(spec, body);
    check_errors(spec, document);
    for (auto const& items : rules.items) {
        auto const* row = best_row(rules, items, document, spec, endpoint);
        if (!row) continue;
        Place place{document, *row, spec, endpoint, candidate.id.substr(spec.id.size() + 1)};
        apply_fields(rules.fields, place, candidate);
        return true;
    }
    return false;
}

Found ask_json(Asking const& asking)
{
    auto page_of = asking;
    auto const& paging = asking.spec.paging;
    auto const wanted = asking.question.limit;
    page_of.question.limit = std::min(wanted, paging.size_max);
    net::Headers headers;
    for (auto const& [name, value] : asking.spec.request.headers)
        headers.emplace_back(
            name, fill(value, [&](std::string const& token) { return token_value(token, asking.question); }));
    Found found;
    for (std::int64_t page = 0; page < paging.pages_max; ++page) {
        page_of.question.page = paging.first + page;
        page_of.question.offset = page * page_of.question.limit;
        std::string body;
        Found part;
        try {
            auto const response =
                asking.client.send(request_for(page_of, asking.endpoint, target_of(page_of), headers), asking.stop);
            if (auto const quota = quota_of(response)) found.quota_left = quota;
            body = answer_body(asking, response);
            part = read_answer(asking.spec, body, asking.endpoint);
        } catch (base::Error const& error) {
            if (found.candidates.empty()) throw;
            found.trouble(source_code(error),
                          fmt::format("page {}: {}", page + 1, error.what())); // keep the pages before
            break;
        }
        for (auto& text : part.troubles) found.trouble(part.code.value_or(SourceCode::BadAnswer), std::move(text));
        for (auto& candidate : part.candidates) found.candidates.push_back(std::move(candidate));
        auto const full = static_cast<std::int64_t>(part.candidates.size()) >= page_of.question.limit;
        auto const document = base::parse_json(body, "answer");
        auto const more = paging.more.empty() ? full : JsonPath(paging.more).first(document, document) != nullptr;
        if (!more || static_cast<std::int64_t>(found.candidates.size()) >= wanted || page + 1 >= paging.pages_max)
            break;
        pause(asking);
        if (asking.late()) {
            found.trouble(SourceCode::Timeout, "no time was left for the next page");
            break;
        }
    }
    std::erase_if(found.candidates,
                  [&](auto const& one) { return one.published_at && *one.published_at < asking.question.since; });
    if (found.candidates.size() > static_cast<std::size_t>(wanted))
        found.candidates.resize(static_cast<std::size_t>(wanted));
    if (asking.spec.detail) add_details(asking, found);
    return found;
}

} // namespace discovery
