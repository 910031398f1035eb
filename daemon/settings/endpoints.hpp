#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::settings {

/// A host or IP address and a port; IPv6 addresses stand in brackets in the file and without them here.
struct HostPort {
    std::string host;
    std::uint16_t port;
};

struct ParsedUrl {
    std::string scheme;
    HostPort at;
};

/// "127.0.0.1:8080", "[::1]:8080", "broker.lan:1883"; without a port `port_if_none`. `lowest` is 0 where a free one may be taken, and 1
/// where somebody else is to be found there.
///
/// Errors:  invalid  no host or address, a port outside `lowest` to 65535, or none where there is no default.
/// Threads: any.
base::Result<HostPort> parse_host_port(std::string_view text, std::optional<std::uint16_t> port_if_none, std::uint16_t lowest);

/// "mqtts://broker.lan:8883": a scheme, a host and nothing behind the port. Ports of mqtt and mqtts have defaults.
///
/// Errors:  invalid  also for a user or password in the URL: secrets do not stand in the file.
/// Threads: any.
base::Result<ParsedUrl> parse_url(std::string_view text);

bool is_ip_address(const std::string& host);

/// 127.0.0.0/8 or ::1.
bool is_loopback(const std::string& address);

} // namespace gatehouse::settings
