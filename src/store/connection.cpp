#include "store/connection.h"

#include "base/text.h"

namespace store {

static base::ErrorCode code_of(Fault fault)
{
    switch (fault) {
    case Fault::Unique:
    case Fault::ForeignKey: return base::ErrorCode::Conflict;
    case Fault::Check: return base::ErrorCode::InvalidInput;
    case Fault::Other: return base::ErrorCode::Internal;
    default: return base::ErrorCode::Storage;
    }
}

static std::string next_of(Fault fault)
{
    switch (fault) {
    case Fault::Busy: return "another program holds the database for long: see whether one hangs, then try again";
    case Fault::Serialization: return "try again";
    case Fault::Connection: return "check that the database server runs and that DATABASE_URL is right";
    case Fault::Full: return "free some disk space and run it again";
    case Fault::ReadOnly: return "give this user the right to write there, or choose another folder with --data";
    case Fault::Damaged: return "restore a backup with: ettametta restore FILE";
    default: return {};
    }
}

DatabaseError::DatabaseError(Fault what, std::string const& message, std::string next)
    : base::Error(code_of(what), message, next.empty() ? next_of(what) : std::move(next)), fault(what)
{
}

namespace {

/// A row that was read already.
class RowCells : public Cells {
public:
    explicit RowCells(Row const& row) : row_(row) {}
    bool is_null(std::size_t column) const override { return row_.is_null(column); }
    std::int64_t integer(std::size_t column) const override
    {
        return row_.get<std::optional<std::int64_t>>(column).value_or(0);
    }
    double number(std::size_t column) const override { return row_.get<std::optional<double>>(column).value_or(0); }
    std::string_view text(std::size_t column) const override
    {
        auto const* text = std::get_if<std::string>(&row_.value(column));
        return text ? std::string_view(*text) : std::string_view();
    }
    std::string_view name(std::size_t column) const override { return row_.name(column); }

private:
    Row const& row_;
};

} // namespace

void Connection::each(std::string const& sql, std::vector<Value> const& arguments, OnRow const& on_row)
{
    for (auto const& row : run(sql, arguments)) on_row(RowCells(row));
}

void check_text(std::string const& text, std::size_t argument)
{
    if (base::is_utf8(text)) return;
    base::fail(base::ErrorCode::InvalidInput, base::Next{"send well-formed UTF-8 without NUL"},
               "database: argument {} is not text that can be stored (a NUL, or not UTF-8)", argument);
}

} // namespace store
