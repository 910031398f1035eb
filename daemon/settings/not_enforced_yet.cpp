#include "settings/settings.hpp"

#include <array>

namespace gatehouse::settings {

namespace {

/// A key this version reads and does not act on, unless its value is one that it does.
struct Waiting {
    std::string_view path;     ///< `*` stands for one key
    std::string_view harmless; ///< values, with bars between them
    std::string_view message;
};

constexpr std::string_view never = "";

/// An entry goes when what it names is enforced.
constexpr std::array waiting{
    Waiting{"workspaces.*.systems.*.groups.*.override", never, "lockdown is not enforced yet"},
    Waiting{"workspaces.*.systems.*.entrances.*.mode", "card|pin|card_or_pin", "a second factor is not asked for yet"},
    Waiting{"workspaces.*.systems.*.entrances.*.modes", never, "timed modes are not enforced yet"},
    Waiting{"zones.*", never, "zones and their fire inputs are not enforced yet"},
    Waiting{"doors.*.zone", never, "zones are not enforced yet"},
    Waiting{"doors.*.lockdown", never, "lockdown is not enforced yet"},
    Waiting{"doors.*.readers", never, "readers are not served yet"},
    Waiting{"doors.*.contact", never, "door contacts are not watched yet"},
    Waiting{"doors.*.rex", never, "exit buttons are not watched yet"},
    Waiting{"doors.*.held_after", never, "door contacts are not watched yet"},
    Waiting{"devices.*.secure", never, "readers are not served yet"},
    Waiting{"devices.*.key", never, "readers are not served yet"},
    Waiting{"devices.*.formats", never, "readers are not served yet"},
    Waiting{"devices.*.keypad", never, "readers are not served yet"},
    Waiting{"devices.*.card_as", "uid|h10301", "tables of this card format are not kept yet"},
    Waiting{"policy.retention", never, "nothing is forgotten yet"},
};

std::string_view next_part(std::string_view& path)
{
    const auto dot = path.find('.');
    const auto part = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    return part;
}

bool is_one_of(std::string_view value, std::string_view harmless)
{
    while (!harmless.empty()) {
        const auto bar = harmless.find('|');
        if (value == harmless.substr(0, bar)) return true;
        harmless = bar == std::string_view::npos ? std::string_view{} : harmless.substr(bar + 1);
    }
    return false;
}

bool matches(std::string_view path, std::string_view pattern)
{
    while (!path.empty() && !pattern.empty()) {
        const auto expected = next_part(pattern);
        if (next_part(path) != expected && expected != "*") return false;
    }
    return path.empty() && pattern.empty();
}

} // namespace

Problems not_enforced_yet(const Settings& settings)
{
    Problems problems;
    for (const Written& written : settings.written)
        for (const Waiting& key : waiting)
            if (matches(written.path, key.path) && !is_one_of(written.value, key.harmless))
                problems.push_back({.at = written.mark, .path = written.path, .message = std::string{key.message}});
    return problems;
}

} // namespace gatehouse::settings
