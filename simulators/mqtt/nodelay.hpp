#pragma once

#include <string_view>

namespace gatehouse::simulators::mqtt {

/// Turns off the kernel's waiting on this process's connections to the port `server` (tcp://HOST:PORT) names. The client library
/// leaves it on and does not give the socket away; a reply would then wait about 40 ms for the acknowledgement of the packet before it.
void send_without_delay(std::string_view server);

} // namespace gatehouse::simulators::mqtt
