#include "tasmota/commands.hpp"

#include "tasmota/messages.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>

namespace gatehouse::simulators::tasmota {
namespace {

namespace json = boost::json;

constexpr std::string_view blanks = " \t\r\n";

struct Order {
    std::string name; ///< upper case, without the number
    std::string whole;
    std::optional<std::size_t> index;
    std::string payload; ///< upper case, no blanks around; `?` is the empty one
    std::optional<std::int64_t> number;
};

std::string raised(std::string_view text)
{
    std::string upper;
    for (const auto c : text) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return upper;
}

Order read_order(std::string_view command, std::string_view payload)
{
    Order order{.whole = raised(command)};
    const auto digits = order.whole.find_last_not_of("0123456789") + 1;
    order.name = order.whole.substr(0, digits);
    std::size_t index = 0;
    if (digits < order.whole.size() &&
        std::from_chars(order.whole.data() + digits, order.whole.data() + order.whole.size(), index).ec == std::errc{})
        order.index = index;
    if (order.name == "SETOPTION") std::swap(order.name, order.whole); // its number is part of the name
    const auto first = payload.find_first_not_of(blanks);
    if (first != std::string_view::npos) order.payload = raised(payload.substr(first, payload.find_last_not_of(blanks) - first + 1));
    if (order.payload == "?") order.payload.clear();
    std::int64_t number = 0;
    const auto* end = order.payload.data() + order.payload.size();
    if (std::from_chars(order.payload.data(), end, number).ec == std::errc{}) order.number = number; // as far as it is one
    return order;
}

std::optional<bool> wanted(const Order& order, bool open)
{
    if (order.payload == "ON" || order.payload == "TRUE" || order.number == 1) return true;
    if (order.payload == "OFF" || order.payload == "FALSE" || order.number == 0) return false;
    if (order.payload == "TOGGLE" || order.number == 2) return !open;
    return std::nullopt; // anything else is a question
}

void power(Device& device, const Order& order, common::Moment now, common::Effects& out)
{
    const auto index = order.index.value_or(1);
    if (index > device.channels.size()) {
        ++device.counters.ignored;
        return;
    }
    const auto first = index == 0 ? 0 : index - 1;
    const auto last = index == 0 ? device.channels.size() : index;
    for (auto channel = first; channel < last; ++channel) {
        if (const auto open = wanted(order, device.channels[channel].relay.open))
            switch_relay(device, channel, *open, now, out);
        else
            tell_relay(device, channel, out);
    }
}

void pulse_time(Device& device, const Order& order, common::Moment now, common::Effects& out)
{
    const auto all = !order.index && order.payload.empty();
    const auto index = order.index.value_or(1);
    if (index == 0 || index > device.channels.size()) {
        ++device.counters.ignored;
        return;
    }
    auto& channel = device.channels[index - 1];
    if (order.number && *order.number >= 0 && *order.number <= longest_pulse) {
        channel.pulse_time = static_cast<std::uint32_t>(*order.number);
        // The new time runs from now on, whether the relay is open or not.
        const auto length = length_of(channel.pulse_time);
        channel.ends_at = length.count() > 0 ? now.running + length : never;
    }
    json::object answer;
    for (auto i = all ? 0 : index - 1; i < (all ? device.channels.size() : index); ++i) {
        const auto& told = device.channels[i];
        answer["PulseTime" + std::to_string(i + 1)] = json::object{{"Set", told.pulse_time}, {"Remaining", remaining(told, now)}};
    }
    out.messages.push_back(result(device, order.whole, answer));
}

void power_on_state(Device& device, const Order& order, common::Moment now, common::Effects& out)
{
    if (order.number && *order.number >= 0 && *order.number <= 5) {
        device.installation.power_on_state = static_cast<int>(*order.number);
        for (std::size_t i = 0; *order.number == 4 && i < device.channels.size(); ++i) switch_relay(device, i, true, now, out);
    }
    out.messages.push_back(result(device, order.whole, {{"PowerOnState", device.installation.power_on_state}}));
}

void option4(Device& device, const Order& order, common::Moment, common::Effects& out)
{
    if (const auto on = wanted(order, device.installation.option4)) device.installation.option4 = *on;
    out.messages.push_back(result(device, "SETOPTION4", {{"SetOption4", device.installation.option4 ? "ON" : "OFF"}}));
}

void state(Device& device, const Order& order, common::Moment now, common::Effects& out)
{
    auto told = telemetry(device, now);
    told.topic = result(device, order.whole, {}).topic;
    out.messages.push_back(std::move(told));
}

void restart(Device& device, const Order& order, common::Moment, common::Effects& out)
{
    const auto now = order.number == 1;
    out.messages.push_back(result(device, order.whole, {{"Restart", now ? "Restarting" : "1 to restart"}}));
    out.restarts = now;
}

struct Known {
    std::string_view name;
    void (*run)(Device&, const Order&, common::Moment, common::Effects&);
};

constexpr std::array known{
    Known{"POWER", power},        Known{"PULSETIME", pulse_time}, Known{"POWERONSTATE", power_on_state},
    Known{"SETOPTION4", option4}, Known{"STATE", state},          Known{"RESTART", restart},
};

} // namespace

void run_command(Device& device, std::string_view command, std::string_view payload, common::Moment now, common::Effects& out)
{
    const auto order = read_order(command, payload);
    for (const auto& entry : known) {
        if (entry.name != order.name) continue;
        ++device.counters.commands;
        return entry.run(device, order, now, out);
    }
    ++device.counters.ignored;
    out.messages.push_back(result(device, order.whole, {{"Command", "Unknown"}}));
}

} // namespace gatehouse::simulators::tasmota
