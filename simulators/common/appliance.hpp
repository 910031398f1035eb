#pragma once

#include "common/counters.hpp"
#include "common/dice.hpp"
#include "common/effects.hpp"
#include "common/faults.hpp"
#include "common/fields.hpp"

#include <optional>
#include <string_view>

namespace gatehouse::simulators::common {

/// What every device on a network has, whatever it does.
struct Appliance {
    explicit Appliance(std::uint64_t seed) : dice{seed, 3} {}

    Faults faults;
    Counters counters;
    Dice dice;
    bool powered = false;
    bool connected = false;
    bool silent = false; ///< deaf and dumb on the network; not a matter of power
};

/// Whether a message that arrived is heard. Counts it when not.
bool hears(Appliance& appliance);

/// What really leaves: nothing while silent or without a connection.
Effects sent(const Appliance& appliance, Effects effects);

/// Its part of a dump: power, connection, silence, and what it counted.
boost::json::object told_of(const Appliance& appliance);

/// The control requests every appliance knows: power_cycle, silent, fault. Nothing for others.
///
/// Errors:  the answer names the field at fault, and nothing has changed.
/// Threads: the appliance's.
std::optional<Handled> handle_common(std::string_view op, Fields& fields, Appliance& appliance);

} // namespace gatehouse::simulators::common
