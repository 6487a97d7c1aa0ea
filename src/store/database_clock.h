#pragma once
#include "base/clock.h"
#include "store/database.h"

#include <thread>

namespace store {

/// The present of the PostgreSQL server, the one that all machines share: whoever's own clock is wrong or jumps still
/// agrees with the others on when a lease ends. Between readings it goes by this machine's steady clock. Thread-safe.
class DatabaseClock : public base::Clock {
public:
    static constexpr base::Milliseconds read_every_default{10'000};

    /// Reads at once (Storage where the server is away), then as often as said; a server that is away changes nothing.
    explicit DatabaseClock(Database& database, base::Milliseconds read_every = read_every_default);
    base::Time now() const override;

private:
    void read();

    Database& database_;
    /// What to add to the steady clock.
    std::atomic<base::Milliseconds::rep> ahead_;
    std::jthread reader_;
};

} // namespace store
