#include "store/sqlite.h"

#include "base/file.h"

#include <cmath>
#include <sqlite3.h>

namespace store {

void SqliteConnection::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

static Fault fault_of(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return Fault::Unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return Fault::ForeignKey;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL: return Fault::Check;
    default: break;
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Fault::Busy;
    case SQLITE_FULL: return Fault::Full;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return Fault::ReadOnly;
    case SQLITE_IOERR: return Fault::Connection;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Fault::Damaged;
    default: return Fault::Other;
    }
}

void SqliteConnection::fail(std::string_view action) const
{
    auto const fault = fault_of(sqlite3_extended_errcode(db_.get()));
    auto const next = fault == Fault::Connection ? "check the disk that holds the data folder" : "";
    throw DatabaseError(fault, fmt::format("cannot {} {}: {}", action, path_.string(), sqlite3_errmsg(db_.get())),
                        next);
}

/// Turning on WAL needs the file alone for a moment, and SQLite does not wait for that by itself.
template <class Work> static void while_busy(base::Milliseconds wait, Work work)
{
    auto const until = std::chrono::steady_clock::now() + wait;
    for (;;) {
        try {
            return work();
        } catch (DatabaseError const& error) {
            if (error.fault != Fault::Busy || std::chrono::steady_clock::now() >= until) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

SqliteConnection::SqliteConnection(std::filesystem::path const& path, SqliteRole role, DatabaseOptions const& options)
    : path_(path)
{
    sqlite3* db = nullptr;
    auto const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                       (role == SqliteRole::Writer ? SQLITE_OPEN_CREATE : 0);
    auto const opened = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
    db_.reset(db);
    if (!db) throw DatabaseError(Fault::Other, "SQLite has no memory to open " + path.string());
    if (opened != SQLITE_OK) fail("open");
    sqlite3_busy_timeout(db, static_cast<int>(options.lock_wait.count()));
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    if (sqlite3_db_readonly(db, "main") == 1)
        throw DatabaseError(Fault::ReadOnly, fmt::format("cannot write to the database {}", path.string()));
    run("PRAGMA foreign_keys=ON", {});
    run("PRAGMA temp_store=MEMORY", {});
    run(options.survives_power_loss ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", {});
    if (role == SqliteRole::Reader) {
        run("PRAGMA query_only=ON", {});
        return;
    }
    while_busy(options.lock_wait, [&] {
        auto const mode = run("PRAGMA journal_mode=WAL", {})[0].get<std::string>(0);
        if (mode != "wal")
            throw DatabaseError(
                Fault::ReadOnly,
                fmt::format("{}: the file system cannot share memory (journal mode {})", path.string(), mode),
                "put the data folder on a local disk with --data");
    });
    run("PRAGMA journal_size_limit=67108864", {});
    claim_file();
    check_pages();
}

SqliteConnection::~SqliteConnection() = default;

void SqliteConnection::claim_file()
{
    auto const id = [&] { return run("PRAGMA application_id", {})[0].get<std::int64_t>(0); };
    if (id() == application_id) return;
    begin(true); // another process may be doing the same
    try {
        auto const found = id();
        if (found != application_id) {
            auto const tables = run("SELECT count(*) FROM sqlite_master", {})[0].get<std::int64_t>(0);
            if (found != 0 || tables != 0)
                base::fail(base::ErrorCode::Conflict, base::Next{"choose another file or data folder"},
                           "{} is the SQLite database of another program", path_.string());
            run(fmt::format("PRAGMA application_id={}", application_id), {});
        }
        commit();
    } catch (...) {
        rollback();
        throw;
    }
}

void SqliteConnection::check_pages()
{
    std::error_code ignored;
    if (std::filesystem::file_size(path_, ignored) > quick_check_bytes_max) return;
    auto const answer = run("PRAGMA quick_check(1)", {})[0].get<std::string>(0);
    if (answer != "ok") throw DatabaseError(Fault::Damaged, fmt::format("{} is damaged: {}", path_.string(), answer));
}

sqlite3_stmt* SqliteConnection::prepare(std::string const& sql)
{
    if (auto const found = statements_.find(sql); found != statements_.end()) return found->second.get();
    if (statements_.size() >= statements_max) statements_.clear();
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK)
        fail("ask");
    return statements_.emplace(sql, Statement(statement)).first->second.get();
}

static void bind(sqlite3_stmt* statement, std::size_t number, Value const& value)
{
    auto const name = fmt::format("${}", number);
    auto const index = sqlite3_bind_parameter_index(statement, name.c_str());
    if (index == 0) base::fail(base::ErrorCode::Internal, "the statement has no {}: {}", name, sqlite3_sql(statement));
    if (auto const* text = std::get_if<std::string>(&value)) {
        check_text(*text, number);
        sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    } else if (auto const* integer = std::get_if<std::int64_t>(&value)) {
        sqlite3_bind_int64(statement, index, *integer);
    } else if (auto const* real = std::get_if<double>(&value)) {
        if (!std::isfinite(*real))
            base::fail(base::ErrorCode::InvalidInput, "database: argument {} is not a finite number", number);
        sqlite3_bind_double(statement, index, *real);
    } else {
        sqlite3_bind_null(statement, index);
    }
}

static Value read(sqlite3_stmt* statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return nullptr;
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    default: {
        auto const* bytes = static_cast<char const*>(sqlite3_column_blob(statement, column));
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return bytes ? std::string(bytes, size) : std::string();
    }
    }
}

namespace {

/// Leaves a statement ready for its next use.
struct Reset {
    explicit Reset(sqlite3_stmt* the_statement) : statement(the_statement) {}
    Reset(Reset const&) = delete;
    Reset& operator=(Reset const&) = delete;
    ~Reset()
    {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
    sqlite3_stmt* statement;
};

class SqliteCells : public Cells {
public:
    explicit SqliteCells(sqlite3_stmt* statement) : statement_(statement) {}
    bool is_null(std::size_t column) const override
    {
        return sqlite3_column_type(statement_, static_cast<int>(column)) == SQLITE_NULL;
    }
    std::int64_t integer(std::size_t column) const override
    {
        return sqlite3_column_int64(statement_, static_cast<int>(column));
    }
    double number(std::size_t column) const override
    {
        return sqlite3_column_double(statement_, static_cast<int>(column));
    }
    std::string_view text(std::size_t column) const override
    {
        auto const* bytes = static_cast<char const*>(sqlite3_column_blob(statement_, static_cast<int>(column)));
        return bytes ? std::string_view(
                           bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, static_cast<int>(column))))
                     : std::string_view();
    }
    std::string_view name(std::size_t column) const override
    {
        return sqlite3_column_name(statement_, static_cast<int>(column));
    }

private:
    sqlite3_stmt* statement_;
};

} // namespace

/// With its arguments in place; to be reset after use.
sqlite3_stmt* SqliteConnection::prepare(std::string const& sql, std::vector<Value> const& arguments)
{
    auto* const statement = prepare(sql);
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) > arguments.size())
        base::fail(base::ErrorCode::Internal, "the statement wants more than {} arguments: {}", arguments.size(), sql);
    try {
        for (std::size_t i = 0; i < arguments.size(); ++i) bind(statement, i + 1, arguments[i]);
    } catch (...) {
        Reset const reset(statement);
        throw;
    }
    return statement;
}

void SqliteConnection::each(std::string const& sql, std::vector<Value> const& arguments, OnRow const& on_row)
{
    Reset const reset(prepare(sql, arguments));
    SqliteCells const cells(reset.statement);
    int state = SQLITE_ROW;
    for (std::size_t count = 0; (state = sqlite3_step(reset.statement)) == SQLITE_ROW; ++count) {
        if (count == rows_max) base::fail(base::ErrorCode::Internal, "more than {} rows: {}", rows_max, sql);
        on_row(cells);
    }
    if (state != SQLITE_DONE) fail("use");
}

Rows SqliteConnection::run(std::string const& sql, std::vector<Value> const& arguments)
{
    Reset const reset(prepare(sql, arguments));
    auto* const statement = reset.statement;
    Rows out;
    std::shared_ptr<Row::Columns const> columns;
    int state = SQLITE_ROW;
    while ((state = sqlite3_step(statement)) == SQLITE_ROW) {
        auto const width = sqlite3_column_count(statement);
        if (!columns) {
            Row::Columns names;
            for (int i = 0; i < width; ++i) names.emplace_back(sqlite3_column_name(statement, i));
            columns = std::make_shared<Row::Columns const>(std::move(names));
        }
        std::vector<Value> values;
        values.reserve(static_cast<std::size_t>(width));
        for (int i = 0; i < width; ++i) values.push_back(read(statement, i));
        out.rows.emplace_back(columns, std::move(values));
        if (out.rows.size() > rows_max) base::fail(base::ErrorCode::Internal, "more than {} rows: {}", rows_max, sql);
    }
    if (state != SQLITE_DONE) fail("use");
    if (!sqlite3_stmt_readonly(statement)) out.changes = sqlite3_changes64(db_.get());
    return out;
}

void SqliteConnection::script(std::string const& sql)
{
    if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail("use");
}

void SqliteConnection::rollback() noexcept
{
    // A full disk ends the transaction by itself; then there is nothing to roll back.
    if (sqlite3_get_autocommit(db_.get()) == 0) sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

} // namespace store
