#pragma once

#include "common/appliance.hpp"
#include "common/clock.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::simulators {

/// What a device published: `TOPIC PAYLOAD`, and `(retained)` behind where it is.
inline std::vector<std::string> lines(const common::Effects& effects)
{
    std::vector<std::string> list;
    for (const auto& message : effects.messages)
        list.push_back(message.topic + " " + message.payload + (message.retain ? " (retained)" : ""));
    return list;
}

/// A device on the bench, powered and subscribed, its clock in the test's hand. It is found by its functions, as its post finds it.
template <class Device>
class BenchDevice {
public:
    explicit BenchDevice(Device chosen) : device{std::move(chosen)}
    {
        power_on(device, now);
        dial();
    }

    void dial()
    {
        said = lines(connected(device, now));
        for (auto& line : lines(subscribed(device, now))) said.push_back(std::move(line));
    }
    std::vector<std::string> publish(std::string topic, std::string payload)
    {
        return lines(receive(device, {.topic = std::move(topic), .payload = std::move(payload)}, now));
    }
    std::vector<std::string> turn_after(std::chrono::milliseconds wait)
    {
        now.running += wait;
        now.wall = start_wall + std::chrono::floor<std::chrono::seconds>(now.running);
        return lines(turn(device, now));
    }
    /// Everything it says within so long, at the moments it asks for.
    std::vector<std::string> all_within(std::chrono::milliseconds wait)
    {
        std::vector<std::string> heard;
        for (const auto end = now.running + wait; now.running < end;) {
            const auto next = std::max(std::min(next_turn_at(device), end), now.running);
            for (auto& line : turn_after(next - now.running)) heard.push_back(std::move(line));
            if (next_turn_at(device) > end) return heard;
        }
        return heard;
    }
    boost::json::object control(std::string_view request)
    {
        auto handled = handle(boost::json::parse({request.data(), request.size()}).as_object(), device, now);
        effects = handled.effects;
        said = lines(handled.effects);
        return handled.answer;
    }
    std::string answer(std::string_view request) { return boost::json::serialize(control(request)); }
    boost::json::object dump() { return control(R"({"op":"dump"})"); }
    void power_cycle()
    {
        control(R"({"op":"power_cycle"})");
        power_off(device);
        power_on(device, now);
        dial();
    }

    static constexpr std::chrono::sys_seconds start_wall{std::chrono::seconds{1'700'000'000}}; // a Tuesday, 22:13:20 UTC
    common::Moment now{.running = {}, .wall = start_wall};
    Device device;
    std::vector<std::string> said; ///< when it dialled, or at the last control request
    common::Effects effects;       ///< of the last control request
};

} // namespace gatehouse::simulators
