#include "store/postgres.h"

#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <libpq-fe.h>

namespace store {

void PostgresConnection::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
void PostgresConnection::Clear::operator()(pg_result* result) const { PQclear(result); }

static Fault fault_of(std::string_view state)
{
    static constexpr std::array<std::pair<std::string_view, Fault>, 16> known{{
        {"23505", Fault::Unique},
        {"23503", Fault::ForeignKey},
        {"23514", Fault::Check},
        {"23502", Fault::Check},
        {"40001", Fault::Serialization},
        {"40P01", Fault::Serialization},
        {"55P03", Fault::Busy},
        {"57014", Fault::Busy},       // statement_timeout
        {"25P03", Fault::Connection}, // idle in a transaction for too long
        {"53300", Fault::Connection}, // too many connections
        {"53100", Fault::Full},
        {"53200", Fault::Full},
        {"25006", Fault::ReadOnly},
        {"42501", Fault::ReadOnly},
        {"XX001", Fault::Damaged},
        {"XX002", Fault::Damaged},
    }};
    for (auto const& [code, fault] : known)
        if (code == state) return fault;
    if (state == "08P01") return Fault::Other; // our own mistake: a statement with too few arguments
    if (state.starts_with("08") || state.starts_with("57P")) return Fault::Connection; // server goes or comes
    return Fault::Other;
}

void PostgresConnection::fail(Result const& result) const
{
    auto const* field = result ? PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) : nullptr;
    std::string_view const state = field ? field : "";
    auto fault = fault_of(state);
    // Without a state it is libpq that speaks, not the server; PQstatus() may still say OK after a failed write.
    if (state.empty() || PQstatus(connection_.get()) != CONNECTION_OK) fault = Fault::Connection;
    // A migration of another process changed what a prepared statement answers: a fresh connection knows it.
    if (state == "0A000" && !statements_.empty()) fault = Fault::Connection;
    if (fault == Fault::Connection) stale_ = true;
    auto const* text = result ? PQresultErrorMessage(result.get()) : PQerrorMessage(connection_.get());
    throw DatabaseError(fault, fmt::format("PostgreSQL: {}", base::trim(text ? text : "no answer")));
}

PostgresConnection::PostgresConnection(std::string const& url, DatabaseOptions const& options)
{
    // What stands before the URL is a default that the URL may change; after it, our own needs.
    char const* const keywords[] = {"connect_timeout",  "keepalives_idle",           "keepalives_interval",
                                    "keepalives_count", "tcp_user_timeout",          "dbname",
                                    "client_encoding",  "fallback_application_name", nullptr};
    char const* const settings[] = {"5", "15", "5", "3", "15000", url.c_str(), "UTF8", "ettametta", nullptr};
    connection_.reset(PQconnectdbParams(keywords, settings, 1));
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail(nullptr);
    PQsetNoticeProcessor(
        connection_.get(), [](void*, char const*) {}, nullptr);
    std::string_view const encoding = PQparameterStatus(connection_.get(), "server_encoding");
    if (encoding != "UTF8")
        base::fail(base::ErrorCode::Unavailable,
                   base::Next{"create it with: createdb --encoding=UTF8 --template=template0"},
                   "the PostgreSQL database has the encoding {}, and ettametta needs UTF8", encoding);
    // Every statement of ours that runs often finds its rows by an index. A plan that was made while a table was small
    // reads all of it later, when it is large: prepared statements keep their plans.
    // Where there is no index, that makes a plan look so dear that PostgreSQL would compile it, for 150 ms.
    // A client whose machine is gone without a word keeps its place at the server for no longer than a minute.
    script(fmt::format("SET enable_seqscan = off; SET random_page_cost = 1.1; SET jit = off; "
                       "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
                       "SET tcp_user_timeout = 60000; SET statement_timeout = {}; SET lock_timeout = {}; "
                       "SET idle_in_transaction_session_timeout = {}",
                       options.statement_time.count(), options.lock_wait.count(), options.statement_time.count() / 2));
}

PostgresConnection::~PostgresConnection() = default;

std::string const& PostgresConnection::prepare(std::string const& sql)
{
    if (auto const found = statements_.find(sql); found != statements_.end()) return found->second;
    if (statements_.size() >= statements_max) {
        script("DEALLOCATE ALL");
        statements_.clear();
    }
    auto const name = fmt::format("s{}", ++names_);
    Result const result(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(result);
    return statements_.emplace(sql, name).first->second;
}

static std::string argument_text(Value const& value, std::size_t number)
{
    if (auto const* text = std::get_if<std::string>(&value)) {
        check_text(*text, number);
        return *text;
    }
    char digits[40];
    if (auto const* integer = std::get_if<std::int64_t>(&value))
        return {digits, std::to_chars(digits, std::end(digits), *integer).ptr};
    auto const real = std::get<double>(value);
    if (!std::isfinite(real))
        base::fail(base::ErrorCode::InvalidInput, "database: argument {} is not a finite number", number);
    return {digits, std::to_chars(digits, std::end(digits), real).ptr};
}

/// The numbers of PostgreSQL's own types, fixed in its pg_type.dat.
namespace oid {
static constexpr Oid boolean = 16, int8 = 20, int2 = 21, int4 = 23, float4 = 700, float8 = 701, numeric = 1700;
}

static Value read(pg_result const* result, int row, int column)
{
    if (PQgetisnull(result, row, column)) return nullptr;
    std::string_view const text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    auto const type = PQftype(result, column);
    if (type == oid::boolean) return std::int64_t{text == "t"};
    auto const whole = type == oid::int8 || type == oid::int4 || type == oid::int2;
    // sum() of a BIGINT is a numeric here and an integer in SQLite.
    if (whole || (type == oid::numeric && text.find('.') == text.npos)) {
        std::int64_t integer = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), integer).ec == std::errc()) return integer;
    }
    if (type == oid::float8 || type == oid::float4 || type == oid::numeric) {
        double real = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), real).ec == std::errc()) return real;
    }
    return std::string(text);
}

Rows PostgresConnection::run(std::string const& sql, std::vector<Value> const& arguments)
{
    std::vector<std::string> texts(arguments.size());
    std::vector<char const*> pointers(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (std::holds_alternative<std::nullptr_t>(arguments[i])) continue;
        texts[i] = argument_text(arguments[i], i + 1);
        pointers[i] = texts[i].c_str();
    }
    auto const& name = prepare(sql);
    Result const result(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(arguments.size()),
                                       pointers.data(), nullptr, nullptr, 0));
    auto const status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail(result);

    Rows out;
    auto const width = PQnfields(result.get());
    auto const height = PQntuples(result.get());
    if (static_cast<std::size_t>(height) > rows_max)
        base::fail(base::ErrorCode::Internal, "more than {} rows: {}", rows_max, sql);
    Row::Columns names;
    for (int column = 0; column < width; ++column) names.emplace_back(PQfname(result.get(), column));
    auto const columns = std::make_shared<Row::Columns const>(std::move(names));
    for (int row = 0; row < height; ++row) {
        std::vector<Value> values;
        values.reserve(static_cast<std::size_t>(width));
        for (int column = 0; column < width; ++column) values.push_back(read(result.get(), row, column));
        out.rows.emplace_back(columns, std::move(values));
    }
    std::string_view const command = PQcmdStatus(result.get());
    std::string_view const changed = PQcmdTuples(result.get());
    if (!command.starts_with("SELECT")) std::from_chars(changed.data(), changed.data() + changed.size(), out.changes);
    return out;
}

void PostgresConnection::script(std::string const& sql)
{
    Result const result(PQexec(connection_.get(), sql.c_str()));
    auto const status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail(result);
}

void PostgresConnection::begin(bool write)
{
    script(write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

void PostgresConnection::rollback() noexcept
{
    Result const result(PQexec(connection_.get(), "ROLLBACK"));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) stale_ = true;
}

bool PostgresConnection::usable() const { return !stale_ && PQstatus(connection_.get()) == CONNECTION_OK; }

} // namespace store
