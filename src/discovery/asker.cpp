#include "discovery/asker.h"

#include <algorithm>
#include <charconv>

namespace discovery {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

static constexpr std::size_t workers_max = 2'000;
static constexpr std::size_t reason_bytes_max = 400;
static constexpr std::size_t reasons_told_max = 3;
static constexpr auto late_grace = 250ms; ///< for a source to say itself that it is late

/// One call of ask(): what its workers have ready. Those that come too late find nobody who listens.
struct Asker::Round {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::pair<std::size_t, SourceAnswer>> ready;
    std::vector<Steady::time_point> deadlines;
    std::vector<std::stop_source> stops;
    std::vector<bool> waiting;
};

Asker::Asker(Parts const& parts) : parts_(parts)
{
    for (auto const& spec : parts_.specs) {
        auto desk = std::make_unique<Desk>(Desk::Parts{spec, parts_.credentials, parts_.store, parts_.clock});
        std::map<std::string, std::int64_t> budgets;
        for (auto const& [name, quota] : spec.limits.quotas) {
            auto const own = parts_.options.settings.find(quota.setting);
            if (quota.setting.empty() || own == parts_.options.settings.end()) continue;
            std::int64_t units = 0;
            auto const& text = own->second;
            auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
            if (error != std::errc{} || end != text.data() + text.size() || units < 0)
                base::fail(base::ErrorCode::InvalidInput, "{}: '{}' is no number of units", quota.setting, text);
            budgets[name] = units;
        }
        desk->set_budgets(std::move(budgets));
        desks_.emplace(spec.id, std::move(desk));
    }
}

Asker::~Asker()
{
    std::vector<Worker> left;
    {
        std::scoped_lock const lock(mutex_);
        left.swap(workers_);
    }
    for (auto& worker : left) worker.thread.request_stop();
}

Desk& Asker::desk(SourceSpec const& spec) const { return *desks_.at(spec.id); }

std::string Asker::endpoint_of(SourceSpec const& spec) const
{
    auto const own = parts_.options.endpoints.find(spec.id);
    auto endpoint = own != parts_.options.endpoints.end() && spec.kind == SourceKind::Web ? own->second : spec.endpoint;
    while (endpoint.ends_with('/')) endpoint.pop_back();
    return endpoint;
}

base::Milliseconds Asker::deadline_of(SourceSpec const& spec) const
{
    return std::min(parts_.options.deadline, base::Milliseconds(spec.limits.deadline_ms));
}

SourceInfo Asker::info(SourceSpec const& spec) const
{
    SourceInfo out;
    out.id = spec.id;
    out.title = spec.title;
    out.kind = base::enum_text(spec.kind);
    out.help = spec.help;
    out.terms = spec.terms;
    out.docs = spec.docs;
    out.endpoint = endpoint_of(spec);
    out.configured = true;
    out.enabled = spec.enabled;
    out.note = spec.note;
    auto const missing = [&](std::string const& setting, std::string const& next) {
        out.missing = out.missing ? *out.missing + ", " + setting : setting;
        if (!out.next_action) out.next_action = next;
        out.configured = false;
    };
    if (spec.kind == SourceKind::Folder && parts_.options.library.empty())
        missing("discovery.library", "give --library DIR, or set discovery.library in ettametta.toml");
    if (spec.kind == SourceKind::Feed && parts_.options.feeds.empty())
        missing("discovery.feeds", "set discovery.feeds in ettametta.toml to a list of feed addresses");
    for (auto const& name : desk(spec).sign_in().missing())
        missing(name, spec.auth.next_action.empty() ? "set " + name + " in ettametta.toml" : spec.auth.next_action);
    for (auto const& [name, rule] : spec.settings)
        if (rule.required && !parts_.options.settings.contains(rule.setting))
            missing(rule.setting, "set " + rule.setting + " in ettametta.toml: " + rule.help);
    return out;
}

Asking Asker::asking(SourceSpec const& spec, ScanRequest const& request, bool probe) const
{
    auto const& options = parts_.options;
    Asking out{parts_.client, spec, {}, endpoint_of(spec), {}, {}, {}, {}, {}, {}, {}};
    out.question = {request.niche, request.since, request.limit, parts_.clock.now(), options.language, options.region};
    out.own_endpoint = options.endpoints.contains(spec.id);
    for (auto const& [name, url] : spec.hosts) {
        auto const own = options.endpoints.find(spec.id + "_" + name);
        out.hosts[name] = own != options.endpoints.end() ? own->second : out.own_endpoint ? out.endpoint : url;
        while (out.hosts[name].ends_with('/')) out.hosts[name].pop_back();
    }
    for (auto const& [name, rule] : spec.settings) {
        auto const own = options.settings.find(rule.setting);
        out.settings[name] = own == options.settings.end() ? rule.fallback : own->second;
    }
    out.desk = &desk(spec);
    out.probe = probe;
    out.deadline = Steady::now() + deadline_of(spec);
    return out;
}

namespace {

std::string told(std::vector<std::string> const& troubles)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(troubles.size(), reasons_told_max); ++i)
        text += (i > 0 ? "; " : "") + troubles[i];
    if (troubles.size() > reasons_told_max) text += fmt::format("; and {} more", troubles.size() - reasons_told_max);
    return base::truncate_utf8(base::clean_utf8(text), reason_bytes_max);
}

void fill_report(SourceReport& report, Found const& found)
{
    report.count = static_cast<std::int64_t>(found.candidates.size());
    report.quota_left = found.quota_left;
    report.status = found.candidates.empty() ? SourceStatus::Empty : SourceStatus::Ok;
    if (!found.note.empty()) report.reason = found.note;
    if (found.troubles.empty()) return;
    report.status = SourceStatus::Partial;
    report.code = found.code;
    report.reason = told(found.troubles);
}

void fail_report(SourceReport& report, SourceCode code, std::string const& reason, std::string const& next)
{
    report.status = SourceStatus::Failed;
    report.code = code;
    report.reason = base::truncate_utf8(base::clean_utf8(reason), reason_bytes_max);
    if (!next.empty()) report.next_action = next;
}

SourceReport unavailable(SourceInfo const& info, SourceSpec const& spec)
{
    SourceReport report;
    report.id = spec.id;
    report.status = SourceStatus::Unavailable;
    if (spec.kind == SourceKind::Web) report.code = SourceCode::AuthMissing;
    report.reason = info.missing.value_or("") + " is not set";
    report.next_action = info.next_action;
    return report;
}

Found ask_kind(Asking const& asking, Options const& options)
{
    switch (asking.spec.kind) {
    case SourceKind::Web: return ask_web(asking);
    case SourceKind::Feed: return ask_feeds(asking, options.feeds);
    case SourceKind::Folder: return ask_library(asking, options.library);
    }
    return {};
}

} // namespace

SourceAnswer Asker::answer(SourceSpec const& spec, ScanRequest const& request, bool probe, std::stop_token const& stop,
                           bool& admitted)
{
    auto const begin = Steady::now();
    auto asked = asking(spec, request, probe);
    asked.stop = stop;
    SourceAnswer out;
    out.report.id = spec.id;
    std::optional<base::Time> retry_at;
    try {
        asked.desk->admit(asked.endpoint, probe);
        admitted = true;
        auto found = ask_kind(asked, parts_.options);
        fill_report(out.report, found);
        retry_at = found.retry_at;
        out.candidates = std::move(found.candidates);
    } catch (SourceError const& error) {
        fail_report(out.report, error.source, error.what(), error.next_action);
        retry_at = error.retry_at;
        if (error.ours && std::exchange(admitted, false)) asked.desk->give_up();
    } catch (base::Error const& error) {
        fail_report(out.report, source_code(error), error.what(), error.next_action);
    } catch (std::exception const& error) { // a part may fail without the whole
        fail_report(out.report, SourceCode::BadAnswer, error.what(), "");
    }
    out.report.took_ms = std::chrono::duration_cast<base::Milliseconds>(Steady::now() - begin).count();
    if (admitted) asked.desk->settle(out.report, asked.endpoint, retry_at);
    return out;
}

void Asker::recall(SourceCheck& check)
{
    auto const spec =
        std::find_if(parts_.specs.begin(), parts_.specs.end(), [&](auto const& one) { return one.id == check.id; });
    if (spec == parts_.specs.end() || check.status == SourceStatus::Unavailable) return;
    auto const health = desk(*spec).health(endpoint_of(*spec));
    check.last_ok = health.last_ok;
    check.paused_until = std::max(health.paused_until, health.open_until);
    if (check.paused_until && *check.paused_until <= parts_.clock.now()) check.paused_until.reset();
    try {
        for (auto const& record : parts_.store.history(check.id, history_max)) {
            ++check.asked;
            if (record.status == SourceStatus::Failed) ++check.failed;
        }
    } catch (base::Error const&) {
    }
}

void Asker::reap()
{
    std::vector<Worker> ended;
    std::scoped_lock const lock(mutex_);
    for (auto& worker : workers_)
        if (*worker.done) ended.push_back(std::move(worker));
    std::erase_if(workers_, [](auto const& worker) { return !worker.thread.joinable(); });
}

bool Asker::start(SourceSpec const& spec, ScanRequest const& request, bool probe, std::shared_ptr<Round> const& round,
                  std::size_t index, std::stop_source const& stop)
{
    auto done = std::make_shared<std::atomic<bool>>(false);
    std::scoped_lock const lock(mutex_);
    if (workers_.size() >= workers_max) return false;
    workers_.push_back({done, std::jthread([=, this, &spec](std::stop_token const& own) {
                            std::stop_callback const end(own, [&] { stop.request_stop(); });
                            auto admitted = false;
                            auto answered = answer(spec, request, probe, stop.get_token(), admitted);
                            auto const report = answered.report;
                            {
                                std::scoped_lock const ready(round->mutex);
                                round->ready.emplace_back(index, std::move(answered));
                            }
                            round->changed.notify_all();
                            if (admitted) desk(spec).remember(report);
                            *done = true;
                        })});
    return true;
}

/// Hands on what comes, and says of those whose time is up that it is.
void Asker::await(Round& round, std::vector<SourceSpec const*> const& specs, OnAnswer const& on_answer)
{
    auto left = std::count(round.waiting.begin(), round.waiting.end(), true);
    std::unique_lock lock(round.mutex);
    while (left > 0) {
        auto until = Steady::time_point::max();
        for (std::size_t i = 0; i < specs.size(); ++i)
            if (round.waiting[i]) until = std::min(until, round.deadlines[i]);
        round.changed.wait_until(lock, until, [&] { return !round.ready.empty(); });
        auto ready = std::exchange(round.ready, {});
        lock.unlock();
        for (auto& [index, answered] : ready) {
            if (!round.waiting[index]) continue;
            round.waiting[index] = false;
            --left;
            on_answer(answered);
        }
        for (std::size_t i = 0; ready.empty() && i < specs.size(); ++i) {
            if (!round.waiting[i] || Steady::now() < round.deadlines[i]) continue;
            round.waiting[i] = false;
            --left;
            round.stops[i].request_stop();
            SourceAnswer late;
            late.report.id = specs[i]->id;
            late.report.took_ms = deadline_of(*specs[i]).count();
            fail_report(late.report, SourceCode::Timeout,
                        fmt::format("{}: no answer within {} ms", specs[i]->title, late.report.took_ms),
                        "ask again later, or raise discovery.deadline");
            on_answer(late);
        }
        lock.lock();
    }
}

void Asker::ask(std::vector<SourceSpec const*> const& specs, ScanRequest const& request, bool probe,
                OnAnswer const& on_answer, std::stop_token const& stop)
{
    reap();
    auto const round = std::make_shared<Round>();
    round->deadlines.resize(specs.size());
    round->stops.resize(specs.size());
    round->waiting.assign(specs.size(), false);
    std::stop_callback const end(stop, [&] {
        for (auto& one : round->stops) one.request_stop();
    });
    for (std::size_t i = 0; i < specs.size(); ++i) {
        auto const known = info(*specs[i]);
        if (!known.configured) {
            SourceAnswer missing{unavailable(known, *specs[i]), {}};
            on_answer(missing);
            continue;
        }
        round->deadlines[i] = Steady::now() + deadline_of(*specs[i]) + late_grace;
        round->waiting[i] = start(*specs[i], request, probe, round, i, round->stops[i]);
        if (round->waiting[i]) continue;
        SourceAnswer refused;
        refused.report.id = specs[i]->id;
        fail_report(refused.report, SourceCode::Timeout, "too many earlier questions still hang", "ask again later");
        on_answer(refused);
    }
    await(*round, specs, on_answer);
}

} // namespace discovery
