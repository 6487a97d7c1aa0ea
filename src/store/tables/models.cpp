#include "store/tables/models.h"

#include "store/record.h"

namespace store {

void add_model_usage(Connection& connection, ModelUsage const& more)
{
    insert_record(connection, "model_usage", more,
                  " ON CONFLICT (day, provider) DO UPDATE SET calls = model_usage.calls + excluded.calls, "
                  "tokens = model_usage.tokens + excluded.tokens, micros = model_usage.micros + excluded.micros, "
                  "updated_at = excluded.updated_at");
}

ModelUsage model_usage(Connection& connection, std::string const& day)
{
    auto const rows = connection.query("SELECT CAST(COALESCE(SUM(calls), 0) AS BIGINT), "
                                       "CAST(COALESCE(SUM(tokens), 0) AS BIGINT), "
                                       "CAST(COALESCE(SUM(micros), 0) AS BIGINT) FROM model_usage WHERE day = $1",
                                       day);
    auto const number = [&](std::size_t column) { return rows[0].get<std::int64_t>(column); };
    return {day, "", number(0), number(1), number(2), {}};
}

std::optional<ModelAnswer> find_model_answer(Connection& connection, std::string const& hash, base::Time since)
{
    return first_record<ModelAnswer>(connection.query(
        "SELECT " + columns<ModelAnswer>() + " FROM model_answers WHERE hash = $1 AND created_at >= $2", hash, since));
}

void put_model_answer(Connection& connection, ModelAnswer const& answer, base::Time since)
{
    connection.query("DELETE FROM model_answers WHERE created_at < $1", since);
    insert_record(connection, "model_answers", answer,
                  " ON CONFLICT (hash) DO UPDATE SET answer = excluded.answer, model = excluded.model, "
                  "tokens = excluded.tokens, created_at = excluded.created_at");
}

} // namespace store
