#pragma once

#include "settings/mark.hpp"
#include "settings/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace gatehouse::settings {

/// One driver program, `gatehouse-driver-KEY`.
struct Driver {
    std::string key;
    Mark mark;
};

struct UrlEndpoint {
    std::string url; ///< as written, without user or password: "mqtts://broker.harbour.lan:8883"
    std::string scheme;
    std::string host; ///< without brackets
    std::uint16_t port;
    std::optional<std::string> user;
    std::optional<SecretRef> password; ///< only with a user
    std::optional<SecretRef> ca;       ///< PEM; only with a TLS scheme
};

struct TcpEndpoint {
    std::string host; ///< without brackets
    std::uint16_t port;
};

struct SerialEndpoint {
    std::string path; ///< absolute
    unsigned baud = 9600;
};

/// One bus, broker connection, serial port or TCP endpoint.
struct Line {
    std::string key;
    std::string driver; ///< key of a driver
    std::variant<TcpEndpoint, UrlEndpoint, SerialEndpoint> endpoint;
    std::optional<std::string> was; ///< the key it had before
    Mark mark;
};

} // namespace gatehouse::settings
