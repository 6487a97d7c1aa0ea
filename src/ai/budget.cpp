#include "ai/budget.h"

#include "store/tables/models.h"

#include <cmath>

namespace ai {

std::int64_t Budget::micros_of(std::int64_t tokens) const
{
    return std::llround(static_cast<double>(tokens) *
                        limits_.dollars_per_million_tokens); // dollars a million = micros each
}

Budget::Reservation Budget::reserve(std::string_view provider, std::int64_t tokens, bool paid)
{
    auto const now = clock_.now();
    Reservation const out{base::format_time(now).substr(0, 10), std::string(provider), tokens,
                          paid ? micros_of(tokens) : 0};
    database_.transaction([&](store::Connection& connection) {
        auto const used = store::model_usage(connection, out.day);
        auto const dollars = static_cast<double>(used.micros + out.micros) / 1e6;
        if (paid && (used.tokens + tokens > limits_.tokens || dollars > limits_.dollars))
            base::fail(
                base::ErrorCode::RateLimited,
                base::Next{"raise ai.tokens_per_day or ai.dollars_per_day, or wait until 00:00 UTC"},
                "{}: today's budget does not hold {} more tokens ({} of {} tokens and ${:.4f} of ${:.2f} are used)",
                provider, tokens, used.tokens, limits_.tokens, static_cast<double>(used.micros) / 1e6, limits_.dollars);
        store::add_model_usage(connection, {out.day, out.provider, 1, tokens, out.micros, now});
    });
    return out;
}

void Budget::settle(Reservation const& reservation, std::int64_t tokens)
{
    auto const micros = reservation.micros == 0 ? 0 : micros_of(tokens);
    database_.transaction([&](store::Connection& connection) {
        store::add_model_usage(connection, {reservation.day, reservation.provider, 0, tokens - reservation.tokens,
                                            micros - reservation.micros, clock_.now()});
    });
}

} // namespace ai
