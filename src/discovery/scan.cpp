#include "discovery/scan.h"

#include "base/file.h"
#include "discovery/merge.h"
#include "discovery/source.h"

#include <algorithm>
#include <map>
#include <thread>

namespace discovery {

using base::ErrorCode;
using base::fail;

static constexpr std::size_t feeds_max = 50;
static constexpr std::size_t reason_bytes_max = 400;
static constexpr std::size_t reasons_told_max = 3;

std::vector<base::Setting> settings()
{
    return {
        {"discovery", "library", "folder with footage of your own"},
        {"discovery", "feeds", "RSS or Atom feeds, separated by commas"},
        {"discovery", "disabled", "sources that are not asked unless named, separated by commas"},
        {"discovery", "deadline", "longest time for one source", "15s"},
        {"endpoint", "*", "base URL of an outside service instead of its own, as in endpoint.archive_org"},
        {"key", "*", "API key of an outside service, as in key.pexels", {}, {}, true},
    };
}

static std::vector<std::string> list_of(std::string const& text)
{
    std::vector<std::string> out;
    for (auto const& part : base::split(text, ','))
        if (auto const item = base::trim(part); !item.empty()) out.emplace_back(item);
    return out;
}

Options options_from(base::Config const& config, std::filesystem::path const& catalog)
{
    Options options;
    options.library = config.text("discovery.library");
    options.feeds = list_of(config.text("discovery.feeds"));
    options.disabled = list_of(config.text("discovery.disabled"));
    options.deadline = config.duration("discovery.deadline");
    for (auto const& spec : load_specs(catalog / "sources")) {
        if (auto const url = config.find("endpoint." + spec.id); url && !url->empty())
            options.endpoints[spec.id] = *url;
        if (spec.auth.kind != AuthKind::Key) continue;
        if (auto const key = config.find(spec.auth.setting); key && !key->empty()) options.keys[spec.id] = *key;
    }
    return options;
}

Scanner::Scanner(std::filesystem::path const& catalog, Options options, net::HttpClient& client,
                 base::Clock const& clock)
    : options_(std::move(options)), client_(client), clock_(clock), specs_(load_specs(catalog / "sources")),
      rules_(load_rank_rules(catalog / "ranking.json"))
{
    if (options_.feeds.size() > feeds_max)
        fail(ErrorCode::InvalidInput, "discovery.feeds: {} feeds; the limit is {}", options_.feeds.size(), feeds_max);
    if (options_.deadline < base::Milliseconds(100) || options_.deadline > base::Milliseconds(300'000))
        fail(ErrorCode::InvalidInput, "discovery.deadline: {} ms is outside [100, 300000]", options_.deadline.count());
    for (auto const& [id, url] : options_.endpoints) {
        try {
            static_cast<void>(net::parse_url(url));
        } catch (base::Error const& error) {
            fail(ErrorCode::InvalidInput, "endpoint.{}: {}", id, error.what());
        }
    }
}

SourceInfo Scanner::info(SourceSpec const& spec) const
{
    SourceInfo out{
        spec.id, spec.title, base::enum_text(spec.kind), spec.help, spec.terms, spec.docs, spec.endpoint, true, {}, {}};
    auto const missing = [&](std::string const& setting, std::string const& next) {
        out.configured = false;
        out.missing = setting;
        out.next_action = next;
    };
    auto const own = options_.endpoints.find(spec.id);
    if (own != options_.endpoints.end() && spec.kind == SourceKind::Json) out.endpoint = own->second;
    while (out.endpoint.ends_with('/')) out.endpoint.pop_back();
    if (spec.kind == SourceKind::Folder && options_.library.empty())
        missing("discovery.library", "give --library DIR, or set discovery.library in ettametta.toml");
    if (spec.kind == SourceKind::Feed && options_.feeds.empty())
        missing("discovery.feeds", "set discovery.feeds in ettametta.toml to a list of feed addresses");
    if (spec.auth.kind == AuthKind::Key && !options_.keys.contains(spec.id))
        missing(spec.auth.setting, "set " + spec.auth.setting + " in ettametta.toml");
    if (spec.auth.kind == AuthKind::OauthApp || spec.auth.kind == AuthKind::OauthUser)
        missing("sign-in", "this kind of sign-in is not supported yet");
    return out;
}

std::vector<SourceInfo> Scanner::list() const
{
    std::vector<SourceInfo> out;
    for (auto const& spec : specs_) out.push_back(info(spec));
    return out;
}

std::vector<SourceSpec const*> Scanner::chosen(std::vector<std::string> const& ids) const
{
    std::vector<SourceSpec const*> out;
    for (auto const& id : ids) {
        auto const spec = std::find_if(specs_.begin(), specs_.end(), [&](auto const& one) { return one.id == id; });
        if (spec == specs_.end())
            fail(ErrorCode::InvalidInput, base::Next{"`ettametta sources` lists them"},
                 "source: there is none called '{}'", id);
        if (std::find(out.begin(), out.end(), &*spec) == out.end()) out.push_back(&*spec);
    }
    if (ids.empty())
        for (auto const& spec : specs_) out.push_back(&spec);
    return out;
}

struct Scanner::Answer {
    SourceReport report;
    std::vector<Candidate> candidates;
};

namespace {

std::string told(std::vector<std::string> const& troubles)
{
    std::string text;
    for (std::size_t i = 0; i < std::min(troubles.size(), reasons_told_max); ++i)
        text += (i > 0 ? "; " : "") + troubles[i];
    if (troubles.size() > reasons_told_max) text += fmt::format("; and {} more", troubles.size() - reasons_told_max);
    return base::truncate_utf8(base::clean_utf8(text), reason_bytes_max);
}

Found ask(Asking const& asking, Options const& options)
{
    switch (asking.spec.kind) {
    case SourceKind::Json: return ask_json(asking);
    case SourceKind::Feed: return ask_feeds(asking, options.feeds);
    case SourceKind::Folder: return ask_library(asking, options.library);
    }
    return {};
}

void fill_report(SourceReport& report, Found const& found)
{
    report.count = static_cast<std::int64_t>(found.candidates.size());
    report.quota_left = found.quota_left;
    report.status = found.candidates.empty() ? SourceStatus::Empty : SourceStatus::Ok;
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

} // namespace

std::vector<Scanner::Answer> Scanner::ask_all(std::vector<SourceSpec const*> const& specs, ScanRequest const& request,
                                              std::stop_token const& stop)
{
    std::vector<Answer> answers(specs.size());
    auto const work = [&](std::size_t i) {
        auto const& spec = *specs[i];
        auto const known = info(spec);
        auto& report = answers[i].report;
        report.id = spec.id;
        if (!known.configured) {
            report.status = SourceStatus::Unavailable;
            report.code = spec.kind == SourceKind::Json ? std::optional(SourceCode::AuthMissing) : std::nullopt;
            report.reason = known.missing.value_or("") + " is not set";
            report.next_action = known.next_action;
            return;
        }
        auto const begin = std::chrono::steady_clock::now();
        auto const key = options_.keys.find(spec.id);
        Asking const asking{
            client_,
            spec,
            {request.niche, request.since, request.limit, 0, 1, key == options_.keys.end() ? "" : key->second},
            known.endpoint,
            options_.endpoints.contains(spec.id),
            begin + std::min(options_.deadline, base::Milliseconds(spec.limits.deadline_ms)),
            stop};
        try {
            auto found = ask(asking, options_);
            fill_report(report, found);
            answers[i].candidates = std::move(found.candidates);
        } catch (base::Error const& error) {
            fail_report(report, source_code(error), error.what(), error.next_action);
        } catch (std::exception const& error) { // a part may fail without the whole
            fail_report(report, SourceCode::BadAnswer, error.what(), "");
        }
        report.took_ms =
            std::chrono::duration_cast<base::Milliseconds>(std::chrono::steady_clock::now() - begin).count();
    };
    {
        std::vector<std::jthread> threads; // sources_max bounds them
        for (std::size_t i = 0; i < specs.size(); ++i) threads.emplace_back([&, i] { work(i); });
    }
    return answers;
}

static void check(ScanRequest const& request)
{
    if (base::words_of(request.niche).empty())
        fail(ErrorCode::InvalidInput, "niche: '{}' holds no word", base::clean_utf8(request.niche));
    if (request.niche.size() > niche_bytes_max)
        fail(ErrorCode::InvalidInput, "niche: {} bytes; the limit is {}", request.niche.size(), niche_bytes_max);
    if (!base::is_utf8(request.niche)) fail(ErrorCode::InvalidInput, "niche: is not UTF-8 text");
    if (request.limit < 1 || request.limit > scan_limit_max)
        fail(ErrorCode::InvalidInput, "limit: {} is outside [1, {}]", request.limit, scan_limit_max);
}

Gathered Scanner::gather(ScanRequest const& request, std::stop_token const& stop)
{
    discovery::check(request);
    auto specs = chosen(request.sources);
    Gathered result;
    if (request.sources.empty()) {
        auto const& off = options_.disabled;
        std::erase_if(specs, [&](auto const* spec) {
            if (spec->enabled && std::find(off.begin(), off.end(), spec->id) == off.end()) return false;
            result.sources.push_back(
                {spec->id, SourceStatus::Skipped, {}, "not enabled", 0, 0, {}, "name it with --source"});
            return true;
        });
    }
    for (auto& answer : ask_all(specs, request, stop)) {
        result.sources.push_back(std::move(answer.report));
        for (auto& candidate : answer.candidates) result.candidates.push_back(std::move(candidate));
    }
    if (stop.stop_requested()) fail(ErrorCode::Cancelled, "the scan was stopped");
    merge_duplicates(result.candidates);
    std::sort(result.sources.begin(), result.sources.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    return result;
}

ScanResult Scanner::scan(ScanRequest const& request, std::stop_token const& stop)
{
    auto gathered = gather(request, stop);
    ScanResult result{request.niche, request.since, std::move(gathered.candidates), std::move(gathered.sources)};
    rank(result.candidates, {request.niche, clock_.now()}, rules_);
    if (result.candidates.size() > static_cast<std::size_t>(request.limit))
        result.candidates.resize(static_cast<std::size_t>(request.limit));
    return result;
}

std::vector<SourceReport> Scanner::check(std::vector<std::string> const& ids, std::stop_token const& stop)
{
    using namespace std::chrono_literals;
    ScanRequest const probe{"video", clock_.now() - 30 * 24h, 1, ids};
    std::vector<SourceReport> out;
    for (auto& answer : ask_all(chosen(ids), probe, stop)) out.push_back(std::move(answer.report));
    return out;
}

} // namespace discovery
