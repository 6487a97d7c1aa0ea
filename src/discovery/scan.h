#pragma once
#include "base/config.h"
#include "discovery/candidate.h"
#include "discovery/rank.h"
#include "discovery/spec.h"
#include "net/http.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

namespace discovery {

inline constexpr std::size_t niche_bytes_max = 200;
inline constexpr int scan_limit_max = 500;

/// What the operator decided about sources.
struct Options {
    std::filesystem::path library = {}; ///< folder of the creator's own footage; empty = not configured
    std::vector<std::string> feeds = {};
    std::map<std::string, std::string> endpoints = {}; ///< source, or source_host -> base URL instead of the catalog's
    std::map<std::string, std::string> credentials = {}; ///< "key.pexels", "oauth.reddit.client_id" ... of the config
    std::map<std::string, std::string> settings = {};    ///< "source.facebook_pages" ... as specs name them
    std::string language = "en";                         ///< for platforms that ask in which one
    std::string region = "US";
    std::vector<std::string> disabled = {};
    base::Milliseconds deadline{15'000}; ///< per source, never longer than this
};

/// The settings that this module reads, for base::Config.
std::vector<base::Setting> settings();
/// Endpoints and keys are looked up for the sources of the catalog.
Options options_from(base::Config const& config, std::filesystem::path const& catalog);

struct ScanRequest {
    std::string niche;
    base::Time since;
    int limit = 50;                        ///< candidates in the result, after ranking
    std::vector<std::string> sources = {}; ///< ids; empty = all that are enabled
};

inline constexpr char const* signals_only = "signals only";

struct ScanResult {
    std::string niche;
    base::Time since;
    std::vector<Candidate> candidates;       ///< best first
    std::vector<SourceReport> sources;       ///< one for each source that was asked for or enabled
    std::string ranking = signals_only;      ///< "signals only", or the model whose opinions are blended in
    std::optional<std::string> ranking_note; ///< why no model, or why not for all
    std::vector<std::string> new_ids;        ///< of the candidates: seen in this niche for the first time
};
BOOST_DESCRIBE_STRUCT(ScanResult, (), (niche, since, candidates, sources, ranking, ranking_note, new_ids))

/// What the sources offer, merged and not ranked.
struct Gathered {
    std::vector<Candidate> candidates;
    std::vector<SourceReport> sources;
};

/// One line of `sources list`.
struct SourceInfo {
    std::string id;
    std::string title;
    std::string kind;
    std::string help;
    std::string terms;
    std::vector<std::string> docs;
    std::string endpoint; ///< where it asks; "" where there is nothing to ask
    bool configured = false;
    std::optional<std::string> missing;     ///< what is not set
    std::optional<std::string> next_action; ///< how to set it
    bool enabled = true;                    ///< asked without being named
    std::string note;                       ///< why it is off, or what it cannot do
};
BOOST_DESCRIBE_STRUCT(SourceInfo, (),
                      (id, title, kind, help, terms, docs, endpoint, configured, missing, next_action, enabled, note))

/// One line of `sources check`: what the question showed, and what is remembered.
struct SourceCheck : SourceReport {
    std::optional<base::Time> last_ok;
    std::optional<base::Time> paused_until; ///< the platform asked for it, or it failed too often
    std::int64_t asked = 0;                 ///< questions remembered
    std::int64_t failed = 0;                ///< of them
};
BOOST_DESCRIBE_STRUCT(SourceCheck, (SourceReport), (last_ok, paused_until, asked, failed))

class Asker;
struct Credentials;
struct SourceStore;

/// Gets what a source answered as soon as it has, unranked; on the thread that scans.
using OnSource = std::function<void(SourceReport const& report, std::vector<Candidate> const& candidates)>;

/// Asks sources and ranks what they offer. Thread-safe.
class Scanner {
public:
    /// catalog holds sources/*.json and ranking.json; both are checked at once. Without credentials those of the
    /// options are used; without a store nothing is remembered beyond this Scanner.
    Scanner(std::filesystem::path const& catalog, Options options, net::HttpClient& client, base::Clock const& clock,
            Credentials* credentials = nullptr, SourceStore* store = nullptr);
    ~Scanner();
    Scanner(Scanner const&) = delete;
    Scanner& operator=(Scanner const&) = delete;

    /// InvalidInput for an empty niche, a limit outside [1, scan_limit_max] or a source that does not exist. Everything
    /// that goes wrong with a source is in its report.
    Gathered gather(ScanRequest const& request, std::stop_token const& stop = {}, OnSource const& on_source = {});
    /// Gathers and ranks by what this one scan shows; Discovery also knows earlier ones.
    ScanResult scan(ScanRequest const& request, std::stop_token const& stop = {}, OnSource const& on_source = {});
    RankRules const& rules() const { return rules_; }
    std::vector<SourceInfo> list() const;
    /// A small question to each (all where ids is empty); the report says how it went.
    std::vector<SourceCheck> check(std::vector<std::string> const& ids, std::stop_token const& stop = {});
    std::vector<SourceSpec> const& specs() const { return specs_; }
    Options const& options() const { return options_; }
    /// What is remembered of the sources.
    SourceStore& store() { return *store_; }
    Credentials& credentials() { return *credentials_; }

private:
    std::vector<SourceSpec const*> chosen(std::vector<std::string> const& ids) const;

    Options options_;
    net::HttpClient& client_;
    base::Clock const& clock_;
    std::vector<SourceSpec> specs_;
    RankRules rules_;
    std::unique_ptr<Credentials> own_credentials_;
    std::unique_ptr<SourceStore> own_store_;
    Credentials* credentials_;
    SourceStore* store_;
    std::unique_ptr<Asker> asker_; // last: its threads end before what they use goes
};

} // namespace discovery
