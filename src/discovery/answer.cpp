#include "discovery/field.h"
#include "discovery/judge.h"
#include "discovery/match.h"

#include <algorithm>

namespace discovery {

using base::json::value;

namespace {

/// The container is there, or the answer has the one shape in which it may be missing. False: there is nothing.
bool has_items(SourceSpec const& spec, AnswerShape const& shape, Document const& document)
{
    if (shape.container.empty()) return true;
    auto const found = document.all(shape.container);
    if (!found.empty()) {
        auto const list = std::find(shape.items.begin(), shape.items.end(), shape.container + "[*]");
        if (document.paths == AnswerFormat::Json && list != shape.items.end() && !found.front()->is_array())
            throw SourceError(SourceCode::LayoutChanged, fmt::format("{}: {} is no list", spec.title, shape.container),
                              "look for a newer version of catalog/sources/" + spec.id + ".json");
        return true;
    }
    if (shape.empty && !document.has(shape.empty->missing) &&
        (shape.empty->present.empty() || document.has(shape.empty->present)))
        return false;
    throw SourceError(SourceCode::LayoutChanged, fmt::format("{}: the answer holds no {}", spec.title, shape.container),
                      "look for a newer version of catalog/sources/" + spec.id + ".json");
}

bool is_whole(Candidate const& candidate, Place const& place)
{
    return !place.native_id.empty() && !candidate.url.empty() && !candidate.title.empty();
}

/// Nothing for an item that does not count; `odd` counts those that lack what every item has.
std::optional<Candidate> read_item(Step const& step, Place& place, std::size_t& odd)
{
    bind(step.answer, place);
    if (!keeps_all(step.answer.keep, place)) return std::nullopt;
    Candidate candidate;
    candidate.platform = place.spec.id;
    candidate.kind = place.spec.candidate_kind;
    apply_fields(step.fields, place, candidate);
    if (!is_whole(candidate, place)) {
        ++odd;
        return std::nullopt;
    }
    candidate.id = place.spec.id + ":" + place.native_id;
    return candidate;
}

} // namespace

Found read_items(SourceSpec const& spec, Step const& step, Document const& document, Reading const& reading)
{
    Found found;
    if (!has_items(spec, step.answer, document)) return found;
    Matcher const matcher(reading.niche);
    auto const matches = step.answer.match_niche && !reading.niche.empty();
    std::vector<std::pair<double, Candidate>> ordered;
    std::size_t odd = 0;
    std::size_t whole = 0;
    for (auto const* item : document.items(step.answer.items)) {
        ++found.items;
        Place place{document, *item, spec, reading.endpoint};
        auto candidate = read_item(step, place, odd);
        if (candidate) ++whole;
        if (!candidate || (matches && matcher.strength(*candidate) <= 0)) continue;
        auto const order = step.answer.order_by.empty() ? 0.0 : number_at(step.answer.order_by, place).value_or(0.0);
        ordered.emplace_back(order, std::move(*candidate));
    }
    if (odd > 0 && whole == 0)
        throw SourceError(SourceCode::LayoutChanged,
                          fmt::format("{}: none of {} items has an id, a URL and a title", spec.title, odd),
                          "look for a newer version of catalog/sources/" + spec.id + ".json");
    if (odd > 0)
        found.trouble(SourceCode::LayoutChanged,
                      fmt::format("{} of {} items had no id, URL or title", odd, found.items));
    if (!step.answer.order_by.empty())
        std::stable_sort(ordered.begin(), ordered.end(),
                         [](auto const& a, auto const& b) { return a.first < b.first; });
    found.candidates.reserve(ordered.size());
    for (auto& [order, candidate] : ordered) found.candidates.push_back(std::move(candidate));
    return found;
}

static std::string native_id(SourceSpec const& spec, Candidate const& candidate)
{
    return candidate.id.substr(spec.id.size() + 1);
}

/// One candidate, one answer: the row is the pick called "row", or the first that counts.
static bool read_one(SourceSpec const& spec, Step const& step, Document const& document, Reading const& reading,
                     Candidate& candidate)
{
    std::vector<std::vector<std::string>> tries;
    for (auto const& path : step.answer.items) tries.push_back({path});
    for (auto const& paths : tries) {
        value const* best = nullptr;
        std::pair<bool, double> best_rank;
        for (auto const* row : document.items(paths)) {
            Place place{document, *row, spec, reading.endpoint, native_id(spec, candidate)};
            bind(step.answer, place);
            if (!keeps_all(step.answer.keep, place)) continue;
            auto const size = step.largest.empty() ? 0.0 : number_at(step.largest, place).value_or(0.0);
            std::pair const rank{step.prefer && keeps(*step.prefer, place), size};
            if (best && rank <= best_rank) continue;
            best = row;
            best_rank = rank;
        }
        if (!best) continue;
        Place place{document, *best, spec, reading.endpoint, native_id(spec, candidate)};
        bind(step.answer, place);
        apply_fields(step.fields, place, candidate);
        return true;
    }
    return false;
}

std::set<std::string> read_details(SourceSpec const& spec, Step const& step, Document const& document,
                                   Reading const& reading, std::vector<Candidate*> const& candidates)
{
    std::set<std::string> named;
    if (!has_items(spec, step.answer, document)) return named;
    if (step.join.empty()) {
        for (auto* candidate : candidates)
            if (read_one(spec, step, document, reading, *candidate)) named.insert(native_id(spec, *candidate));
        return named;
    }
    std::map<std::string, Candidate*> by_id;
    for (auto* candidate : candidates) by_id[native_id(spec, *candidate)] = candidate;
    for (auto const* row : document.items(step.answer.items)) {
        Place place{document, *row, spec, reading.endpoint};
        auto const id = text_at(step.join, place);
        auto const it = id ? by_id.find(*id) : by_id.end();
        if (it == by_id.end()) continue;
        place.native_id = *id;
        bind(step.answer, place);
        if (!keeps_all(step.answer.keep, place)) continue;
        apply_fields(step.fields, place, *it->second);
        named.insert(*id);
    }
    return named;
}

static Step const& first_step(SourceSpec const& spec, StepGives gives)
{
    for (auto const& step : spec.steps)
        if (step.gives == gives) return step;
    base::fail(base::ErrorCode::Internal, "{} has no step that gives {}", spec.id, base::enum_text(gives));
}

static Document judged(SourceSpec const& spec, Step const& step, std::string_view body, bool& nothing)
{
    auto document = read_document(spec, step, body);
    net::Response response;
    response.status = 200;
    response.body = body;
    nothing = judge(spec, response, &document, {}) == Verdict::Empty;
    return document;
}

Found read_answer(SourceSpec const& spec, std::string_view body, std::string const& endpoint)
{
    auto const& step = first_step(spec, StepGives::Items);
    auto nothing = false;
    auto const document = judged(spec, step, body, nothing);
    return nothing ? Found{} : read_items(spec, step, document, {endpoint});
}

bool read_detail(SourceSpec const& spec, std::string_view body, std::string const& endpoint, Candidate& candidate)
{
    auto const& step = first_step(spec, StepGives::Details);
    auto nothing = false;
    auto const document = judged(spec, step, body, nothing);
    return !nothing && !read_details(spec, step, document, {endpoint}, {&candidate}).empty();
}

} // namespace discovery
