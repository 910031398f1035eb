#pragma once

#include "settings/settings.hpp"

#include <string>

namespace gatehouse::site {

// What the directory keeps of lines, devices and doors as JSON objects, for the rooms that drive them (docs/architecture.md, "Declared
// rows"). Secrets stand in them by reference only.

std::string endpoint_text(const settings::Line& line);
std::string address_text(const settings::Device& device);
std::string policy_text(const settings::Device& device, const settings::Policy& site);
std::string wiring_text(const settings::Door& door);

} // namespace gatehouse::site
