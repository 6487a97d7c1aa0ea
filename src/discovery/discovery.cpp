#include "discovery/discovery.h"

#include "base/hash.h"
#include "discovery/history.h"
#include "store/tables/candidates.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace discovery {

namespace {

constexpr base::Milliseconds readings_apart_min{5 * 60'000}; // sooner than this a second reading tells nothing
constexpr int report_rows_max = 1'000;

Baseline baseline_of(store::BaselineRow const& row)
{
    return {row.platform, row.niche,     base::enum_value<Measure>(row.measure, "baselines.measure"),
            row.low,      row.middle,    row.high,
            row.weight,   row.updated_at};
}

store::BaselineRow row_of(Baseline const& one, std::string const& owner_id)
{
    return {owner_id, one.platform, one.niche, base::enum_text(one.measure), one.low, one.middle,
            one.high, one.weight,   one.at};
}

store::Candidate row_of(Candidate const& one, store::Niche const& niche, base::Time now)
{
    return {one.id,    niche.owner_id,     niche.words, one.platform, one.url, one.title,
            one.score, base::to_json(one), now,         now,          now};
}

Reading reading_of(store::Reading const& row) { return {row.read_at, row.views, row.likes, row.comments, row.shares}; }

store::TermKind kind_of(LearnedKind kind)
{
    return kind == LearnedKind::Keyword   ? store::TermKind::Keyword
           : kind == LearnedKind::Hashtag ? store::TermKind::Hashtag
                                          : store::TermKind::Topic;
}

} // namespace

std::string niche_words(std::string_view name)
{
    std::string out;
    for (auto const& word : base::words_of(name)) out += (out.empty() ? "" : " ") + word;
    return out;
}

base::Time next_slot(std::string_view niche_id, base::Milliseconds every, base::Time now)
{
    auto const step = std::max<std::int64_t>(every.count(), 1);
    std::uint64_t hash = 0;
    for (auto const digit : base::sha256(niche_id).substr(0, 15))
        hash = hash * 16 + static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    auto const moved = static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(step));
    auto const since = now.time_since_epoch().count() - moved;
    auto const slots = since >= 0 ? since / step + 1 : -((-since - 1) / step);
    return base::Time(base::Milliseconds(slots * step + moved));
}

store::Niche Discovery::new_niche(std::string const& owner_id, std::string const& name) const
{
    auto const now = parts_.clock.now();
    store::Niche out;
    out.id = parts_.ids.next();
    out.owner_id = owner_id;
    out.name = plain_line(name, niche_bytes_max);
    out.words = niche_words(name);
    out.every_ms = rescan_every_default.count();
    out.horizon_ms = horizon_default.count();
    out.created_at = out.updated_at = now;
    return out;
}

store::Niche Discovery::niche(std::string const& owner_id, std::string const& name)
{
    if (niche_words(name).empty() || name.size() > niche_bytes_max || !base::is_utf8(name))
        base::fail(base::ErrorCode::InvalidInput, "niche: '{}' holds no word, or more than {} bytes",
                   base::truncate_utf8(base::clean_utf8(name), 80), niche_bytes_max);
    auto const fresh = new_niche(owner_id, name);
    return parts_.database.transaction(
        [&](store::Connection& connection) { return store::add_niche(connection, fresh); });
}

/// Earlier readings become growth, and what was usual is looked up; which candidates are new is seen.
void Discovery::look_up(Discovered& run, std::vector<Candidate>& candidates, std::vector<Baseline>& kept)
{
    auto const& owner = run.niche.owner_id;
    std::vector<std::string> ids;
    ids.reserve(candidates.size());
    for (auto const& one : candidates) ids.push_back(one.id);
    auto const now = parts_.clock.now();
    auto const rows = parts_.database.read([&](store::Connection& connection) {
        if (auto const there = store::find_niche(connection, owner, run.niche.words)) run.niche = *there;
        kept.clear();
        for (auto const& row : store::list_baselines(connection, owner, run.niche.words))
            kept.push_back(baseline_of(row));
        return store::list_readings(connection, owner, ids, now - limits_.growth_seen);
    });
    std::unordered_map<std::string_view, std::vector<Reading>> by_item;
    for (auto const& row : rows) by_item[row.item_id].push_back(reading_of(row));
    for (auto& one : candidates) {
        auto const found = by_item.find(one.id);
        if (found == by_item.end()) continue;
        found->second.push_back({now, one.views, one.likes, one.comments, one.shares});
        one.growth = growth_of(found->second);
    }
}

void Discovery::note_readings(Discovered& run, std::vector<Candidate> const& candidates, base::Time now) const
{
    for (auto const& one : candidates) {
        if (run.readings.size() >= limits_.readings_a_scan) break;
        if (!one.views && !one.likes && !one.comments && !one.shares) continue;
        // Moments are rounded, so that a second scan right after the first writes over its reading.
        base::Time const moment(now.time_since_epoch() / readings_apart_min * readings_apart_min);
        run.readings.push_back({run.niche.owner_id, one.id, moment, one.views, one.likes, one.comments, one.shares});
    }
}

void Discovery::ask_model(Discovered& run, std::vector<Candidate>& candidates, std::stop_token const& stop) const
{
    auto& result = run.result;
    auto const told = refine(candidates, run.niche.name, *parts_.model, {}, stop);
    if (told.reason) {
        result.ranking_note = plain_line(*told.reason, 300);
        if (told.next_action) *result.ranking_note += " (" + *told.next_action + ")";
    }
    if (told.items == 0) return;
    result.ranking = told.model;
    blend_opinions(candidates, parts_.scanner.rules());
}

Discovered Discovery::run(DiscoverRequest const& request, std::stop_token const& stop, OnSource const& on_source)
{
    auto gathered = parts_.scanner.gather(request.scan, stop, on_source);
    auto const now = parts_.clock.now();
    Discovered out;
    out.niche = new_niche(request.owner_id, request.scan.niche);
    out.result.niche = request.scan.niche;
    out.result.since = request.scan.since;
    out.result.sources = std::move(gathered.sources);
    auto& candidates = gathered.candidates;
    std::vector<Baseline> kept;
    look_up(out, candidates, kept);
    out.baselines = rank(candidates, {request.scan.niche, now, std::move(kept)}, parts_.scanner.rules());
    note_readings(out, candidates, now);
    auto const limit = std::max(limits_.candidates_a_scan, static_cast<std::size_t>(request.scan.limit));
    shorten(candidates, limit);
    if (request.refine && parts_.model)
        ask_model(out, candidates, stop);
    else
        out.result.ranking_note = parts_.model ? "no model was to be asked"
                                               : "no language model is configured (set GROQ_API_KEY, or "
                                                 "ai.ollama_models in ettametta.toml)";
    out.remembered = candidates;
    shorten(candidates, static_cast<std::size_t>(request.scan.limit));
    out.result.candidates = std::move(candidates);
    auto const known = parts_.database.read([&](store::Connection& connection) {
        std::set<std::string> ids;
        for (auto const& one : out.result.candidates)
            if (store::find_candidate(connection, request.owner_id, out.niche.words, one.id)) ids.insert(one.id);
        return ids;
    });
    for (auto const& one : out.result.candidates)
        if (!known.contains(one.id)) out.result.new_ids.push_back(one.id);
    return out;
}

void Discovery::remember(store::Connection& connection, Discovered const& run) const
{
    auto const now = parts_.clock.now();
    auto niche = store::add_niche(connection, run.niche);
    ++niche.scans;
    niche.scanned_at = niche.updated_at = now;
    store::update_niche(connection, niche);
    std::vector<Candidate> fresh;
    for (auto const& one : run.remembered) {
        if (!store::find_candidate(connection, niche.owner_id, niche.words, one.id)) fresh.push_back(one);
        store::upsert_candidate(connection, row_of(one, niche, now));
    }
    std::vector<store::NicheTerm> terms;
    for (auto const& term : learn_terms(fresh, niche.name))
        terms.push_back(
            {niche.owner_id, niche.id, kind_of(term.kind), term.term, term.count, term.score_sum, now, now});
    store::add_terms(connection, terms);
    store::prune_terms(connection, niche.id);
    store::add_readings(connection, run.readings);
    std::vector<store::BaselineRow> baselines;
    for (auto const& one : run.baselines) baselines.push_back(row_of(one, niche.owner_id));
    store::put_baselines(connection, baselines);
    store::prune_readings(connection, now - limits_.readings_kept, limits_.pruned_a_scan);
    store::prune_baselines(connection, now - limits_.candidates_kept);
    store::prune_candidates(connection, now - limits_.candidates_kept, limits_.pruned_a_scan);
}

std::vector<Candidate> Discovery::remembered(store::Niche const& niche, int limit)
{
    store::CandidateFilter filter;
    filter.owner_id = niche.owner_id;
    filter.niche = niche.words;
    filter.limit = limit;
    auto const rows =
        parts_.database.read([&](store::Connection& connection) { return store::list_candidates(connection, filter); });
    std::vector<Candidate> out;
    for (auto const& row : rows) {
        try {
            out.push_back(base::read_json<Candidate>(row.data, row.id));
        } catch (base::Error const&) { // kept by another version of the program; it will be seen again
        }
    }
    return out;
}

PatternReport Discovery::patterns(store::Niche const& niche, base::Time since, std::size_t top)
{
    return find_patterns(remembered(niche, report_rows_max), niche.name, since, top);
}

} // namespace discovery
