#pragma once

#include <string_view>

/// This process's connections to the broker `server` (tcp://HOST:PORT) names, found by its port: the client library does not give
/// its socket away.
namespace gatehouse::simulators::mqtt {

/// Turns off the kernel's waiting, which the library leaves on; a reply would then wait about 40 ms for the acknowledgement of the
/// packet before it.
void send_without_delay(std::string_view server);

/// Ends them as a pulled plug does, without the farewell of the protocol: the broker publishes the will.
void cut_off(std::string_view server);

} // namespace gatehouse::simulators::mqtt
