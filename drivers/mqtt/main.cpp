/// The MQTT driver: one broker a line, many controllers and strikes behind it.
#include "line.hpp"
#include "sdk/run.hpp"
#include "station.hpp"

using namespace gatehouse;

namespace {

std::vector<std::string> check_profile(const std::filesystem::path& file)
{
    const auto loaded = profile::load_mqtt(file);
    std::vector<std::string> findings;
    for (const auto& problem : loaded.problems) findings.push_back(profile::to_text(problem));
    if (!loaded.profile) return findings;
    if (const auto lacking = mqtt::beyond_this_driver(*loaded.profile); !lacking.empty())
        findings.push_back(file.string() + ":1: needs " + lacking + ", which this driver does not do yet");
    return findings;
}

} // namespace

int main(int argc, char** argv)
{
    // One broker a process: paho has one thread and one lock for all connections, and a sick broker must not slow another.
    const sdk::Manifest manifest{.name = "mqtt", .lines_per_process = 1, .maturity = "beta", .check_profile = check_profile};
    return sdk::run<mqtt::BrokerLine>(argc, argv, manifest);
}
