#pragma once
#include "ai/language_model.h"
#include "base/ids.h"
#include "discovery/patterns.h"
#include "discovery/refine.h"
#include "discovery/scan.h"
#include "store/database.h"
#include "store/tables/niches.h"
#include "store/tables/readings.h"

namespace discovery {

/// How long things are remembered, and how much of a scan.
struct MemoryLimits {
    std::size_t readings_a_scan = 2'000; ///< items whose numbers are kept
    std::size_t candidates_a_scan = 500; ///< items that are kept whole, and learned from
    base::Milliseconds readings_kept{45LL * 24 * 3600'000};
    base::Milliseconds candidates_kept{90LL * 24 * 3600'000};
    base::Milliseconds growth_seen{14LL * 24 * 3600'000}; ///< readings older than this don't tell of growth
    int pruned_a_scan = 5'000;                            ///< rows deleted at one time
};

struct DiscoverRequest {
    ScanRequest scan;
    std::string owner_id;
    bool refine = true; ///< ask a model, where one is configured
};

/// What a discovery found, and what is to be remembered of it.
struct Discovered {
    ScanResult result;
    store::Niche niche; ///< as it is kept, or will be
    std::vector<store::Reading> readings;
    std::vector<Candidate> remembered;
    std::vector<Baseline> baselines;
};

/// One discovery, whole: ask the sources, look up earlier readings, rank against what is usual, ask a model for
/// opinions, and remember. The only part of this module that knows of the store. Thread-safe.
class Discovery {
public:
    struct Parts {
        Scanner& scanner;
        store::Database& database;
        ai::LanguageModel* model; ///< nullptr: signals only
        base::Clock const& clock;
        base::Ids& ids;
    };
    explicit Discovery(Parts parts, MemoryLimits limits = {}) : parts_(parts), limits_(limits) {}

    /// Writes nothing; errors are those of Scanner::scan.
    Discovered run(DiscoverRequest const& request, std::stop_token const& stop, OnSource const& on_source = {});
    /// Writes what a run found, as part of the caller's transaction: the niche, its candidates, readings, terms and
    /// what is usual. The same run twice counts its readings and its terms once.
    void remember(store::Connection& connection, Discovered const& run) const;

    /// The niche as it is kept; registered where it is new.
    store::Niche niche(std::string const& owner_id, std::string const& name);
    /// What is remembered of a niche's finds, best first.
    std::vector<Candidate> remembered(store::Niche const& niche, int limit);
    /// What the finds of a niche have in common, from what is remembered.
    PatternReport patterns(store::Niche const& niche, base::Time since, std::size_t top);
    Parts const& parts() const { return parts_; }

private:
    store::Niche new_niche(std::string const& owner_id, std::string const& name) const;
    void look_up(Discovered& run, std::vector<Candidate>& candidates, std::vector<Baseline>& kept);
    void ask_model(Discovered& run, std::vector<Candidate>& candidates, std::stop_token const& stop) const;
    void note_readings(Discovered& run, std::vector<Candidate> const& candidates, base::Time now) const;

    Parts parts_;
    MemoryLimits limits_;
};

inline constexpr base::Milliseconds rescan_every_default{4 * 3600'000LL};
inline constexpr base::Milliseconds horizon_default{7 * 24 * 3600'000LL};

/// "Urban  Birds!" and "urban birds" are one niche: its words in lower case with one space between.
std::string niche_words(std::string_view name);
/// The first slot after `now` of a niche that is scanned every so often; slots are spread by a hash of its id, so that
/// many niches are not scanned at once.
base::Time next_slot(std::string_view niche_id, base::Milliseconds every, base::Time now);

} // namespace discovery
