#include "api/candidates.h"

#include "store/tables/candidates.h"

namespace api {

discovery::Candidate known_candidate(Services& services, Call const& call, std::string const& niche,
                                     std::string const& id)
{
    auto const row = services.database.read([&](store::Connection& connection) {
        return store::find_candidate(connection, call.owner(), discovery::niche_words(niche), id);
    });
    if (!row)
        base::fail(base::ErrorCode::NotFound, base::Next{"GET /api/v1/discovery/candidates lists what was found"},
                   "there is no candidate {} in the niche '{}'", id, niche);
    return base::read_json<discovery::Candidate>(row->data, "a candidate's row");
}

} // namespace api
