#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gatehouse::store {

using base::fail;
using base::Fault;
using base::Result;

/// The row a statement stands on, read from left to right. Views live until the statement moves on.
/// Every reader answers false, and takes nothing, when the column is of another type.
class Columns {
public:
    explicit Columns(sqlite3_stmt* handle) : handle_{handle} {}
    bool null();
    bool integer(std::int64_t& into);
    bool text(std::string_view& into);
    bool blob(std::span<const std::byte>& into);
    void skip() { ++at_; } ///< a column, whatever it holds

private:
    sqlite3_stmt* handle_;
    int at_ = 0;
};

/// A prepared statement. Parameters are bound from left to right and must live until it was reset; a row it stands on must be read before
/// it steps on. One thread at a time.
class Statement {
public:
    Statement() = default;
    explicit Statement(sqlite3_stmt* handle) : handle_{handle} {}

    void null();
    void integer(std::int64_t value);
    void text(std::string_view value);
    void copy_of_text(std::string_view value); ///< need not live on
    void blob(std::span<const std::byte> value);

    /// True: it stands on a row. Errors: full (the disk or the size limit); internal, with SQLite's text.
    Result<bool> step();
    Columns row() const { return Columns{handle_.get()}; }
    void reset();
    /// Steps to the end and resets.
    Result<void> run();

private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    int bound_ = 0;
    int trouble_ = 0; ///< first failed binding
};

/// An open database. One thread at a time.
class Connection {
public:
    enum class Mode { write, create, read };

    /// `path` may be a memory database's name of the form "file:/name?vfs=memdb".
    static Result<Connection> open(const std::string& path, Mode mode);

    /// Errors: internal, with SQLite's text.
    Result<Statement> prepare(std::string_view sql);
    /// Runs every statement of the text. Errors: full, internal.
    Result<void> execute(const std::string& sql);
    /// The first column of the only row, as text. Errors: internal, also when there is no row.
    Result<std::string> ask(std::string_view sql);
    Result<std::int64_t> ask_number(std::string_view sql);
    bool in_transaction() const;
    /// Makes hash_of_row(table, value, ...) known to its SQL: the hash that a row of these values carries. Errors: internal.
    Result<void> teach_row_hash();

    sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    explicit Connection(sqlite3* handle) : handle_{handle} {}
    std::unique_ptr<sqlite3, Close> handle_;
};

} // namespace gatehouse::store
