#include "store/tables/niches.h"

#include "store/record.h"

namespace store {

static std::string const& niche_columns()
{
    static auto const text = columns<Niche>();
    return text;
}

Niche add_niche(Connection& connection, Niche const& niche)
{
    insert_record(connection, "niches", niche, " ON CONFLICT (owner_id, words) DO NOTHING");
    auto there = find_niche(connection, niche.owner_id, niche.words);
    if (!there) base::fail(base::ErrorCode::Conflict, "the niche '{}' could not be kept", niche.name);
    return *there;
}

std::optional<Niche> find_niche(Connection& connection, std::string const& owner_id, std::string const& words)
{
    return first_record<Niche>(connection.query(
        "SELECT " + niche_columns() + " FROM niches WHERE owner_id = $1 AND words = $2", owner_id, words));
}

std::optional<Niche> get_niche(Connection& connection, std::string const& id)
{
    return first_record<Niche>(connection.query("SELECT " + niche_columns() + " FROM niches WHERE id = $1", id));
}

std::vector<Niche> list_niches(Connection& connection, std::string const& owner_id, int limit,
                               std::string const& cursor)
{
    Where where(limit, 1'000);
    where.add("owner_id =", owner_id);
    if (!cursor.empty()) where.add("id <", cursor);
    return records<Niche>(where.run(connection, "SELECT " + niche_columns() + " FROM niches", "ORDER BY id DESC"));
}

bool update_niche(Connection& connection, Niche const& niche) { return update_record(connection, "niches", niche); }

bool remove_niche(Connection& connection, std::string const& id)
{
    return connection.query("DELETE FROM niches WHERE id = $1", id).changes == 1;
}

std::vector<Niche> due_niches(Connection& connection, base::Time now, int limit)
{
    return records<Niche>(connection.query(
        fmt::format(
            "SELECT {} FROM niches WHERE watched = 1 AND next_scan_at <= $1 ORDER BY next_scan_at, id LIMIT $2{}",
            niche_columns(), connection.skip_locked()),
        now, limit));
}

bool any_niche_due(Connection& connection, base::Time now)
{
    return !connection.query("SELECT id FROM niches WHERE watched = 1 AND next_scan_at <= $1 LIMIT 1", now).empty();
}

void add_terms(Connection& connection, std::vector<NicheTerm> const& terms)
{
    for (auto const& term : terms)
        insert_record(connection, "niche_terms", term,
                      " ON CONFLICT (niche_id, kind, term) DO UPDATE SET count = niche_terms.count + excluded.count, "
                      "score_sum = niche_terms.score_sum + excluded.score_sum, updated_at = excluded.updated_at");
}

void prune_terms(Connection& connection, std::string const& niche_id)
{
    for (auto const kind : {TermKind::Keyword, TermKind::Hashtag, TermKind::Topic})
        connection.query("DELETE FROM niche_terms WHERE niche_id = $1 AND kind = $2 AND term IN (SELECT term FROM "
                         "niche_terms WHERE niche_id = $1 AND kind = $2 ORDER BY count DESC, score_sum DESC, term "
                         "LIMIT 100000 OFFSET $3)",
                         niche_id, base::enum_text(kind), terms_per_kind_max);
}

std::vector<NicheTerm> list_terms(Connection& connection, std::string const& niche_id, TermKind kind, int limit)
{
    Where where(limit, 1'000);
    where.add("niche_id =", niche_id);
    where.add("kind =", base::enum_text(kind));
    return records<NicheTerm>(where.run(connection, "SELECT " + columns<NicheTerm>() + " FROM niche_terms",
                                        "ORDER BY count DESC, score_sum DESC, term"));
}

} // namespace store
