#pragma once
#include "store/database.h"

#include <filesystem>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace store {

/// "etta" as a number: marks a file as ours in the header of SQLite's format.
inline constexpr std::int64_t application_id = 0x65747461;

enum class SqliteRole { Writer, Reader };

/// One connection to a file. The writer makes the file where there is none and checks what it finds.
class SqliteConnection : public Connection {
public:
    /// Up to here every start checks all pages (44 ms for 31 MiB were measured); larger files only in `db check`.
    static constexpr std::uintmax_t quick_check_bytes_max = 32U << 20U;
    static constexpr std::size_t statements_max = 256;
    static constexpr std::size_t rows_max = 1'000'000;

    SqliteConnection(std::filesystem::path const& path, SqliteRole role, DatabaseOptions const& options);
    ~SqliteConnection() override;
    SqliteConnection(SqliteConnection const&) = delete;
    SqliteConnection& operator=(SqliteConnection const&) = delete;

    Rows run(std::string const& sql, std::vector<Value> const& arguments) override;
    void each(std::string const& sql, std::vector<Value> const& arguments, OnRow const& on_row) override;
    void script(std::string const& sql) override;
    Engine engine() const override { return Engine::Sqlite; }
    void begin(bool write) override { run(write ? "BEGIN IMMEDIATE" : "BEGIN", {}); }
    void commit() override { run("COMMIT", {}); }
    void rollback() noexcept override;
    bool usable() const override { return true; }
    sqlite3* handle() const { return db_.get(); }

private:
    struct Close {
        void operator()(sqlite3* db) const;
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
    [[noreturn]] void fail(std::string_view action) const;
    sqlite3_stmt* prepare(std::string const& sql);
    sqlite3_stmt* prepare(std::string const& sql, std::vector<Value> const& arguments);
    void claim_file();
    void check_pages();

    std::filesystem::path path_;
    std::unique_ptr<sqlite3, Close> db_;
    std::unordered_map<std::string, Statement> statements_; // after db_: finalized first
};

} // namespace store
