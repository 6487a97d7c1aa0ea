#include "store/database_clock.h"

#include "base/retry.h"

namespace store {

static base::Milliseconds steady()
{
    return std::chrono::floor<base::Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

DatabaseClock::DatabaseClock(Database& database, base::Milliseconds read_every) : database_(database)
{
    read();
    reader_ = std::jthread([this, read_every](std::stop_token const& stop) {
        while (base::sleep_for(stop, read_every)) {
            try {
                read();
            } catch (base::Error const&) { // the next reading will do; whoever needs the server meets the error itself
            }
        }
    });
}

base::Time DatabaseClock::now() const { return base::Time(steady() + base::Milliseconds(ahead_.load())); }

void DatabaseClock::read()
{
    // Inside one transaction, so that waiting for a connection does not count; half of the way there and back does.
    ahead_ = database_.read([](Connection& connection) {
        auto const asked = steady();
        auto const rows = connection.query("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)");
        auto const answered = steady();
        return rows[0].get<std::int64_t>(0) - (asked.count() + (answered - asked).count() / 2);
    });
}

} // namespace store
