#pragma once

#include "drivers/sim-mqtt/program.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::walks {

/// One simulated controller, seen from inside.
class Controller {
public:
    /// Starts it and returns when the broker has it.
    Controller(const std::string& broker, const std::string& name, const std::string& ip, const std::string& socket, int heartbeat_s);

    /// Uids it holds, in order.
    std::vector<std::string> table() const;
    bool holds(const std::string& uid) const;
    /// Presents the card.
    bool opens(const std::string& uid) const;
    std::uint64_t counted(std::string_view counter) const;
    int uptime_s() const;

    void erase(const std::string& uid) const; ///< at its own page
    void put(const std::string& uid) const;   ///< at its own page, good until the end of time
    void power_cycle(std::string_view table) const;
    void silent(bool on) const;
    void fault(std::string_view name, std::string_view value) const;

private:
    boost::json::object ask(const std::string& request) const;

    std::string socket_;
    simulators::Program program_;
};

} // namespace gatehouse::walks
