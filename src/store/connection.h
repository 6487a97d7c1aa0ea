#pragma once
#include "store/row.h"

#include <filesystem>
#include <functional>

namespace store {

enum class Engine { Sqlite, Postgres };

/// What went wrong, in one set of words for both databases.
enum class Fault { Unique, ForeignKey, Check, Busy, Serialization, Connection, Full, ReadOnly, Damaged, Other };

/// A refusal of the database. The code follows from the fault: Unique and ForeignKey are Conflict, Check is
/// InvalidInput, Other is Internal, all the rest is Storage (and so transient).
struct DatabaseError : base::Error {
    DatabaseError(Fault what, std::string const& message, std::string next = {});
    Fault fault;
};

/// One row while it is read: nothing of it is kept. Null reads as 0 and "".
class Cells {
public:
    virtual ~Cells() = default;
    virtual bool is_null(std::size_t column) const = 0;
    virtual std::int64_t integer(std::size_t column) const = 0;
    virtual double number(std::size_t column) const = 0;
    virtual std::string_view text(std::size_t column) const = 0; ///< until the next row
    virtual std::string_view name(std::size_t column) const = 0;
};

/// One connection, inside a transaction that Database opened. For one thread at a time.
class Connection {
public:
    virtual ~Connection() = default;
    /// One statement with $1..$n for its arguments, the same text on both databases.
    /// Text must be UTF-8 without NUL: InvalidInput otherwise.
    template <class... Args> Rows query(std::string const& sql, Args const&... arguments)
    {
        return run(sql, {to_value(arguments)...});
    }
    virtual Rows run(std::string const& sql, std::vector<Value> const& arguments) = 0;
    /// The same row by row, for what is asked often: no copy is made on the way.
    using OnRow = std::function<void(Cells const& cells)>;
    virtual void each(std::string const& sql, std::vector<Value> const& arguments, OnRow const& on_row);
    /// Several statements without arguments, as in a migration.
    virtual void script(std::string const& sql) = 0;
    virtual Engine engine() const = 0;

    /// To end a SELECT that picks rows to be changed: others pass over these rows. Nothing on SQLite, where a
    /// write transaction is alone.
    std::string_view skip_locked() const { return engine() == Engine::Postgres ? " FOR UPDATE SKIP LOCKED" : ""; }
    /// The same, but others wait.
    std::string_view for_update() const { return engine() == Engine::Postgres ? " FOR UPDATE" : ""; }

    virtual void begin(bool write) = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;
    /// False once the connection must be replaced.
    virtual bool usable() const = 0;
};

/// Refuses text that one of the databases could not hold.
void check_text(std::string const& text, std::size_t argument);

} // namespace store
