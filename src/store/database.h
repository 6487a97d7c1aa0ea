#pragma once
#include "base/ids.h"
#include "store/connection.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace store {

struct DatabaseOptions {
    int readers_max = 4;                       ///< SQLite: connections that read while one writes
    int connections_max = 8;                   ///< PostgreSQL: size of the pool
    base::Milliseconds lock_wait{10'000};      ///< for a lock or a free connection; then Fault::Busy
    base::Milliseconds reconnect_wait{5'000};  ///< how long a lost server is asked again before Fault::Connection
    base::Milliseconds statement_time{60'000}; ///< PostgreSQL ends longer ones, and transactions idle for half of it
    /// SQLite's synchronous=FULL: a committed row survives the loss of power, not only the death of the process.
    /// The ledger's promise (intent first, then act) needs it. false = NORMAL: survives SIGKILL alone, about 3x faster.
    bool survives_power_loss = true;
};

/// SQLite in a file (default) or PostgreSQL behind one interface. Thread-safe.
///
/// SQLite: WAL, foreign keys on, one writer (BEGIN IMMEDIATE) and several readers; other processes may have the file
/// open too. PostgreSQL: a small pool that replaces lost connections.
class Database {
public:
    /// A path, or postgres://user:password@host/name. Opens it (and makes an SQLite file), but migrates nothing.
    /// Storage where it cannot be reached or written to, Conflict where the file belongs to another program.
    explicit Database(std::string location, DatabaseOptions options = {});
    ~Database();
    Database(Database const&) = delete;
    Database& operator=(Database const&) = delete;

    /// Runs `work(Connection&)` in one write transaction and gives back its result. An exception rolls it back.
    /// Runs it again, from its start, after a deadlock, a serialization failure or a lost connection, so it must touch
    /// nothing else that a second run would spoil. A connection lost during COMMIT is raised (Fault::Connection): then
    /// nobody knows whether it was committed, and the caller has to look. Must not be nested.
    template <class Work> auto transaction(Work work) { return in_transaction(true, work); }
    /// The same for reading only: all statements see one moment. Writes in it are refused.
    template <class Work> auto read(Work work) { return in_transaction(false, work); }
    /// One statement in a transaction of its own.
    template <class... Args> Rows execute(std::string const& sql, Args const&... arguments)
    {
        return transaction([&](Connection& connection) { return connection.query(sql, arguments...); });
    }
    template <class... Args> Rows query(std::string const& sql, Args const&... arguments)
    {
        return read([&](Connection& connection) { return connection.query(sql, arguments...); });
    }

    Engine engine() const { return engine_; }
    /// The path or URL as given; may hold a password.
    std::string const& location() const { return location_; }
    /// For people: no password in it.
    std::string describe() const;
    DatabaseOptions const& options() const { return options_; }

private:
    struct Pool;
    using Body = std::function<void(Connection&)>;
    void run(bool write, Body const& body);
    void attempt(bool write, Body const& body, bool& committing);

    template <class Work> auto in_transaction(bool write, Work& work)
    {
        using Result = std::invoke_result_t<Work&, Connection&>;
        if constexpr (std::is_void_v<Result>) {
            run(write, [&](Connection& connection) { work(connection); });
        } else {
            std::optional<Result> result;
            run(write, [&](Connection& connection) { result.emplace(work(connection)); });
            return std::move(*result);
        }
    }

    std::string location_;
    DatabaseOptions options_;
    Engine engine_;
    base::Random random_; // spreads retries; decides nothing that anybody sees
    std::unique_ptr<Pool> writers_;
    std::unique_ptr<Pool> readers_; // SQLite only; PostgreSQL reads through the same pool
};

/// True where the text is a PostgreSQL URL and not a path.
bool is_postgres_url(std::string_view location);

} // namespace store
