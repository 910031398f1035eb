#pragma once

#include "common/counters.hpp"
#include "common/dice.hpp"
#include "common/faults.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::simulators::common {

struct Message {
    std::string topic;
    std::string payload;
    bool retain = false;
    int qos = 0;
    friend bool operator==(const Message&, const Message&) = default;
};

struct Delivery {
    std::chrono::milliseconds at; ///< on the running clock
    Message message;
};

/// The way between a controller and its gateway: loses, doubles, delays, shuffles and damages messages as the faults say.
///
/// Threads: the caller's. `faults` and `counters` outlive it.
class FaultyPath {
public:
    FaultyPath(const Faults& faults, Counters& counters, std::uint64_t seed);

    /// How often a message that just arrived reaches the controller: 0, 1 or 2 times.
    std::size_t arrivals();

    /// When and how each message leaves. In order unless `reorder` is on.
    std::vector<Delivery> depart(std::vector<Message> messages, std::chrono::milliseconds now);

private:
    void damage(std::string& payload);
    std::chrono::milliseconds leave_at(std::chrono::milliseconds now);

    const Faults& faults_;
    Counters& counters_;
    Dice inbound_;
    Dice outbound_;
    std::chrono::milliseconds last_departure_{0};
};

} // namespace gatehouse::simulators::common
