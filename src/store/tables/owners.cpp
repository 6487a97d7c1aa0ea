#include "store/tables/owners.h"

#include <array>

namespace store {

std::span<std::string_view const> given_tables()
{
    static constexpr std::array<std::string_view, 6> tables{"assets",        "rights", "clips",
                                                            "clip_contents", "posts",  "uploads"};
    return tables;
}

std::span<std::string_view const> kept_tables()
{
    static constexpr std::array<std::string_view, 14> tables{
        "api_tokens",  "audit_log", "baselines", "candidates", "idempotency_keys", "job_events",         "jobs",
        "niche_terms", "niches",    "readings",  "schedules",  "secrets",          "webhook_deliveries", "webhooks"};
    return tables;
}

std::vector<OwnedRows> count_owned(Connection& connection, std::string const& owner_id)
{
    std::vector<OwnedRows> out;
    for (auto const table : given_tables())
        out.push_back({std::string(table),
                       connection.query(fmt::format("SELECT COUNT(*) FROM {} WHERE owner_id = $1", table), owner_id)[0]
                           .get<std::int64_t>(0)});
    return out;
}

std::vector<OwnedRows> give_owned(Connection& connection, std::string const& from, std::string const& to)
{
    std::vector<OwnedRows> out;
    for (auto const table : given_tables())
        out.push_back({std::string(table),
                       connection.query(fmt::format("UPDATE {} SET owner_id = $2 WHERE owner_id = $1", table), from, to)
                           .changes});
    return out;
}

} // namespace store
