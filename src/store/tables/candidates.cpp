#include "store/tables/candidates.h"

#include "store/record.h"

namespace store {

void upsert_candidate(Connection& connection, Candidate const& candidate)
{
    insert_record(connection, "candidates", candidate,
                  " ON CONFLICT (owner_id, niche, id) DO UPDATE SET platform = excluded.platform, url = excluded.url, "
                  "title = excluded.title, score = excluded.score, data = excluded.data, "
                  "updated_at = excluded.updated_at");
}

std::optional<Candidate> find_candidate(Connection& connection, std::string const& owner_id, std::string const& niche,
                                        std::string const& id)
{
    static auto const sql =
        "SELECT " + columns<Candidate>() + " FROM candidates WHERE owner_id = $1 AND niche = $2 AND id = $3";
    return first_record<Candidate>(connection.query(sql, owner_id, niche, id));
}

std::vector<Candidate> list_candidates(Connection& connection, CandidateFilter const& filter)
{
    Where where(filter.limit, 1'000);
    where.add("owner_id =", filter.owner_id);
    if (filter.niche) where.add("niche =", *filter.niche);
    if (filter.found_since) where.add("found_at >=", *filter.found_since);
    return records<Candidate>(where.run(connection, "SELECT " + columns<Candidate>() + " FROM candidates",
                                        "ORDER BY CASE WHEN score IS NULL THEN 1 ELSE 0 END, score DESC, id",
                                        filter.offset));
}

std::int64_t prune_candidates(Connection& connection, base::Time before, int limit)
{
    return connection
        .query(
            "DELETE FROM candidates WHERE updated_at < $1 AND updated_at <= (SELECT COALESCE(MAX(updated_at), 0) FROM "
            "(SELECT updated_at FROM candidates WHERE updated_at < $1 ORDER BY updated_at LIMIT $2) AS oldest)",
            before, limit)
        .changes;
}

} // namespace store
