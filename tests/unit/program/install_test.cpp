#include "place.hpp"

using namespace gatehouse;
using namespace gatehouse::tests;

namespace {

/// What `cmake --install` puts below a prefix.
class Installed : public Place {
protected:
    Installed() { installed = shell(CMAKE " --install " BUILD " --prefix " + path_.string() + "/usr"); }

    Ended installed;
    const std::string examples = "usr/share/doc/gatehouse/examples/";
};

} // namespace

TEST_F(Installed, HasWhatTheDocumentsSendOneTo)
{
    ASSERT_EQ(installed.status, 0) << installed.output;
    for (const std::string file :
         {"usr/bin/gatehoused", "usr/bin/gatehouse", "usr/bin/gatehouse-sim", "usr/bin/gatehouse-driver-check",
          "usr/lib/gatehouse/drivers/gatehouse-driver-mqtt", "usr/lib/gatehouse/drivers/gatehouse-driver-mqtt.json",
          "usr/share/gatehouse/profiles/profile.schema.json", "usr/share/gatehouse/profiles/mqtt/esp-rfid-2.0.yaml",
          "usr/share/gatehouse/profiles/mqtt/esp-rfid-2.0.replay", "usr/share/doc/gatehouse/docs/driver-guide.md"})
        EXPECT_TRUE(std::filesystem::exists(path_ / file)) << file;
    for (const std::string file : {"gatehouse.yaml", "gatehouse.schema.json", "broker/acl", "broker/mosquitto.conf", "benches/plain.json",
                                   "drivers/gatehouse_driver.py", "drivers/cpp/main.cpp"})
        EXPECT_TRUE(std::filesystem::exists(path_ / (examples + file))) << file;
}

TEST_F(Installed, ProvesTheSkeletonInPythonAsItLiesThere)
{
    const auto run = shell("usr/bin/gatehouse-driver-check " + examples + "drivers/gatehouse-driver-skeleton-py --bench " + examples +
                           "benches/plain.json --set sim=$PWD/usr/bin/gatehouse-sim --check manifest --check table");
    EXPECT_EQ(run.status, 0) << run.output;
}

TEST_F(Installed, HoldsARecordedConversationAgainstItsProfile)
{
    const auto run =
        shell("usr/lib/gatehouse/drivers/gatehouse-driver-mqtt --replay usr/share/gatehouse/profiles/mqtt/esp-rfid-2.0.replay");
    EXPECT_EQ(run.status, 0) << run.output;
}
