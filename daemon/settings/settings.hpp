#pragma once

#include "settings/devices.hpp"
#include "settings/doors.hpp"
#include "settings/hours.hpp"
#include "settings/http.hpp"
#include "settings/lines.hpp"
#include "settings/mark.hpp"
#include "settings/policy.hpp"
#include "settings/secret.hpp"
#include "settings/site.hpp"
#include "settings/workspaces.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// One key as it stands in the file, for checks that come later and must name its line.
struct Written {
    std::string path;  ///< "doors.lobby.contact"
    std::string value; ///< the text of a scalar, empty for maps and lists
    Mark mark;
};

/// The configuration file as plain values. Every name used in it is defined in it; lists keep the order of the file.
struct Settings {
    std::string file;
    Site site;
    Http http;
    Policy policy;
    std::vector<Driver> drivers;
    std::vector<Line> lines;
    std::vector<Device> devices;
    std::vector<Zone> zones;
    std::vector<Door> doors;
    std::vector<Hours> hours;
    std::vector<Holidays> holidays;
    std::vector<Workspace> workspaces;
    std::vector<Written> written; ///< every key of the file, in its order
};

/// Settings, or all that is wrong with them in the order of the file: never both, never neither.
struct Loaded {
    std::optional<Settings> settings;
    Problems problems;
};

/// Reads and checks a configuration file of format 1.
///
/// Units:   the file is at most 4 MiB of UTF-8.
/// Errors:  every problem found, not only the first; secrets are not read here (see resolve).
/// Threads: any; reads one file.
/// Source:  docs/configuration.md.
Loaded load(const std::filesystem::path& path);

/// The same for text at hand; `file` is the name problems are reported under.
Loaded parse(std::string_view text, const std::string& file);

/// What the file asks for and this version does not enforce yet: each is a reason to refuse the file, never to ignore it.
Problems not_enforced_yet(const Settings& settings);

/// Every secret the file names, in its order.
std::vector<SecretRef> secrets(const Settings& settings);

/// Reads every secret once, to say before anything runs which of them cannot be used. `credentials` as for resolve; when it is empty,
/// secrets that systemd would hand over are passed over if `without_credentials` allows it (a check by hand).
/// Units:   what a driver is told is one line of 64 KiB: the secrets of one line of the file, and each of a device, have 40 KiB together.
/// Threads: any; reads files.
Problems check_secrets(const Settings& settings, const std::filesystem::path& credentials, bool without_credentials);

/// The item of `items` with that key, or null.
template <class Item>
const Item* find(const std::vector<Item>& items, std::string_view key)
{
    for (const Item& item : items)
        if (item.key == key) return &item;
    return nullptr;
}

/// Where `path` stands in the file; the line of its nearest written parent when it was left out.
Mark mark_of(const Settings& settings, std::string_view path);

} // namespace gatehouse::settings
