#pragma once

#include "sdk/device.hpp"

#include <optional>
#include <string>
#include <variant>

namespace gatehouse::mqtt {

/// Where the broker is and how to be let in.
struct BrokerAddress {
    std::string uri; ///< as paho wants it: tcp://host:port or ssl://host:port
    bool tls = false;
    bool loopback = false;
    std::string client_id; ///< the same at each start, so that the broker drops a forgotten predecessor
    std::string user;
    std::string password; ///< a secret
    std::string ca;       ///< PEM; empty: the system's own authorities
};

/// Reads the endpoint of a line: `url` (mqtt:// or mqtts://), `user`, `client_id`, and the secrets `password` and `ca`.
///
/// Errors:  the text names the field and never a secret's value.
/// Threads: any.
/// Source:  docs/protocols/mqtt.md, "The line".
std::variant<BrokerAddress, std::string> read_endpoint(const sdk::Endpoint& endpoint, const std::string& line);

} // namespace gatehouse::mqtt
