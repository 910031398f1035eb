#pragma once

#include "settings/mark.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::settings {

enum class Mode : std::uint8_t { card, pin, card_or_pin, card_and_pin, unlocked };

/// A mode that holds for the hours it names instead of the entrance's own.
struct TimedMode {
    std::string hours; ///< key of hours, or "always"
    Mode mode;
    bool after_first = false; ///< `unlocked` waits for the first granted read
    Mark mark;
};

struct Entrance {
    std::string key;
    std::string name; ///< the key where the file gives none
    std::string door; ///< key of a door this workspace owns or is given
    bool cloud_key = false;
    Mode mode = Mode::card; ///< never `unlocked`
    std::vector<TimedMode> modes;
    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

struct GroupEntrance {
    std::string entrance; ///< key of an entrance of the same system
    std::string hours;    ///< key of hours, or "always"
    Mark mark;
};

struct Group {
    std::string key;
    std::string name; ///< the key where the file gives none
    std::vector<GroupEntrance> entrances;
    bool overrides_lockdown = false; ///< `override: [lockdown]`
    bool leased = true;              ///< false: `lease: none`
    std::optional<std::string> was;  ///< the key it had before
    Mark mark;
};

struct System {
    std::string key;
    std::string name; ///< the key where the file gives none
    std::vector<Entrance> entrances;
    std::vector<Group> groups;
    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

struct Workspace {
    std::string key;
    std::string name; ///< the key where the file gives none
    std::vector<System> systems;
    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

} // namespace gatehouse::settings
