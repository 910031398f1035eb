#include "mqtt/command_line.hpp"
#include "plain/command_line.hpp"
#include "shelly/command_line.hpp"
#include "tasmota/command_line.hpp"
#include "zigbee2mqtt/command_line.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv)
{
    namespace simulators = gatehouse::simulators;
    CLI::App app{"Simulated door hardware for Gatehouse, with faults on demand"};
    app.require_subcommand(1);
    simulators::mqtt::Arguments mqtt;
    simulators::plain::Arguments plain;
    simulators::shelly::Arguments shelly;
    simulators::tasmota::Arguments tasmota;
    simulators::zigbee2mqtt::Arguments zigbee2mqtt;
    auto& mqtt_command = simulators::mqtt::describe(app, mqtt);
    auto& plain_command = simulators::plain::describe(app, plain);
    auto& shelly_command = simulators::shelly::describe(app, shelly);
    auto& tasmota_command = simulators::tasmota::describe(app, tasmota);
    auto& zigbee2mqtt_command = simulators::zigbee2mqtt::describe(app, zigbee2mqtt);
    CLI11_PARSE(app, argc, argv);

    if (mqtt_command.parsed()) return simulators::mqtt::run(mqtt);
    if (plain_command.parsed()) return simulators::plain::run(plain);
    if (shelly_command.parsed()) return simulators::shelly::run(shelly);
    if (tasmota_command.parsed()) return simulators::tasmota::run(tasmota);
    if (zigbee2mqtt_command.parsed()) return simulators::zigbee2mqtt::run(zigbee2mqtt);
    return 1;
}
