#include "store/settings.hpp"

#include <sqlite3.h>

#include <vector>

namespace gatehouse::store {

namespace {

struct Setting {
    std::string name, value, reads_back;
};

std::vector<Setting> settings_for(Role role, bool in_memory)
{
    const bool writer = role == Role::writer;
    std::vector<Setting> settings{
        {"busy_timeout", "2000", "2000"},                                     // for tools outside only
        {"foreign_keys", "ON", "1"},                                          //
        {"trusted_schema", "OFF", "0"},                                       // a damaged schema runs no functions
        {"cell_size_check", "ON", "1"},                                       // finds damaged pages early
        {"mmap_size", "0", "0"},                                              // an I/O error stays an error
        {"synchronous", "FULL", "2"},                                         // a commit survives a power cut
        {"wal_autocheckpoint", writer ? "1000" : "0", writer ? "1000" : "0"}, // pages; one connection does all checkpoints
        {"journal_size_limit", "67108864", "67108864"},
    };
    if (writer) {
        settings.insert(settings.begin() + 1, {"journal_mode", "WAL", in_memory ? "memory" : "wal"});
        const auto cache = "-" + std::to_string(writer_cache_kib);
        settings.push_back({"cache_size", cache, cache});
    }
    if (!writer) settings.push_back({"query_only", "ON", "1"});
    if (in_memory) std::erase_if(settings, [](const Setting& setting) { return setting.name == "mmap_size"; });
    return settings;
}

} // namespace

Result<void> configure(Connection& connection, Role role, bool in_memory)
{
    for (const auto& [name, value, reads_back] : settings_for(role, in_memory)) {
        const auto pragma = "PRAGMA " + name;
        auto command = pragma;
        command.append("=").append(value);
        if (auto set = connection.execute(command); !set)
            return fail(Fault::internal, name + ": " + set.error().detail, "database_unreadable");
        const auto now = connection.ask(pragma);
        if (!now) return fail(Fault::internal, name + ": " + now.error().detail, "database_unreadable");
        if (*now == reads_back) continue;
        auto told = name;
        told.append(" is ").append(*now).append(" and not ").append(reads_back);
        return fail(Fault::internal, told);
    }
    int defensive = 0;
    sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, &defensive);
    if (defensive != 1) return fail(Fault::internal, "defensive mode is not available");
    return {};
}

} // namespace gatehouse::store
