#pragma once

#include "devices/types.hpp"
#include "options.hpp"
#include "reconcile/unheld.hpp"
#include "site/controllers.hpp"

#include <map>
#include <optional>
#include <string>

namespace gatehouse {

/// What is known of a controller that runs: as what it was attached, what it then said it can do, and what it holds.
struct Serving {
    std::string driver, profile, address; ///< as their rows have them
    devices::Capabilities capabilities;
    reconcile::Occupied occupied;
};

/// What the controllers of a configuration can hold: what those said that run as it has them, and of the others what their driver's program
/// says (`gatehouse-driver-NAME --capabilities FOLDER`). Where nobody says anything, all that the policy opens counts as held.
///
/// Threads: one at a time, not the core's while it serves: waits for each program, at most ten seconds.
class Holding final : public site::Controllers {
public:
    using Known = std::map<model::DeviceId, Serving>;
    Holding(const Options& options, Known known, base::Instant now) : options_{options}, known_{std::move(known)}, now_{now} {}

    void widen(const model::Directory& directory, std::set<model::DoorId>& doors) const override;
    site::Ways unheld(const model::Directory& directory, const std::set<model::DoorId>& doors) const override;

private:
    using Devices = std::set<model::DeviceId>;
    Devices devices_of(const model::Directory& directory, const std::set<model::DoorId>& doors) const;
    const devices::Capabilities* capabilities(const model::Directory& directory, const model::Device& device) const;
    void ask_about(const model::Directory& directory, const Devices& devices) const;
    using Group = std::map<std::string, const model::Device*>; ///< one of those that are the same to their driver
    void ask(const std::string& driver, const Group& devices) const;

    const Options& options_;
    Known known_;
    base::Instant now_;
    mutable std::map<std::string, std::optional<devices::Capabilities>> said_; ///< by what a device is to its driver
};

} // namespace gatehouse
