#include "tasmota/command_line.hpp"

#include "tasmota/commands.hpp"
#include "tasmota/control.hpp"
#include "tasmota/messages.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace gatehouse::simulators::tasmota {
namespace {

common::Outcome<Device> assemble(const Arguments& arguments)
{
    auto installation = arguments.installation;
    installation.telemetry = std::chrono::seconds{arguments.telemetry_s};
    if (arguments.contact == "attached") installation.contact = Contact::attached;
    if (arguments.contact == "detached") installation.contact = Contact::detached;
    if (const auto checked = mqtt::check_topic("topic", installation.topic); !checked) return checked.error();
    Device device{std::move(installation), arguments.post.options.seed};
    if (const auto set = common::set_faults(device.faults, arguments.post.faults); !set) return set.error();
    return device;
}

} // namespace

CLI::App& describe(CLI::App& app, Arguments& into)
{
    auto& command = *app.add_subcommand("tasmota", "A relay board with the Tasmota firmware behind an MQTT broker");
    auto& installation = into.installation;
    mqtt::describe_post(command, into.post);
    command.add_option("--topic", installation.topic, "Listens on cmnd/TOPIC, speaks on stat/TOPIC and tele/TOPIC")->required();
    command.add_option("--relays", installation.relays, "Relays")->check(CLI::Range(1, 8))->capture_default_str();
    command.add_option("--pulse-time", installation.pulse_time, "PulseTime of every relay at first")
        ->check(CLI::Range(0U, longest_pulse))
        ->capture_default_str();
    command.add_option("--power-on-state", installation.power_on_state, "PowerOnState at first")
        ->check(CLI::Range(0, 5))
        ->capture_default_str();
    command.add_flag("--option4", installation.option4, "SetOption4: answers on topics named after the command");
    command.add_option("--tele-s", into.telemetry_s, "Seconds between telemetry")->check(CLI::Range(1, 86'400))->capture_default_str();
    command.add_option("--switch", into.contact, "What the door contact at input 1 does")
        ->check(CLI::IsMember({"none", "attached", "detached"}))
        ->capture_default_str();
    return command;
}

int run(const Arguments& arguments)
{
    auto options = mqtt::post_options_of(arguments.post);
    if (!options) return mqtt::complain(options.error().text, 2);
    auto device = assemble(arguments);
    if (!device) return mqtt::complain(device.error().text, 2);
    const auto& topic = device->installation.topic;
    options->topic = "cmnd/" + topic + "/#";
    options->about = "topic=" + topic + " relays=" + std::to_string(device->channels.size());
    options->link.keep_alive = std::chrono::seconds{30};
    options->link.will = last_will(device->installation, false);
    char id[16]{};
    std::snprintf(id, sizeof id, "DVES_%06X", mqtt::chip_number(topic) & 0xFFFFFFU);
    if (options->link.client_id.empty()) options->link.client_id = id;
    return mqtt::run_post(*options, mqtt::hooks_of(*device));
}

} // namespace gatehouse::simulators::tasmota
