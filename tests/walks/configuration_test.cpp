#include "daemon.hpp"

#include <fstream>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;

class BadConfiguration : public testing::Test {
protected:
    BadConfiguration()
    {
        std::ofstream file{path};
        file << "format: 1\n"
                "site: {key: walk, time_zone: Europe/Copenhagen}\n"
                "lines:\n"
                "  broker: {driver: mqtt, url: \"mqtt://127.0.0.1\"}\n"
                "devices:\n"
                "  front-ctl: {line: brokr, profile: esp-rfid/2.0}\n"
                "colour: blue\n";
    }
    void expect_named(const Ended& ended)
    {
        EXPECT_EQ(ended.status, 78);
        EXPECT_THAT(ended.complaint, HasSubstr("gatehouse.yaml:6: devices.front-ctl.line: "));
        EXPECT_THAT(ended.complaint, HasSubstr("\"brokr\""));
        EXPECT_THAT(ended.complaint, HasSubstr("gatehouse.yaml:7: colour: "));
    }

    Folder folder;
    std::filesystem::path path = folder.path() / "gatehouse.yaml";
};

TEST_F(BadConfiguration, CheckNamesFileLineAndFieldOfEveryProblem)
{
    expect_named(run_gatehoused({"check", "--config", path.string()}));
}

TEST_F(BadConfiguration, TheGatewayDoesNotStartAndTouchesNothing)
{
    const auto state = folder.path() / "state";
    expect_named(run_gatehoused({"--config", path.string(), "--state", state.string(), "--runtime", (folder.path() / "run").string()}));
    EXPECT_FALSE(std::filesystem::exists(state));
}

} // namespace
} // namespace gatehouse::walks
