#pragma once

#include "settings/mark.hpp"
#include "settings/secret.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::settings {

struct ListenAddress {
    std::string address; ///< an IP address as written, without brackets
    std::uint16_t port;  ///< 0: any free port
    Mark mark;
};

struct Tls {
    SecretRef certificate; ///< PEM chain
    SecretRef key;         ///< PEM private key
};

struct Http {
    std::vector<ListenAddress> listen;     ///< plain HTTP, loopback only; 127.0.0.1:8080 when the file says nothing
    std::vector<ListenAddress> tls_listen; ///< empty without `tls`; 127.0.0.1:8443 when the file gives only `tls`
    std::optional<Tls> tls;
};

} // namespace gatehouse::settings
