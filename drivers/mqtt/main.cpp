/// The MQTT driver: one broker a line, many controllers and strikes behind it.
#include "check.hpp"
#include "line.hpp"

using namespace gatehouse;

int main(int argc, char** argv)
{
    // One broker a process: paho has one thread and one lock for all connections, and a sick broker must not slow another.
    const sdk::Manifest manifest{.name = "mqtt",
                                 .lines_per_process = 1,
                                 .maturity = "beta",
                                 .check_profile = mqtt::check_profile,
                                 .check_devices = mqtt::check_devices,
                                 .capabilities = mqtt::capabilities};
    return sdk::run<mqtt::BrokerLine>(argc, argv, manifest);
}
