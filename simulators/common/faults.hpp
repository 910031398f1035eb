#pragma once

#include "common/outcome.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::simulators::common {

/// What goes wrong, and how often. Shares are probabilities from 0 to 1, drawn from the seed. docs/simulators.md explains each.
struct Faults {
    // on the way between controller and gateway
    double drop_request = 0;
    double drop_reply = 0;
    double duplicate = 0;
    double corrupt_reply = 0;
    std::chrono::milliseconds delay_min{0};
    std::chrono::milliseconds delay_max{0};
    std::size_t reorder = 0; ///< window in messages; below 2 keeps the order

    // in the controller
    double ack_but_not_stored = 0;
    bool write_fails = false;
    std::optional<std::size_t> table_full; ///< records it has room for
    double list_drops = 0;
    bool busy = false;
    double ops_per_s = 0; ///< 0: as fast as they come
    std::chrono::seconds clock_skew{0};
    bool clock_unset = false;
    std::optional<std::chrono::milliseconds> reconnect; ///< instead of the model's own delay
};

/// Turns one fault on or off by the name a control request or `--fault` gives it; `none` heals all of them.
///
/// Units:   shares 0..1; `delay_ms` a number or [least, most]; `table_full` a number of records or null; the rest as named.
/// Errors:  `name: ...` for a fault that does not exist, `value: ...` for one out of its range; nothing is changed then.
/// Threads: the caller's.
Outcome<void> set_fault(Faults& faults, std::string_view name, const boost::json::value& value);

/// What `--fault` was given, one after the other: NAME=VALUE each.
///
/// Units:   the values are JSON.
/// Errors:  `fault: ...` when one is not, or with what set_fault says; those before it are set.
/// Threads: the caller's.
Outcome<void> set_faults(Faults& faults, const std::vector<std::string>& settings);

/// The same for a model with faults of its own.
using SetFault = std::function<Outcome<void>(std::string_view name, const boost::json::value& value)>;
Outcome<void> each_fault(const std::vector<std::string>& settings, const SetFault& set);

} // namespace gatehouse::simulators::common
