// A controller whose own clock is wrong, with the real driver and daemon.

#include "site.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace gatehouse::walks {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// Ada's card opens from now on, Ben's begins in an hour; both stand on both controllers.
class ControllerClock : public testing::Test {
protected:
    void SetUp() override
    {
        ada = site.grant("Ada", "04a1b2c3");
        ben = site.grant("Ben", "04d4e5f6");
        site.ask("/acs/users/update", {{"acs_user_id", ben.user},
                                       {"access_schedule", {{"starts_at", utc_in(60min)}, {"ends_at", utc_in(std::chrono::hours{24})}}}});
        site.back.opens("00000000"); // whatever it says tells its time; its next heartbeat is minutes ahead
        ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.verified(ben) && site.settled(); }));
        ASSERT_TRUE(site.front.holds(ben.uid));
        ASSERT_FALSE(site.front.opens(ben.uid));
    }
    bool off(const std::string& key) { return site.controller(key).at("clock_off").as_bool(); }
    std::string warnings(const std::string& door)
    {
        return boost::json::serialize(site.ask("/devices/get", {{"name", door}}).at("device").at("warnings"));
    }

    Site site;
    Holder ada, ben;
};

TEST_F(ControllerClock, TwoHoursAheadOpensToNobodyBeforeTheTimeAndIsToldOf)
{
    site.front.fault("clock_skew_s", "7200");
    ASSERT_TRUE(eventually(patience, [this] { return off("front-ctl"); }));
    ASSERT_TRUE(eventually(patience, [this] { return !site.front.holds(ben.uid) && site.settled(); }));
    EXPECT_FALSE(site.front.opens(ben.uid));
    EXPECT_TRUE(site.front.opens(ada.uid));
    EXPECT_TRUE(site.back.holds(ben.uid));
    EXPECT_EQ(site.states(ben).at("front"), "pending");
    EXPECT_NEAR(static_cast<double>(site.controller("front-ctl").at("clock_ahead_s").as_int64()), 7200, 5);
    EXPECT_THAT(warnings("front"), HasSubstr(" ahead: access that begins later"));
    EXPECT_THAT(site.daemon.log(), HasSubstr("controller_clock controller=front-ctl clock=off"));

    site.front.fault("none", "null");
    site.front.power_cycle("keep"); // a clock that was set back keeps it from its heartbeat
    ASSERT_TRUE(eventually(patience, [this] { return !off("front-ctl"); }));
    EXPECT_TRUE(eventually(patience, [this] { return site.front.holds(ben.uid) && site.verified(ben) && site.settled(); }));
    EXPECT_FALSE(site.front.opens(ben.uid));
    EXPECT_EQ(warnings("front"), "[]");
    site.daemon.stop();
    EXPECT_THAT(site.events("gatehouse.controller.clock_off"), SizeIs(1));
    EXPECT_THAT(site.events("gatehouse.controller.clock_right"), SizeIs(1));
}

TEST_F(ControllerClock, TwoDaysBehindAndDarkHasNoEndOfItsResidualAccess)
{
    site.ask("/acs/users/update",
             {{"acs_user_id", ada.user}, {"access_schedule", {{"starts_at", utc_in(-60min)}, {"ends_at", utc_in(60min)}}}});
    ASSERT_TRUE(eventually(patience, [this] { return site.verified(ada) && site.settled(); }));
    site.front.fault("clock_skew_s", "-172800");
    site.front.power_cycle("keep");
    ASSERT_TRUE(eventually(patience, [this] { return off("front-ctl") && site.settled(); }));
    site.front.silent(true);
    site.revoke(ada);
    ASSERT_TRUE(eventually(patience, [this] { return site.residuals().size() == 1; }));
    EXPECT_TRUE(site.residuals().at(0).at("ends_at").is_null());
}

} // namespace
} // namespace gatehouse::walks
