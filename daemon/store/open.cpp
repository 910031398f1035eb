#include "store/files.hpp"
#include "store/migrate.hpp"
#include "store/reader.hpp"
#include "store/settings.hpp"
#include "store/store.hpp"
#include "store/writer.hpp"

#include <atomic>

namespace gatehouse::store {

namespace {

base::Error about(const std::filesystem::path& file, const base::Error& error)
{
    return fail(error.fault, file.string() + ": " + error.detail, error.code);
}

/// A new database is made under another name and renamed when it is whole: an empty gatehouse.db is always damage.
Result<void> begin_database(const std::filesystem::path& file)
{
    auto part = file;
    part += ".new";
    for (const auto* left : {"-journal", "-wal", "-shm"}) { // of a beginning that was cut short
        std::error_code ignored;
        std::filesystem::remove(part.string() + left, ignored);
    }
    if (auto made = make_empty(part); !made) return made;
    {
        auto connection = Connection::open(part.string(), Connection::Mode::write);
        if (!connection) return connection.error();
        if (auto made = migrate(*connection, 0, migrations()); !made) return made;
        // Under its own name the step to a write-ahead log would leave a journal whose removal nobody syncs: a power cut might roll back
        // the step, and all that was committed behind it.
        if (auto made = connection->execute("PRAGMA journal_mode=WAL"); !made) return made;
    }
    return move_durably(part, file);
}

/// Errors: internal  what is there is not a whole database.
Result<void> find_or_begin(const std::filesystem::path& file)
{
    const auto unreadable = [](const std::string& why) { return fail(Fault::internal, why, "database_unreadable"); };
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) {
        auto log = file;
        log += "-wal";
        if (std::filesystem::exists(log, error)) return unreadable("missing, but its write-ahead log is there");
        return begin_database(file);
    }
    if (status.type() != std::filesystem::file_type::regular) return unreadable(error ? error.message() : "not a file");
    const auto size = std::filesystem::file_size(file, error);
    if (error) return unreadable(error.message());
    if (size == 0) return unreadable("empty, so what it held is lost; put a backup in its place, or move it away to begin anew");
    return make_private(file);
}

Result<void> bring_up_to_date(Connection& connection, int version, const std::filesystem::path& directory)
{
    if (version == migrations().back().version) return {};
    const auto copy = directory / ("before-schema-" + std::to_string(migrations().back().version) + ".db");
    if (auto copied = back_up(connection, copy); !copied) return copied;
    return migrate(connection, version, migrations());
}

Result<std::unique_ptr<Writer>> writer_on(Connection connection, const Options& options, bool writable)
{
    if (options.page_limit != 0)
        if (auto limited = connection.ask("PRAGMA max_page_count=" + std::to_string(options.page_limit)); !limited) return limited.error();
    auto writer = Writer::make(std::move(connection), writable);
    if (!writer) return fail(Fault::internal, writer.error().detail, "database_damaged");
    return writer;
}

Result<std::unique_ptr<Reader>> reader_on(const std::string& path, const Options& options)
{
    auto connection = Connection::open(path, options.in_memory ? Connection::Mode::write : Connection::Mode::read);
    if (!connection) return connection.error();
    if (auto configured = configure(*connection, Role::reader, options.in_memory); !configured) return configured.error();
    return std::make_unique<Reader>(std::move(*connection));
}

Result<Store> open_in_memory(const Options& options)
{
    static std::atomic<unsigned> made = 0;
    const auto name = "file:/gatehouse-" + std::to_string(made++) + "?vfs=memdb";
    auto connection = Connection::open(name, Connection::Mode::create);
    if (!connection) return connection.error();
    if (auto configured = configure(*connection, Role::writer, true); !configured) return configured.error();
    if (auto begun = migrate(*connection, 0, migrations()); !begun) return begun.error();
    auto writer = writer_on(std::move(*connection), options, true);
    if (!writer) return writer.error();
    auto reader = reader_on(name, options);
    if (!reader) return reader.error();
    return Store{LockFile{}, Reserve{{}, 0}, std::move(*writer), std::move(*reader)};
}

/// Where nothing can be written SQLite opens a file in WAL mode only with its log and the log's index beside it, or, when the log is empty,
/// on the word that nobody changes it. A log without its index may hold revokes: it is never left out.
std::string readable_name(const std::filesystem::path& file)
{
    auto log = file, index = file;
    log += "-wal";
    index += "-shm";
    std::error_code none;
    const auto size = std::filesystem::file_size(log, none);
    if ((!none && size != 0) || std::filesystem::exists(index, none)) return file.string();
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
    std::string name = "file:";
    for (const char c : file.string())
        name += plain.find(c) != std::string_view::npos ? std::string{c} : "%" + base::to_hex(base::bytes_of({&c, 1}));
    return name + "?immutable=1";
}

Result<Store> open_for_reading(LockFile lock, const std::filesystem::path& file, const Options& options)
{
    const auto unreadable = [](const std::string& why) { return fail(Fault::internal, why, "database_unreadable"); };
    const auto name = readable_name(file);
    auto connection = Connection::open(name, Connection::Mode::read);
    if (!connection) return unreadable(connection.error().detail);
    const auto version = identify(*connection, migrations());
    if (!version) return version.error();
    if (*version != migrations().back().version) return unreadable("its schema is an older one and it cannot be written");
    if (auto configured = configure(*connection, Role::reader, false); !configured) return configured.error();
    auto writer = writer_on(std::move(*connection), options, false);
    if (!writer) return writer.error();
    auto reader = reader_on(name, options);
    if (!reader) return reader.error();
    return Store{std::move(lock), Reserve{{}, 0}, std::move(*writer), std::move(*reader)};
}

/// A disk that is full gives its reserve for the first write; any other that refuses it is read alone.
bool takes_writes(Writer& writer, Reserve& reserve)
{
    auto written = writer.probe();
    if (!written && written.error().fault == Fault::full && reserve.release()) written = writer.probe();
    if (!written) return false;
    const auto kept = reserve.take(); // without it the store begins short of space, and says so
    return kept || kept.error().fault == Fault::full;
}

Result<Store> open_file(LockFile lock, const std::filesystem::path& file, const Options& options)
{
    std::error_code none;
    if (std::filesystem::exists(file, none) && !may_be_written(file)) return open_for_reading(std::move(lock), file, options);
    if (auto found = find_or_begin(file); !found) return found.error();
    auto connection = Connection::open(file.string(), Connection::Mode::write);
    if (!connection) return fail(Fault::internal, connection.error().detail, "database_unreadable");
    const auto version = identify(*connection, migrations());
    if (!version) return version.error();
    if (auto configured = configure(*connection, Role::writer, false); !configured) return configured.error();
    if (auto current = bring_up_to_date(*connection, *version, file.parent_path()); !current) return current.error();
    auto writer = writer_on(std::move(*connection), options, true);
    if (!writer) return writer.error();
    Reserve reserve{file.parent_path() / "reserve", options.reserve};
    if (!takes_writes(**writer, reserve)) {
        writer->reset();
        return open_for_reading(std::move(lock), file, options);
    }
    auto reader = reader_on(file.string(), options);
    if (!reader) return reader.error();
    return Store{std::move(lock), std::move(reserve), std::move(*writer), std::move(*reader)};
}

} // namespace

Result<Store> open(const std::filesystem::path& directory, const Options& options)
{
    if (options.in_memory) return open_in_memory(options);
    if (auto made = make_directory(directory); !made) return made.error();
    auto lock = LockFile::take(directory / "lock");
    if (!lock) return lock.error();
    const auto file = directory / "gatehouse.db";
    auto store = open_file(std::move(*lock), file, options);
    if (!store) return about(file, store.error());
    return store;
}

Result<model::ChangeNumber> look_into(const std::filesystem::path& directory, const std::function<void(model::Row&&)>& take)
{
    const auto file = directory / "gatehouse.db";
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) return fail(Fault::not_found, file.string() + " does not exist");
    if (error) return fail(Fault::internal, file.string() + ": " + error.message(), "database_unreadable");
    auto connection = Connection::open(readable_name(file), Connection::Mode::read);
    if (!connection) return about(file, connection.error());
    const auto version = identify(*connection, migrations());
    if (!version) return about(file, version.error());
    if (*version != migrations().back().version) return about(file, fail(Fault::internal, "its schema is an older one"));
    if (auto configured = configure(*connection, Role::reader, false); !configured) return about(file, configured.error());
    Store store{LockFile{}, Reserve{{}, 0}, nullptr, std::make_unique<Reader>(std::move(*connection))};
    return store.snapshot(take);
}

} // namespace gatehouse::store
