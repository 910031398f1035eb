#include "store/migrate.hpp"

#include "store/files.hpp"
#include "store/tally.hpp"

namespace gatehouse::store {

namespace {

Result<void> run_step(Connection& connection, const Migration& step)
{
    auto done = connection.execute("BEGIN IMMEDIATE");
    if (done) done = check_rows(connection);
    if (done) done = connection.execute(step.sql);
    if (done) done = hash_rows(connection);
    if (!done) return done;
    return connection.execute("PRAGMA application_id=" + std::to_string(application_id) +
                              ";PRAGMA user_version=" + std::to_string(step.version) + ";COMMIT");
}

Result<void> copy_into(Connection& connection, const std::filesystem::path& path)
{
    if (auto made = make_empty(path); !made) return made; // for its private mode; VACUUM INTO takes an empty file
    auto vacuum = connection.prepare("VACUUM INTO ?");
    if (!vacuum) return vacuum.error();
    const auto text = path.string();
    vacuum->text(text);
    return vacuum->run();
}

Result<void> check_copy(const std::filesystem::path& path, std::int64_t version)
{
    auto copy = Connection::open(path.string(), Connection::Mode::read);
    if (!copy) return copy.error();
    const auto verdict = copy->ask("PRAGMA quick_check");
    if (!verdict) return verdict.error();
    if (*verdict != "ok") return fail(Fault::internal, "the copy before the migration is damaged: " + *verdict, "database_damaged");
    const auto found = copy->ask_number("PRAGMA user_version");
    if (!found) return found.error();
    if (*found != version) return fail(Fault::internal, "the copy before the migration is of another schema");
    return {};
}

} // namespace

Result<int> identify(Connection& connection, std::span<const Migration> steps)
{
    const auto owner = connection.ask_number("PRAGMA application_id");
    if (!owner) return fail(Fault::internal, owner.error().detail, "database_unreadable");
    const auto version = connection.ask_number("PRAGMA user_version");
    if (!version) return fail(Fault::internal, version.error().detail, "database_unreadable");
    if (*owner != application_id || *version < 1) return fail(Fault::invalid, "not a Gatehouse database", "database_foreign");
    if (*version > steps.back().version)
        return fail(Fault::unsupported,
                    "its schema is version " + std::to_string(*version) + ", this Gatehouse knows " + std::to_string(steps.back().version) +
                        " at most",
                    "schema_newer");
    return static_cast<int>(*version);
}

Result<void> migrate(Connection& connection, int version, std::span<const Migration> steps)
{
    if (auto taught = connection.teach_row_hash(); !taught) return taught;
    for (const auto& step : steps) {
        if (step.version <= version) continue;
        if (auto done = run_step(connection, step); !done) {
            const auto undone = connection.in_transaction() ? connection.execute("ROLLBACK") : Result<void>{};
            const auto also = undone ? std::string{} : "; " + undone.error().detail;
            return fail(done.error().fault, "schema step " + std::to_string(step.version) + ": " + done.error().detail + also,
                        done.error().code);
        }
    }
    return {};
}

Result<void> back_up(Connection& connection, const std::filesystem::path& copy)
{
    const auto version = connection.ask_number("PRAGMA user_version");
    if (!version) return version.error();
    auto part = copy;
    part += ".part";
    if (auto copied = copy_into(connection, part); !copied) return copied;
    if (auto checked = check_copy(part, *version); !checked) return checked;
    return move_durably(part, copy);
}

} // namespace gatehouse::store
