#pragma once

#include "settings/mark.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::settings {

/// An output or input of a device, written `device/number`.
struct Point {
    std::string device; ///< key of a device
    unsigned number;    ///< as the device counts, 0 to 255
    friend auto operator<=>(const Point&, const Point&) = default;
};

enum class Contact : std::uint8_t { open, closed };
enum class OnFire : std::uint8_t { keep, release };
enum class Lock : std::uint8_t { fail_secure, fail_safe };
enum class Lockdown : std::uint8_t { host, table, exempt };

struct FireInput {
    Point input;
    Contact active = Contact::open; ///< the state of the contact that means fire
};

struct Zone {
    std::string key;
    std::optional<FireInput> fire;
    OnFire on_fire = OnFire::keep;
    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

/// A strike and what belongs to it; one Seam `device`.
struct Door {
    std::string key;
    std::string name;                     ///< the key where the file gives none
    std::string owner;                    ///< key of a workspace
    std::vector<std::string> shared_with; ///< keys of workspaces, never the owner's
    Point strike;
    std::optional<Point> contact;
    std::optional<Point> rex;
    std::vector<std::string> readers; ///< keys of devices
    std::optional<std::string> zone;  ///< key of a zone
    Lock lock = Lock::fail_secure;
    std::optional<std::chrono::seconds> unlock_for; ///< how long an unlock lasts, where that can be chosen
    std::optional<std::chrono::seconds> held_after; ///< open longer than this is an alarm
    std::optional<Lockdown> lockdown;
    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

} // namespace gatehouse::settings
