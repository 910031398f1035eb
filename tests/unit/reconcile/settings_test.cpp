// What the audit trail has of settings that differ.

#include "unit/reconcile/site.hpp"

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using devices::SetupState;

struct DeviceSettings : Settled {
    void says_settings(const std::string& state)
    {
        driver.says(R"({"type":"setup","line":"broker","device":"yard","at":"1","state":")" + state + R"(","detail":"PulseTime1 is 0"})");
        site->run_for(10ms);
    }
    int told_differs() const { return site->told_of("gatehouse.setup_differs"); }
    int told_verified() const { return site->told_of("gatehouse.setup_verified"); }
    void gateway_restarts()
    {
        const auto told = site->told;
        site.reset();
        site = std::make_unique<Site>(driver, directory.path());
        site->told = told;
        EXPECT_TRUE(site->settles());
    }
};

TEST_F(DeviceSettings, ThatDifferAreToldOnceAndSoIsThatTheyAreRightAgain)
{
    says_settings("verified");
    EXPECT_EQ(told_verified(), 0) << "nothing was wrong";
    says_settings("differs");
    says_settings("differs");
    EXPECT_EQ(told_differs(), 1);
    says_settings("verified");
    says_settings("verified");
    EXPECT_EQ(told_verified(), 1);
    says_settings("differs");
    EXPECT_EQ(told_differs(), 2);
}

TEST_F(DeviceSettings, ThatDifferedBeforeTheGatewayBeganAreUnknownUntilTheyAreAskedForAndToldToBeRight)
{
    says_settings("differs");
    gateway_restarts();
    EXPECT_EQ(site->fleet.status(the_device)->setup.state(), SetupState::unknown);
    says_settings("differs");
    EXPECT_EQ(told_differs(), 1);
    gateway_restarts();
    says_settings("verified");
    EXPECT_EQ(told_verified(), 1);
    gateway_restarts();
    EXPECT_EQ(site->fleet.status(the_device)->setup.state(), SetupState::none);
    says_settings("verified");
    EXPECT_EQ(told_verified(), 1);
}

} // namespace
} // namespace gatehouse::tests
