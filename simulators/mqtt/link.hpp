#pragma once

#include "common/faulty_path.hpp"
#include "common/outcome.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::simulators::mqtt {

/// How to reach the broker.
struct Link {
    std::string server; ///< as paho wants it: tcp://host:port or ssl://host:port
    std::string client_id;
    std::string user;     ///< empty: none
    std::string password; ///< never logged
    std::string ca_file;  ///< empty: the system's certificates
    std::chrono::seconds keep_alive{15};
    std::optional<common::Message> will; ///< what the broker says when the device is gone
};

/// Reads a broker address: mqtt://HOST[:PORT] (1883) or mqtts://HOST[:PORT] (8883); tcp:// and ssl:// mean the same.
///
/// Units:   none.
/// Errors:  `broker: ...` for any other scheme, a path, or credentials inside the address (they belong into a file).
/// Threads: any.
common::Outcome<std::string> server_of(std::string_view url);

/// The first line of a password file.
///
/// Units:   at most 4 KiB.
/// Errors:  `password-file: ...` when it cannot be read, is empty, or others than its owner may read it.
/// Threads: any.
common::Outcome<std::string> read_password(const std::string& path);

} // namespace gatehouse::simulators::mqtt
