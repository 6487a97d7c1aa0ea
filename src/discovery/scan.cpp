#include "discovery/scan.h"

#include "base/file.h"
#include "discovery/asker.h"
#include "discovery/merge.h"

#include <algorithm>
#include <map>

namespace discovery {

using base::ErrorCode;
using base::fail;

static constexpr std::size_t feeds_max = 50;

std::vector<base::Setting> settings()
{
    return {
        {"discovery", "library", "folder with footage of your own"},
        {"discovery", "feeds", "RSS or Atom feeds, separated by commas"},
        base::changeable({"discovery", "disabled", "sources that are not asked unless named, separated by commas"}),
        base::changeable({"discovery", "deadline", "longest time for one source", "15s"}),
        {"endpoint", "*", "base URL of an outside service instead of its own, as in endpoint.archive_org"},
        {"key", "youtube", "key of the YouTube Data API", {}, "YOUTUBE_API_KEY", true},
        {"key", "pexels", "key of Pexels", {}, "PEXELS_API_KEY", true},
        {"key", "*", "API key of an outside service, as in key.pexels", {}, {}, true},
        {"oauth", "*", "credentials of an outside service, as in oauth.reddit_client_id", {}, {}, true},
        {"source", "*", "what one source needs to know, as in source.facebook_pages"},
        base::changeable({"discovery", "language", "language for platforms that ask in which one", "en"}),
        base::changeable({"discovery", "region", "country, for platforms that ask for which one", "US"}),
    };
}

static std::vector<std::string> list_of(std::string const& text)
{
    std::vector<std::string> out;
    for (auto const& part : base::split(text, ','))
        if (auto const item = base::trim(part); !item.empty()) out.emplace_back(item);
    return out;
}

/// "oauth.reddit.client_id" is reddit_client_id in the section oauth: names in the environment have no dots.
std::string config_name(std::string const& credential)
{
    auto const dot = credential.find('.');
    auto name = credential.substr(dot + 1);
    std::replace(name.begin(), name.end(), '.', '_');
    return credential.substr(0, dot + 1) + name;
}

Options options_from(base::Config const& config, std::filesystem::path const& catalog)
{
    Options options;
    options.library = config.text("discovery.library");
    options.feeds = list_of(config.text("discovery.feeds"));
    options.disabled = list_of(config.text("discovery.disabled"));
    options.deadline = config.duration("discovery.deadline");
    options.language = config.text("discovery.language");
    options.region = config.text("discovery.region");
    auto const take = [&](std::string const& key, std::string const& name, auto& into) {
        if (auto const text = config.find(key); text && !text->empty()) into[name] = *text;
    };
    for (auto const& spec : load_specs(catalog / "sources")) {
        take("endpoint." + spec.id, spec.id, options.endpoints);
        for (auto const& [name, url] : spec.hosts)
            take("endpoint." + spec.id + "_" + name, spec.id + "_" + name, options.endpoints);
        for (auto const& [token, credential] : spec.auth.settings)
            take(config_name(credential), credential, options.credentials);
        for (auto const& [name, rule] : spec.settings) take(rule.setting, rule.setting, options.settings);
        for (auto const& [name, quota] : spec.limits.quotas)
            if (!quota.setting.empty()) take(quota.setting, quota.setting, options.settings);
    }
    return options;
}

Scanner::Scanner(std::filesystem::path const& catalog, Options options, net::HttpClient& client,
                 base::Clock const& clock, Credentials* credentials, SourceStore* store)
    : options_(std::move(options)), client_(client), clock_(clock), specs_(load_specs(catalog / "sources")),
      rules_(load_rank_rules(catalog / "ranking.json")),
      own_credentials_(std::make_unique<MemoryCredentials>(options_.credentials)),
      own_store_(std::make_unique<MemorySourceStore>()),
      credentials_(credentials ? credentials : own_credentials_.get()), store_(store ? store : own_store_.get()),
      asker_(std::make_unique<Asker>(Asker::Parts{specs_, options_, client_, clock_, *credentials_, *store_}))
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

Scanner::~Scanner() = default;

std::vector<SourceInfo> Scanner::list() const
{
    std::vector<SourceInfo> out;
    for (auto const& spec : specs_) out.push_back(asker_->info(spec));
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

Gathered Scanner::gather(ScanRequest const& request, std::stop_token const& stop, OnSource const& on_source)
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
    auto const take = [&](SourceAnswer& answer) {
        if (on_source) on_source(answer.report, answer.candidates);
        result.sources.push_back(std::move(answer.report));
        for (auto& candidate : answer.candidates) result.candidates.push_back(std::move(candidate));
    };
    asker_->ask(specs, request, false, take, stop);
    if (stop.stop_requested()) fail(ErrorCode::Cancelled, "the scan was stopped");
    merge_duplicates(result.candidates);
    std::sort(result.sources.begin(), result.sources.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    return result;
}

ScanResult Scanner::scan(ScanRequest const& request, std::stop_token const& stop, OnSource const& on_source)
{
    auto gathered = gather(request, stop, on_source);
    ScanResult result{request.niche, request.since, std::move(gathered.candidates), std::move(gathered.sources)};
    rank(result.candidates, {request.niche, clock_.now()}, rules_);
    shorten(result.candidates, static_cast<std::size_t>(request.limit));
    return result;
}

std::vector<SourceCheck> Scanner::check(std::vector<std::string> const& ids, std::stop_token const& stop)
{
    using namespace std::chrono_literals;
    ScanRequest const probe{"video", clock_.now() - 30 * 24h, 1, ids};
    auto const specs = chosen(ids);
    std::vector<SourceCheck> out;
    asker_->ask(
        specs, probe, true,
        [&](SourceAnswer& answer) {
            out.push_back({std::move(answer.report), {}, {}, 0, 0});
        },
        stop);
    for (auto& one : out) asker_->recall(one);
    std::sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    return out;
}

} // namespace discovery
