#pragma once

#include "zigbee2mqtt/bridge.hpp"

/// The requests to one lock: one at a time, in the order they were asked for.
namespace gatehouse::simulators::zigbee2mqtt {

void ask(Bridge& bridge, Member& member, Request request, common::Moment now);

/// Carries out what is due.
void run_radio(Bridge& bridge, Member& member, common::Moment now, common::Effects& out);

/// When the first that waits will have been carried out, on the running clock.
std::chrono::milliseconds next_answer_at(const Bridge& bridge, const Member& member);

} // namespace gatehouse::simulators::zigbee2mqtt
