#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `candidates`: something found in a niche that may be worth working on.
struct Candidate {
    std::string id; ///< "library:abc": the source, then its own id
    std::string owner_id;
    std::string niche;
    std::string platform;
    std::string url;
    std::string title;
    std::optional<double> score;
    std::string data = "{}"; ///< JSON: the whole candidate
    base::Time found_at{};   ///< when it was seen first
    base::Time created_at{};
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(Candidate, (),
                      (id, owner_id, niche, platform, url, title, score, data, found_at, created_at, updated_at))

struct CandidateFilter {
    std::string owner_id;
    std::optional<std::string> niche;
    std::optional<base::Time> found_since;
    int limit = 50; ///< 1..1000
    int offset = 0; ///< rows to pass over
};

/// Inserts, or brings up to date all but found_at and created_at.
void upsert_candidate(Connection& connection, Candidate const& candidate);
std::optional<Candidate> find_candidate(Connection& connection, std::string const& owner_id, std::string const& niche,
                                        std::string const& id);
/// Best score first; those without one come last.
std::vector<Candidate> list_candidates(Connection& connection, CandidateFilter const& filter);
/// Deletes what no scan has found since, at most about `limit` rows; says how many.
std::int64_t prune_candidates(Connection& connection, base::Time before, int limit);

} // namespace store
