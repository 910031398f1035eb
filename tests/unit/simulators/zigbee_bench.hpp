#pragma once

#include "bench_device.hpp"
#include "zigbee2mqtt/bridge.hpp"
#include "zigbee2mqtt/control.hpp"

namespace gatehouse::simulators::zigbee2mqtt {

/// A bridge with the locks `front` (30 slots) and `site/back` (4), which take 200 ms a request.
class BenchBridge : public BenchDevice<Bridge> {
public:
    explicit BenchBridge(Installation chosen = {}, std::uint64_t seed = 7) : BenchDevice{Bridge{with_locks(std::move(chosen)), seed}} {}

    /// To the front lock, and all that comes of it.
    std::vector<std::string> set(std::string payload) { return finish(publish("zigbee2mqtt/front/set", std::move(payload))); }
    std::vector<std::string> get(std::string payload) { return finish(publish("zigbee2mqtt/front/get", std::move(payload))); }
    std::string pins() { return boost::json::serialize(inside("slots")); }
    std::string cached() { return boost::json::serialize(inside("cached_users")); }
    boost::json::value inside(std::string_view what)
    {
        return dump().at("locks").at("front").at(boost::json::string_view{what.data(), what.size()});
    }

private:
    static Installation with_locks(Installation chosen)
    {
        chosen.locks = {{"front", 30}, {"site/back", 4}};
        return chosen;
    }
    std::vector<std::string> finish(std::vector<std::string> heard)
    {
        for (auto& line : all_within(std::chrono::milliseconds{200})) heard.push_back(std::move(line));
        return heard;
    }
};

} // namespace gatehouse::simulators::zigbee2mqtt
