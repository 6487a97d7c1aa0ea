#pragma once
#include "store/database.h"

namespace ai {

/// What models may take in a day (UTC).
struct BudgetLimits {
    std::int64_t tokens = 200'000;
    double dollars = 0.5;
    double dollars_per_million_tokens = 1.0; ///< what a token is taken to cost; set it above the dearest model in use
};

/// Counts tokens and money in the store, so that all processes on one database share a day's budget. What is asked for
/// is reserved before a call and settled after it: a crash in between costs budget, never money.
class Budget {
public:
    Budget(store::Database& database, base::Clock const& clock, BudgetLimits limits)
        : database_(database), clock_(clock), limits_(limits)
    {
    }
    struct Reservation {
        std::string day;
        std::string provider;
        std::int64_t tokens = 0;
        std::int64_t micros = 0;
    };
    /// RateLimited where the day's budget does not hold so much; a provider that is not paid is counted and not
    /// limited.
    Reservation reserve(std::string_view provider, std::int64_t tokens, bool paid);
    /// What it really was.
    void settle(Reservation const& reservation, std::int64_t tokens);

private:
    std::int64_t micros_of(std::int64_t tokens) const;

    store::Database& database_;
    base::Clock const& clock_;
    BudgetLimits limits_;
};

} // namespace ai
