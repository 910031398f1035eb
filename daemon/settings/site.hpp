#pragma once

#include "settings/mark.hpp"

#include <string>

namespace gatehouse::settings {

struct Site {
    std::string key; ///< owner of the ids of workspaces, doors, devices, lines and zones
    std::string name;
    std::string time_zone; ///< IANA name; hours and holidays are read in it
    Mark mark;
};

} // namespace gatehouse::settings
