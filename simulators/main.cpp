#include "mqtt/command_line.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv)
{
    CLI::App app{"Simulated door hardware for Gatehouse, with faults on demand"};
    app.require_subcommand(1);
    gatehouse::simulators::mqtt::Arguments mqtt;
    auto& mqtt_command = gatehouse::simulators::mqtt::describe(app, mqtt);
    CLI11_PARSE(app, argc, argv);

    if (mqtt_command.parsed()) return gatehouse::simulators::mqtt::run(mqtt);
    return 1;
}
