#include "store/sqlite.hpp"

#include <sqlite3.h>

namespace gatehouse::store {

namespace {

base::Error sqlite_trouble(sqlite3* handle, int code)
{
    const auto fault = (code & 0xFF) == SQLITE_FULL ? Fault::full : Fault::internal;
    const char* text = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    return fail(fault, std::string{text} + " (SQLite " + std::to_string(code) + ")");
}

} // namespace

// sqlite3_column_value answers everything about a column in one locked call; the connection has one thread, so its value stays put.

bool Columns::null()
{
    if (sqlite3_column_type(handle_, at_) != SQLITE_NULL) return false;
    ++at_;
    return true;
}

bool Columns::integer(std::int64_t& into)
{
    auto* value = sqlite3_column_value(handle_, at_);
    if (sqlite3_value_type(value) != SQLITE_INTEGER) return false;
    into = sqlite3_value_int64(value);
    ++at_;
    return true;
}

bool Columns::text(std::string_view& into)
{
    auto* value = sqlite3_column_value(handle_, at_);
    if (sqlite3_value_type(value) != SQLITE_TEXT) return false;
    const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
    into = {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
    ++at_;
    return true;
}

bool Columns::blob(std::span<const std::byte>& into)
{
    auto* value = sqlite3_column_value(handle_, at_);
    if (sqlite3_value_type(value) != SQLITE_BLOB) return false;
    const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(value));
    into = {data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
    ++at_;
    return true;
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const
{
    sqlite3_finalize(handle);
}

void Statement::null()
{
    if (const int code = sqlite3_bind_null(handle_.get(), ++bound_); code != SQLITE_OK) trouble_ = code;
}

void Statement::integer(std::int64_t value)
{
    if (const int code = sqlite3_bind_int64(handle_.get(), ++bound_, value); code != SQLITE_OK) trouble_ = code;
}

void Statement::text(std::string_view value)
{
    const char* data = value.data() == nullptr ? "" : value.data(); // a null pointer would bind NULL
    const int code = sqlite3_bind_text64(handle_.get(), ++bound_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) trouble_ = code;
}

void Statement::copy_of_text(std::string_view value)
{
    const int code = sqlite3_bind_text64(handle_.get(), ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    if (code != SQLITE_OK) trouble_ = code;
}

void Statement::blob(std::span<const std::byte> value)
{
    const void* data = value.data() == nullptr ? static_cast<const void*>("") : value.data();
    const int code = sqlite3_bind_blob64(handle_.get(), ++bound_, data, value.size(), SQLITE_STATIC);
    if (code != SQLITE_OK) trouble_ = code;
}

Result<bool> Statement::step()
{
    auto* handle = handle_.get();
    const int code = trouble_ != 0 ? trouble_ : sqlite3_step(handle);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    auto error = sqlite_trouble(trouble_ != 0 ? nullptr : sqlite3_db_handle(handle), code);
    reset();
    return error;
}

void Statement::reset()
{
    sqlite3_reset(handle_.get());
    bound_ = 0;
    trouble_ = 0;
}

Result<void> Statement::run()
{
    while (true) {
        const auto more = step();
        if (!more) return more.error();
        if (!*more) break;
    }
    reset();
    return {};
}

void Connection::Close::operator()(sqlite3* handle) const
{
    sqlite3_close_v2(handle);
}

Result<Connection> Connection::open(const std::string& path, Mode mode)
{
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    Connection connection{handle}; // SQLite hands one out even when it failed
    if (code != SQLITE_OK) return sqlite_trouble(handle, code);
    return connection;
}

Result<Statement> Connection::prepare(std::string_view sql)
{
    sqlite3_stmt* handle = nullptr;
    const int code =
        sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK) return sqlite_trouble(handle_.get(), code);
    return Statement{handle};
}

Result<void> Connection::execute(const std::string& sql)
{
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return sqlite_trouble(handle_.get(), code);
    return {};
}

Result<std::string> Connection::ask(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return fail(Fault::internal, "no answer to " + std::string{sql});
    auto columns = statement->row();
    std::string_view text;
    std::int64_t number = 0;
    if (columns.text(text)) return std::string{text};
    if (columns.integer(number)) return std::to_string(number);
    return fail(Fault::internal, "no value for " + std::string{sql});
}

Result<std::int64_t> Connection::ask_number(std::string_view sql)
{
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    std::int64_t number = 0;
    if (!*row || !statement->row().integer(number)) return fail(Fault::internal, "no number for " + std::string{sql});
    return number;
}

bool Connection::in_transaction() const
{
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

} // namespace gatehouse::store
