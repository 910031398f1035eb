#pragma once

#include "sdk/capabilities.hpp"
#include "sdk/device.hpp"
#include "sdk/profile/scope.hpp"

#include <cstdint>

namespace gatehouse::profile {

/// What a device model can do, as its profile states it: the driver protocol's capabilities, with two numbers that a parameter may fill.
struct Caps {
    sdk::Capabilities stated;
    Template capacity;              ///< a number or `${param}`
    Template slot_first;            ///< a number or `${param}`
    Template doors;                 ///< how many, numbered from 1: a number or `${param}`; not given: as many as the file says
    Template pin_min, pin_max;      ///< of `pin_length`: numbers or `${param}`
    Template shows_secret;          ///< `readback_shows_secret`: true, false or `${param}`
    bool accept_unverified = false; ///< a credential table without read-back, knowingly
    bool end_inclusive = false;     ///< an entry still opens in the second that stands as its end
};

/// The `caps` block; problems go to the cursor's report. What other blocks say better (time-outs, rounds) is not a key here.
Caps read_caps(Cursor block, const Scope& scope);

/// The `limits` block, as far as every driver knows it. Milliseconds and seconds as the names say.
struct Limits {
    std::int64_t op_timeout_ms = 5000;
    std::int64_t min_gap_ms = 0;
    std::int64_t in_flight = 1;
    std::int64_t max_payload = 65536;      ///< bytes of a message to the device
    std::int64_t late_ack_grace_ms = 5000; ///< how long after a time-out its acknowledgement may still come
    std::int64_t readback_s = 0;
};
Limits read_limits(Cursor block);

/// Why the device has none of these doors' numbers; empty when it has them all.
std::string beyond_its_doors(const Caps& caps, const Fields& params, const std::vector<sdk::Door>& doors);

/// The capabilities of one device instance: what is stated, parameters filled in, time-outs and proof time from the limits.
sdk::Capabilities capabilities(const Caps& caps, const Limits& limits, const Fields& params);

} // namespace gatehouse::profile
