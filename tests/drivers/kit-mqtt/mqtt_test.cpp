#include "drivers/kit/kit_run.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdlib.h>

namespace gatehouse::check {
namespace {

namespace fs = std::filesystem;

/// A folder of profiles for one bench.
class MqttDriver : public testing::Test {
public:
    MqttDriver()
    {
        auto name = (fs::temp_directory_path() / "gatehouse-kit.XXXXXX").string();
        folder = ::mkdtemp(name.data());
        fs::create_directory(folder / "mqtt");
    }
    ~MqttDriver() override { fs::remove_all(folder); }
    MqttDriver(const MqttDriver&) = delete;
    MqttDriver& operator=(const MqttDriver&) = delete;

protected:
    /// The profile as it is shipped, but for one thing.
    void profile(const std::string& name, const std::string& instead_of = {}, const std::string& text = {})
    {
        std::ifstream shipped{PROFILES "/mqtt/" + name};
        std::string all{std::istreambuf_iterator<char>{shipped}, {}};
        ASSERT_NE(all.find(instead_of), std::string::npos) << name << " has no " << instead_of;
        all.replace(all.find(instead_of), instead_of.size(), text);
        std::ofstream{folder / "mqtt" / name} << all;
    }

    void passes(const std::string& bench, std::ptrdiff_t at_least)
    {
        const auto run = run_kit(MQTT_DRIVER, bench, {"--set", "profiles=" + folder.string()});
        EXPECT_EQ(run.code, 0) << run.report;
        EXPECT_GE(std::count_if(run.word.begin(), run.word.end(), [](const auto& one) { return one.second == "ok"; }), at_least)
            << run.report;
    }

    fs::path folder;
};

/// On a real broker, with a controller that beats every second instead of every three minutes.
TEST_F(MqttDriver, PassesWithAnEspRfid)
{
    profile("esp-rfid-2.0.yaml", "every_s: 180", "every_s: 1");
    passes("esp-rfid", 53);
}

TEST_F(MqttDriver, PassesWithALockBehindZigbee2mqtt)
{
    profile("zigbee2mqtt-pin-lock.yaml");
    passes("zigbee2mqtt", 45);
}

TEST_F(MqttDriver, PassesWithATasmotaRelay)
{
    profile("tasmota-relay-strike.yaml", "every_s: 30", "every_s: 1");
    passes("tasmota", 28);
}

TEST_F(MqttDriver, PassesWithAShellySwitch)
{
    profile("shelly-gen2-switch-strike.yaml", "every_s: 30", "every_s: 1");
    passes("shelly", 31);
}

} // namespace
} // namespace gatehouse::check
