#include "mqtt/command_line.hpp"
#include "plain/command_line.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv)
{
    CLI::App app{"Simulated door hardware for Gatehouse, with faults on demand"};
    app.require_subcommand(1);
    gatehouse::simulators::mqtt::Arguments mqtt;
    gatehouse::simulators::plain::Arguments plain;
    auto& mqtt_command = gatehouse::simulators::mqtt::describe(app, mqtt);
    auto& plain_command = gatehouse::simulators::plain::describe(app, plain);
    CLI11_PARSE(app, argc, argv);

    if (mqtt_command.parsed()) return gatehouse::simulators::mqtt::run(mqtt);
    if (plain_command.parsed()) return gatehouse::simulators::plain::run(plain);
    return 1;
}
