#pragma once

#include "machine.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::bench {

/// Requests to send in turn, whole and ready. A run of eight zeros in a request becomes a number that no other request of the run has.
using Requests = std::vector<std::string>;

struct Load {
    double per_second = 0;
    double p50_ms = 0, p99_ms = 0;
    double busy = 0; ///< share of its core that the server used: well below 1 it was not the limit
};

/// A server of this machine.
struct Target {
    std::uint16_t port = 0;
    int pid = 0;
};

/// Keeps `connections` requests under way for `span`, after a warm-up that is not counted. Every answer must be a 200.
/// Throws when one is not, when a connection breaks, or when nothing comes for ten seconds.
Load load(const Target& target, std::size_t connections, Seconds span, const Requests& requests);

/// One request on a connection of its own, tried again while nobody listens. Answers the body of the 200.
/// Throws when there is none after `patience`.
std::string ask(std::uint16_t port, const std::string& request, Seconds patience);

/// A loopback port that is free now.
std::uint16_t free_port();

} // namespace gatehouse::bench
