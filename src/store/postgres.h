#pragma once
#include "store/database.h"

#include <unordered_map>

struct pg_conn;
struct pg_result;

namespace store {

/// One connection to a PostgreSQL server.
class PostgresConnection : public Connection {
public:
    static constexpr std::size_t statements_max = 256;
    static constexpr std::size_t rows_max = 1'000'000;

    PostgresConnection(std::string const& url, DatabaseOptions const& options);
    ~PostgresConnection() override;
    PostgresConnection(PostgresConnection const&) = delete;
    PostgresConnection& operator=(PostgresConnection const&) = delete;

    Rows run(std::string const& sql, std::vector<Value> const& arguments) override;
    void script(std::string const& sql) override;
    Engine engine() const override { return Engine::Postgres; }
    void begin(bool write) override;
    void commit() override { script("COMMIT"); }
    void rollback() noexcept override;
    bool usable() const override;

private:
    struct Close {
        void operator()(pg_conn* connection) const;
    };
    struct Clear {
        void operator()(pg_result* result) const;
    };
    using Result = std::unique_ptr<pg_result, Clear>;
    [[noreturn]] void fail(Result const& result) const;
    std::string const& prepare(std::string const& sql);

    std::unique_ptr<pg_conn, Close> connection_;
    std::unordered_map<std::string, std::string> statements_; ///< text -> name on the server
    unsigned names_ = 0;
    mutable bool stale_ = false;
};

} // namespace store
