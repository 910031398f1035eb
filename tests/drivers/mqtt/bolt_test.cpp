// The bolt of a lock, and the bridge in front of it.

#include "pin_lock.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

TEST_F(Lock, IsAwayWhenTheBridgeIs)
{
    talk.hear_on("zigbee2mqtt/front/availability", R"({"state":"online"})", true);
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"offline"})", true);
    talk.hear_on("zigbee2mqtt/front/availability", R"({"state":"online"})");
    talk.hear_on("zigbee2mqtt/bridge/state", "online");
    EXPECT_THAT(talk.told, ElementsAre("offline availability", "online connected"));
}

constexpr const char* unlock = R"(zigbee2mqtt/front/set {"state":"UNLOCK"})";
constexpr const char* lock = R"(zigbee2mqtt/front/set {"state":"LOCK"})";

TEST_F(Lock, WhatWasLastHeardOfItsBoltConfirmsNothing)
{
    talk.strike(milliseconds{30'000});
    EXPECT_THAT(talk.fresh(), ElementsAre(unlock));
    talk.hear_on(state_topic, R"({"lock_state":"locked"})");
    talk.hear_on(state_topic, R"({"lock_state":"unlocked"})");
    ASSERT_TRUE(talk.struck) << "it turned";
    EXPECT_EQ(text_of(*talk.struck), "acknowledged");
    EXPECT_EQ(talk.set_door(sdk::DoorMode::locked, milliseconds{30'000}), "nothing yet");
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"offline"})");
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    talk.hear_on(state_topic, R"({"lock_state":"locked"})"); // as its disk has it
    EXPECT_FALSE(talk.moded);
}

TEST_F(Lock, WhoseLockingFailedIsToldAgain)
{
    talk.set_door(sdk::DoorMode::locked, milliseconds{60'000});
    talk.hear_on(state_topic, R"({"lock_state":"locked"})");
    talk.pass(milliseconds{5'000});
    EXPECT_FALSE(talk.moded);
    talk.fresh();
    talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish 'set' 'state' to 'front' failed: 'Error: Timeout'"})");
    talk.pass(milliseconds{10'000});
    EXPECT_FALSE(talk.moded) << "what it shows is what was last heard of";
    EXPECT_THAT(talk.fresh(), testing::Contains(lock));
    talk.pass(milliseconds{20'000});
    ASSERT_TRUE(talk.moded) << "nothing failed this time";
    EXPECT_EQ(text_of(*talk.moded), "unknown not_seen") << "and nobody saw it lock";
    talk.fresh();
    talk.pass(std::chrono::minutes{2});
    EXPECT_THAT(talk.fresh(), testing::Not(testing::Contains(lock))) << "its batteries are not run down for that";
}

TEST_F(Lock, AFailureBehindALockingThatSeemedDoneHasItToldAgain)
{
    talk.pass(milliseconds{12'000}); // what it was told at first is done
    talk.fresh();
    fail("set' 'state");
    talk.pass(milliseconds{2'000});
    EXPECT_THAT(talk.fresh(), testing::Contains(lock));
}

TEST_F(Lock, AnOpeningThatFailsIsToldAtOnce)
{
    talk.strike(milliseconds{30'000});
    fail("set' 'state");
    ASSERT_TRUE(talk.struck);
    EXPECT_EQ(text_of(*talk.struck), "unknown device_failure");
}

TEST_F(Lock, GivenOverToAFireIsNotLockedForAFailureToldBehind)
{
    talk.pass(milliseconds{12'000}); // what it was told at first is done
    talk.fresh();
    EXPECT_EQ(talk.set_door(sdk::DoorMode::leave), "acknowledged");
    talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish 'set' 'state' to 'front' failed: 'Error: Timeout'"})");
    talk.pass(milliseconds{30'000});
    EXPECT_THAT(talk.fresh(), testing::Not(testing::Contains(lock)));
}

TEST_F(Lock, ThatDoesNotLockByItselfIsToldBehindThePulse)
{
    talk.strike(milliseconds{30'000});
    talk.hear_on(state_topic, R"({"lock_state":"locked"})");
    talk.hear_on(state_topic, R"({"lock_state":"unlocked"})");
    talk.fresh();
    talk.pass(milliseconds{10'000});
    EXPECT_THAT(talk.fresh(), testing::Contains(lock));
}

} // namespace
} // namespace gatehouse::mqtt
