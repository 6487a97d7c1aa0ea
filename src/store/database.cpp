#include "store/database.h"

#include "base/file.h"
#include "base/log.h"
#include "base/retry.h"
#include "store/postgres.h"
#include "store/sqlite.h"

#include <algorithm>

namespace store {

static constexpr int serialization_attempts_max = 12;

bool is_postgres_url(std::string_view location)
{
    return location.starts_with("postgres://") || location.starts_with("postgresql://");
}

/// A bounded number of connections, opened when they are needed and lent to one thread each.
struct Database::Pool {
    using Opened = std::unique_ptr<Connection>;
    Pool(int size, base::Milliseconds wait, std::function<Opened()> opener)
        : size_max(size), wait_max(wait), open(std::move(opener))
    {
    }

    Opened take()
    {
        std::unique_lock lock(mutex);
        auto const free = [&] { return lent < size_max; };
        if (!returned.wait_for(lock, wait_max, free))
            throw DatabaseError(Fault::Busy,
                                fmt::format("no database connection became free within {} ms", wait_max.count()));
        ++lent;
        if (idle.empty()) return nullptr;
        auto connection = std::move(idle.back());
        idle.pop_back();
        return connection;
    }
    void give_back(Opened connection)
    {
        std::scoped_lock const lock(mutex);
        --lent;
        if (connection && connection->usable()) idle.push_back(std::move(connection));
        returned.notify_one();
    }

    int size_max;
    base::Milliseconds wait_max;
    std::function<Opened()> open;
    std::mutex mutex;
    std::condition_variable returned;
    std::vector<Opened> idle;
    int lent = 0;
};

namespace {
/// Finds a transaction inside a transaction, which would wait for itself once the pool is empty.
struct Nesting {
    explicit Nesting(Database const* the_database) : database(the_database)
    {
        if (std::find(inside.begin(), inside.end(), database) != inside.end())
            base::fail(base::ErrorCode::Internal, "a transaction was begun inside a transaction");
        inside.push_back(database);
    }
    Nesting(Nesting const&) = delete;
    Nesting& operator=(Nesting const&) = delete;
    ~Nesting() { std::erase(inside, database); }
    Database const* database;
    static thread_local std::vector<Database const*> inside;
};
thread_local std::vector<Database const*> Nesting::inside;
} // namespace

Database::Database(std::string location, DatabaseOptions options)
    : location_(std::move(location)), options_(options),
      engine_(is_postgres_url(location_) ? Engine::Postgres : Engine::Sqlite)
{
    if (engine_ == Engine::Postgres) {
        writers_ = std::make_unique<Pool>(options_.connections_max, options_.lock_wait,
                                          [this] { return std::make_unique<PostgresConnection>(location_, options_); });
    } else {
        std::filesystem::path const path = location_;
        if (location_.empty()) base::fail(base::ErrorCode::InvalidInput, "the path of the database is empty");
        if (path.has_parent_path()) base::make_folder(path.parent_path());
        auto const opener = [this, path](SqliteRole role) {
            return [this, path, role] { return std::make_unique<SqliteConnection>(path, role, options_); };
        };
        writers_ = std::make_unique<Pool>(1, options_.lock_wait, opener(SqliteRole::Writer));
        readers_ = std::make_unique<Pool>(options_.readers_max, options_.lock_wait, opener(SqliteRole::Reader));
    }
    auto first = writers_->take();
    try {
        first = writers_->open(); // says now, and not at the first use, what is wrong
    } catch (...) {
        writers_->give_back(nullptr);
        throw;
    }
    writers_->give_back(std::move(first));
}

Database::~Database() = default;

std::string Database::describe() const
{
    return (engine_ == Engine::Sqlite ? "SQLite " : "PostgreSQL ") + base::redact_url(location_);
}

void Database::attempt(bool write, Body const& body, bool& committing)
{
    Nesting const nesting(this);
    auto& pool = write || !readers_ ? *writers_ : *readers_;
    auto connection = pool.take();
    try {
        if (!connection) connection = pool.open();
        connection->begin(write);
        body(*connection);
        committing = true;
        connection->commit();
    } catch (...) {
        if (connection) connection->rollback();
        pool.give_back(std::move(connection));
        throw;
    }
    pool.give_back(std::move(connection));
}

void Database::run(bool write, Body const& body)
{
    base::Backoff const backoff{.first = base::Milliseconds(4), .longest = base::Milliseconds(500)};
    auto const give_up = std::chrono::steady_clock::now() + options_.reconnect_wait;
    for (int number = 1;; ++number) {
        auto committing = false;
        try {
            return attempt(write, body, committing);
        } catch (DatabaseError const& error) {
            auto const again = error.fault == Fault::Serialization ? number < serialization_attempts_max
                               : error.fault == Fault::Connection  ? engine_ == Engine::Postgres && !committing &&
                                                                        std::chrono::steady_clock::now() < give_up
                                                                  : false;
            if (!again) throw;
        }
        std::this_thread::sleep_for(backoff.delay(number, random_));
    }
}

} // namespace store
