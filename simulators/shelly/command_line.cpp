#include "shelly/command_line.hpp"

#include "shelly/control.hpp"
#include "shelly/messages.hpp"

#include <CLI/CLI.hpp>

namespace gatehouse::simulators::shelly {
namespace {

common::Outcome<Device> assemble(const Arguments& arguments)
{
    auto installation = arguments.installation;
    installation.notifies = !arguments.quiet;
    if (installation.prefix.empty()) installation.prefix = installation.id;
    if (const auto checked = mqtt::check_topic("prefix", installation.prefix); !checked) return checked.error();
    Device device{std::move(installation), arguments.config, arguments.post.options.seed};
    if (const auto set = common::set_faults(device.faults, arguments.post.faults); !set) return set.error();
    return device;
}

} // namespace

CLI::App& describe(CLI::App& app, Arguments& into)
{
    auto& command = *app.add_subcommand("shelly", "A Shelly switch of the second generation behind an MQTT broker");
    auto& config = into.config;
    mqtt::describe_post(command, into.post);
    command.add_option("--id", into.installation.id, "Device id, such as shellyplus1-a8032abe54dc")->required();
    command.add_option("--prefix", into.installation.prefix, "Topic prefix; the device id unless given");
    command.add_option("--in-mode", config.in_mode, "What input 0 does to the relay")
        ->check(CLI::IsMember({"momentary", "follow", "flip", "detached"}))
        ->capture_default_str();
    command.add_option("--initial-state", config.initial_state, "The relay when power comes")
        ->check(CLI::IsMember({"off", "on", "restore_last", "match_input"}))
        ->capture_default_str();
    command.add_option("--auto-off-s", config.auto_off_delay, "Delay of auto_off; the settings say whether it is on")
        ->check(CLI::Range(0.0, 86'400.0))
        ->capture_default_str();
    command.add_flag("--auto-off", config.auto_off, "Goes off by itself");
    command.add_flag("--quiet", into.quiet, "No notifications on PREFIX/events/rpc");
    command.add_flag("--status", into.installation.tells_status, "Status messages on PREFIX/status/...");
    return command;
}

int run(const Arguments& arguments)
{
    auto options = mqtt::post_options_of(arguments.post);
    if (!options) return mqtt::complain(options.error().text, 2);
    auto device = assemble(arguments);
    if (!device) return mqtt::complain(device.error().text, 2);
    const auto& installation = device->installation;
    options->topic = installation.prefix + "/rpc";
    options->qos = 1;
    options->about = "prefix=" + installation.prefix + " id=" + installation.id;
    options->link.keep_alive = std::chrono::seconds{60};
    options->link.will = online(installation, false);
    if (options->link.client_id.empty()) options->link.client_id = installation.id;
    return mqtt::run_post(*options, mqtt::hooks_of(*device));
}

} // namespace gatehouse::simulators::shelly
