#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace gatehouse::reconcile {

enum class Foreign : std::uint8_t { ask, remove, keep };

/// How one device is treated, as configured: the file's `policy` with the device's own words over it.
struct DevicePolicy {
    std::optional<base::seconds> lease = std::chrono::hours{72}; ///< longest expiry written; nothing: none
    Foreign first_contact = Foreign::ask;
    Foreign foreign = Foreign::remove; ///< a new foreign entry on a settled device: remove or keep
    std::size_t brake_entries = 10;    ///< more than both limits: not removed without the operator's word
    unsigned brake_share = 25;         ///< per cent of the table
    std::string card_as;               ///< form of a card its table holds: uid or h10301; empty: what the device takes
    bool whole_key = true;             ///< a card number's key includes the facility
    std::int64_t facility = -1;        ///< the one whose cards it takes where its keys have none
    std::set<std::int64_t> reserved;   ///< slots that are never read into a comparison and never written
};

/// Reads the JSON object the directory keeps with a device. Errors: invalid, naming the field.
base::Result<DevicePolicy> parse_device_policy(std::string_view json);

} // namespace gatehouse::reconcile
