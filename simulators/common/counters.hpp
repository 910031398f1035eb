#pragma once

#include <boost/json/object.hpp>

#include <cstdint>

namespace gatehouse::simulators::common {

/// What happened to a simulated controller since the program started. A test asserts with these that a fault really struck.
struct Counters {
    std::uint64_t boots = 0;
    std::uint64_t crashes = 0;
    std::uint64_t connects = 0;
    std::uint64_t commands = 0;         ///< obeyed
    std::uint64_t ignored = 0;          ///< received and thrown away by the controller
    std::uint64_t writes_lost = 0;      ///< acknowledged all the same
    std::uint64_t list_dropped = 0;     ///< list entries not sent
    std::uint64_t swipes = 0;           ///< cards presented
    std::uint64_t requests_dropped = 0; ///< by a fault on the way in, or because it was deaf
    std::uint64_t replies_dropped = 0;  ///< by a fault on the way out
    std::uint64_t duplicated = 0;
    std::uint64_t corrupted = 0;
};

/// As `dump` tells them.
boost::json::object listed(const Counters& counted);

} // namespace gatehouse::simulators::common
