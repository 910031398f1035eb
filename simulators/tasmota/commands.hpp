#pragma once

#include "tasmota/device.hpp"

#include <string_view>

namespace gatehouse::simulators::tasmota {

constexpr std::uint32_t longest_pulse = 64'900;

/// Carries out one command: the last level of its topic in any case, with the number of a relay behind, and its payload.
///
/// Units:   none.
/// Errors:  none: what is not understood is answered as a question, or as unknown.
/// Threads: any.
/// Source:  docs/simulators/tasmota.md.
void run_command(Device& device, std::string_view command, std::string_view payload, common::Moment now, common::Effects& out);

} // namespace gatehouse::simulators::tasmota
