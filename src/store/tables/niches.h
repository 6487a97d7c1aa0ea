#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `niches`.
struct Niche {
    std::string id;
    std::string owner_id;
    std::string name;  ///< as it was first written
    std::string words; ///< its words in lower case: what makes two niches the same
    bool watched = false;
    std::int64_t every_ms = 0;   ///< between two scans of a watched one
    std::int64_t horizon_ms = 0; ///< how far back those scans look
    std::optional<base::Time> next_scan_at;
    std::optional<std::string> scan_job_id; ///< of the last slot
    std::int64_t scans = 0;
    std::optional<base::Time> scanned_at;
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Niche, (),
                      (id, owner_id, name, words, watched, every_ms, horizon_ms, next_scan_at, scan_job_id, scans,
                       scanned_at, created_at, updated_at))

enum class TermKind { Keyword, Hashtag, Topic };
BOOST_DESCRIBE_ENUM(TermKind, Keyword, Hashtag, Topic)

/// One row of `niche_terms`.
struct NicheTerm {
    std::string owner_id;
    std::string niche_id;
    TermKind kind = TermKind::Keyword;
    std::string term;
    std::int64_t count = 0; ///< different items that it stood in
    double score_sum = 0;   ///< of those items
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(NicheTerm, (), (owner_id, niche_id, kind, term, count, score_sum, created_at, updated_at))

/// Of one kind in one niche; the rarest go first.
inline constexpr std::int64_t terms_per_kind_max = 1'000;

/// Inserts it, or gives back the one that is there.
Niche add_niche(Connection& connection, Niche const& niche);
std::optional<Niche> find_niche(Connection& connection, std::string const& owner_id, std::string const& words);
std::optional<Niche> get_niche(Connection& connection, std::string const& id);
/// The newest first, at most `limit` of them; cursor: the id of the last row of the page before.
std::vector<Niche> list_niches(Connection& connection, std::string const& owner_id, int limit,
                               std::string const& cursor = {});
bool update_niche(Connection& connection, Niche const& niche);
/// With its terms; false where there was none.
bool remove_niche(Connection& connection, std::string const& id);
/// Watched ones whose slot has come, at most `limit`; locked for this transaction, passing over those that others hold.
std::vector<Niche> due_niches(Connection& connection, base::Time now, int limit);

/// Whether there is one, without locking anything.
bool any_niche_due(Connection& connection, base::Time now);

/// Adds counts and scores to what is known of each term.
void add_terms(Connection& connection, std::vector<NicheTerm> const& terms);
/// Keeps terms_per_kind_max of each kind.
void prune_terms(Connection& connection, std::string const& niche_id);
/// Those in most items first.
std::vector<NicheTerm> list_terms(Connection& connection, std::string const& niche_id, TermKind kind, int limit);

} // namespace store
