#pragma once

#include "settings/fields.hpp"
#include "settings/settings.hpp"

#include <vector>

namespace gatehouse::settings {

/// One function per section of the file. Each reports what is wrong in it and answers all it could read, items
/// with mistakes included, so that references to them are not reported as well.

Site read_site(Reading& reading, const Fields& root);
Http read_http(Reading& reading, const Fields& root);
Policy read_policy(Reading& reading, const Fields& root);
std::vector<Driver> read_drivers(Reading& reading, const Fields& root);
std::vector<Line> read_lines(Reading& reading, const Fields& root);
std::vector<Device> read_devices(Reading& reading, const Fields& root, const Brake& site_brake);
std::vector<Zone> read_zones(Reading& reading, const Fields& root);
std::vector<Door> read_doors(Reading& reading, const Fields& root);
std::vector<Hours> read_hours(Reading& reading, const Fields& root);
std::vector<Holidays> read_holidays(Reading& reading, const Fields& root);
std::vector<Workspace> read_workspaces(Reading& reading, const Fields& root);

/// `name`, or the key where the file gives none: 1 to 128 bytes without control characters.
std::string read_name(const Fields& fields, const std::string& key);

/// `was`: the key an item had before; another one than it has now.
std::optional<std::string> read_was(const Fields& fields, const std::string& key);

/// The brake of a policy or device; what the file leaves out stays as in `before`.
Brake read_brake(Reading& reading, const Value& value, std::string_view section, Brake before);

/// What a policy sets and a device may override.
std::optional<std::chrono::seconds> read_lease(const Fields& fields);
std::optional<OnFirstContact> read_on_first_contact(const Fields& fields);
std::optional<Foreign> read_foreign(const Fields& fields);
std::optional<Retire> read_retire(const Fields& fields);

inline constexpr std::chrono::seconds least_lease = std::chrono::minutes{1};
inline constexpr std::chrono::seconds most_lease = std::chrono::hours{365 * 24};

} // namespace gatehouse::settings
