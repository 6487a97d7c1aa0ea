#pragma once
#include "base/json.h"
#include "store/connection.h"

namespace store {

/// One row of `model_usage`; money in millionths of a dollar.
struct ModelUsage {
    std::string day; ///< "2026-11-20", UTC
    std::string provider;
    std::int64_t calls = 0;
    std::int64_t tokens = 0;
    std::int64_t micros = 0;
    base::Time updated_at{};
};
BOOST_DESCRIBE_STRUCT(ModelUsage, (), (day, provider, calls, tokens, micros, updated_at))

/// Adds to the day's row (negative numbers give back).
void add_model_usage(Connection& connection, ModelUsage const& more);
/// What all providers took that day.
ModelUsage model_usage(Connection& connection, std::string const& day);

/// One row of `model_answers`.
struct ModelAnswer {
    std::string hash;
    std::string model;
    std::string answer;
    std::int64_t tokens = 0;
    base::Time created_at{};
};
BOOST_DESCRIBE_STRUCT(ModelAnswer, (), (hash, model, answer, tokens, created_at))

std::optional<ModelAnswer> find_model_answer(Connection& connection, std::string const& hash, base::Time since);
/// Deletes answers made before `since` on the way.
void put_model_answer(Connection& connection, ModelAnswer const& answer, base::Time since);

} // namespace store
