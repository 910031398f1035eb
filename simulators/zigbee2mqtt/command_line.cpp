#include "zigbee2mqtt/command_line.hpp"

#include "zigbee2mqtt/control.hpp"
#include "zigbee2mqtt/messages.hpp"

#include <CLI/CLI.hpp>

#include <charconv>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

constexpr std::size_t most_slots = 1000;

common::Outcome<Bridge> assemble(const Arguments& arguments)
{
    auto installation = arguments.installation;
    installation.radio = std::chrono::milliseconds{arguments.radio_ms};
    installation.radio_timeout = std::chrono::milliseconds{arguments.radio_timeout_ms};
    installation.auto_relock = std::chrono::milliseconds{arguments.auto_relock_ms};
    installation.refuses_duplicates = !arguments.accepts_duplicates;
    installation.availability = installation.availability || installation.legacy_availability;
    if (const auto checked = mqtt::check_topic("base", installation.base); !checked) return checked.error();
    for (const auto& text : arguments.locks) {
        auto lock = read_lock(text, arguments.slots);
        if (!lock) return lock.error();
        for (const auto& other : installation.locks)
            if (other.first == lock->first) return common::problem("lock: named twice: " + lock->first);
        installation.locks.push_back(std::move(*lock));
    }
    Bridge bridge{std::move(installation), arguments.post.options.seed};
    const auto set_one = [&bridge](std::string_view name, const boost::json::value& value) { return set_fault(bridge, name, value); };
    if (const auto set = common::each_fault(arguments.post.faults, set_one); !set) return set.error();
    return bridge;
}

} // namespace

CLI::App& describe(CLI::App& app, Arguments& into)
{
    auto& command = *app.add_subcommand("zigbee2mqtt", "A zigbee2mqtt bridge with door locks behind an MQTT broker");
    auto& installation = into.installation;
    mqtt::describe_post(command, into.post);
    command.add_option("--base", installation.base, "Base topic")->capture_default_str();
    command.add_option("--lock", into.locks, "NAME or NAME:SLOTS; may be repeated")->required();
    command.add_option("--slots", into.slots, "Slots of a lock that does not say")->check(CLI::Range(1, 1000))->capture_default_str();
    command.add_option("--radio-ms", into.radio_ms, "Time of one radio request")->check(CLI::Range(0, 600'000))->capture_default_str();
    command.add_option("--radio-timeout-ms", into.radio_timeout_ms, "Until a request that found no lock is given up")
        ->check(CLI::Range(0, 600'000))
        ->capture_default_str();
    command.add_option("--auto-relock-ms", into.auto_relock_ms, "From opening to locking by itself; 0: never")
        ->check(CLI::Range(0, 3'600'000))
        ->capture_default_str();
    command.add_flag("--expose-pin", installation.expose_pin, "Codes are read back");
    command.add_flag("--availability", installation.availability, "Say whether each lock can be reached");
    command.add_flag("--legacy-availability", installation.legacy_availability, "The same in plain words");
    command.add_flag("--retain", installation.retain, "States are retained");
    command.add_flag("--programming-events", installation.programming_events, "The locks tell when a code changes");
    command.add_flag("--accepts-duplicates", into.accepts_duplicates, "The locks take a code another slot holds");
    return command;
}

common::Outcome<std::pair<std::string, std::size_t>> read_lock(const std::string& text, std::size_t slots)
{
    auto name = text;
    if (const auto colon = text.rfind(':'); colon != std::string::npos) {
        const auto* end = text.data() + text.size();
        const auto read = std::from_chars(text.data() + colon + 1, end, slots);
        if (read.ec != std::errc{} || read.ptr != end || slots < 1 || slots > most_slots)
            return common::problem("lock: needs NAME:SLOTS with 1 to 1000 slots: " + text);
        name.resize(colon);
    }
    if (const auto checked = mqtt::check_topic("lock", name); !checked) return checked.error();
    return std::pair{std::move(name), slots};
}

int run(const Arguments& arguments)
{
    auto options = mqtt::post_options_of(arguments.post);
    if (!options) return mqtt::complain(options.error().text, 2);
    auto bridge = assemble(arguments);
    if (!bridge) return mqtt::complain(bridge.error().text, 2);
    const auto& base = bridge->installation.base;
    options->topic = base + "/#";
    options->about = "base=" + base + " locks=" + std::to_string(bridge->members.size());
    options->link.keep_alive = std::chrono::seconds{60};
    options->link.will = bridge_state(bridge->installation, false);
    if (options->link.client_id.empty()) options->link.client_id = "mqttjs_" + std::to_string(mqtt::chip_number(base));
    return mqtt::run_post(*options, mqtt::hooks_of(*bridge));
}

} // namespace gatehouse::simulators::zigbee2mqtt
