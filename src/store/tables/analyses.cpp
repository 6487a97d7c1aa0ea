#include "store/tables/analyses.h"

#include "store/record.h"

namespace store {

std::optional<StoredAnalysis> find_analysis(Connection& connection, std::string const& sha256)
{
    return first_record<StoredAnalysis>(
        connection.query("SELECT " + columns<StoredAnalysis>() + " FROM analyses WHERE sha256 = $1", sha256));
}

void put_analysis(Connection& connection, StoredAnalysis const& analysis)
{
    insert_record(connection, "analyses", analysis,
                  " ON CONFLICT (sha256) DO UPDATE SET document = excluded.document, "
                  "created_at = excluded.created_at");
    connection.query("DELETE FROM analyses WHERE sha256 IN "
                     "(SELECT sha256 FROM analyses ORDER BY created_at DESC, sha256 LIMIT 1000 OFFSET $1)",
                     analyses_max);
}

} // namespace store
