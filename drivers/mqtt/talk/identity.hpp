#pragma once

#include "sdk/device.hpp"
#include "sdk/profile/mqtt.hpp"

#include <memory>
#include <vector>

namespace gatehouse::mqtt {

/// What a device instance is made of.
struct Identity {
    std::shared_ptr<const profile::MqttProfile> profile;
    profile::Fields params;
    std::vector<sdk::Door> doors;
};

} // namespace gatehouse::mqtt
