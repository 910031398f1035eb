/// The MQTT driver: one broker a line, many controllers and strikes behind it.
#include "check.hpp"
#include "inquiry.hpp"
#include "line.hpp"
#include "talk/replay.hpp"

#include <cstdlib>

int main(int argc, char** argv)
{
    // One broker a process: paho has one thread and one lock for all connections, and a sick broker must not slow another.
    const gatehouse::sdk::Manifest manifest{.name = "mqtt",
                                            .lines_per_process = 1,
                                            .maturity = "beta",
                                            .check_profile = gatehouse::mqtt::check_profile,
                                            .check_devices = gatehouse::mqtt::check_devices,
                                            .capabilities = gatehouse::mqtt::capabilities,
                                            .replay = gatehouse::mqtt::replay};
    const int code = gatehouse::sdk::run<gatehouse::mqtt::BrokerLine>(argc, argv, manifest);
    if (gatehouse::mqtt::Inquiry::any_under_way()) std::_Exit(code);
    return code;
}
