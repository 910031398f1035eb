// Codes written to and removed from a lock whose every word tells all slots as they were last heard of.

#include "pin_lock.hpp"

#include <gmock/gmock.h>

namespace gatehouse::mqtt {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Lock, WhatIsWrittenIsAskedForUntilItStands)
{
    talk.apply({put_at(2, "0012")});
    EXPECT_THAT(talk.fresh(), ElementsAre(put_of(2, "0012")));
    talk.pass(milliseconds{60});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2)));
    state(all("available", "available", "available")); // of a battery
    EXPECT_FALSE(talk.applied);
    talk.pass(milliseconds{700});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2)));
    state(all("available", "enabled", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
}

TEST_F(Lock, WhatDoesNotArriveIsSentOnceMoreAndNeverCalledStored)
{
    talk.apply({put_at(2, "4711")});
    for (int i = 0; i < 60 && !talk.applied; ++i) {
        talk.pass(milliseconds{300});
        if (!talk.applied) state(all("available", "available", "available"));
    }
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown not_stored"));
    const auto sent = talk.fresh();
    EXPECT_GE(std::count(sent.begin(), sent.end(), put_of(2, "4711")), 2);
}

TEST_F(Lock, ARemovalIsDoneWhenTheSlotIsFree)
{
    talk.apply({drop_at(3)});
    EXPECT_THAT(talk.fresh(), ElementsAre(drop_of(3)));
    talk.pass(milliseconds{60});
    state(all("available", "available", "enabled"));
    EXPECT_FALSE(talk.applied);
    talk.pass(milliseconds{700});
    state(is(1, "available") + "," + is(2, "available") + "," + is(3, "available", "4711")); // it still shows its last code
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
}

TEST_F(Lock, WhatWasLastHeardOfToldOnceMoreProvesNoStep)
{
    state(all("available", "available", "available")); // it never heard that slot 2 was written
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    state(all("available", "available", "available")); // of a battery, before the lock has answered
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, WhatItShowedBeforeAGapProvesNoStep)
{
    state(all("available", "enabled", "available"));
    talk.pass(milliseconds{60});
    talk.device->disconnected(talk.now);
    talk.device->connected(talk.now);
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    state(all("available", "available", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, ABridgeThatBeginsAnewProvesNoStep)
{
    state(all("enabled", "available", "available"));
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"offline"})");
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    talk.apply({drop_at(1)});
    talk.pass(milliseconds{120});                      // it is told to lock first
    state(all("available", "available", "available")); // what its disk had, from before the code was put
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, ABridgeThatBeginsAnewWhileAStepIsInHandProvesNone)
{
    state(all("enabled", "available", "available"));
    talk.apply({drop_at(1)});
    talk.pass(milliseconds{60});
    talk.hear_on("zigbee2mqtt/bridge/state", R"({"state":"online"})");
    state(all("available", "available", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged"));
}

TEST_F(Lock, AStepThatWasProvenIsReadAgainWhenAFailureFollows)
{
    state(all("available", "enabled", "available"));
    talk.apply({drop_at(2)});
    talk.pass(milliseconds{60});
    state(all("available", "available", "available"));
    EXPECT_THAT(talk.verdicts(), ElementsAre("acknowledged read_back"));
    fail("set' 'pin_code");
    EXPECT_THAT(talk.told, testing::Contains("event table_changed"));
}

TEST_F(Lock, ACodeChangedAtItsKeypadIsNotTakenForOurs)
{
    read_all(all("available", "enabled", "available"));
    talk.apply({put_at(1, "4711")});
    talk.pass(milliseconds{60});
    state(all("enabled", "enabled", "available"));
    EXPECT_THAT(talk.told, testing::Not(testing::Contains("event table_changed")));
    state(all("enabled", "enabled", "available"), R"("action":"pin_code_changed","action_source_name":"keypad","action_user":1,)");
    EXPECT_THAT(talk.told, testing::Contains("event table_changed"));
}

TEST_F(Lock, ThatKeepsWhatItWasToldToForgetIsUnknown)
{
    talk.apply({drop_at(3)});
    for (int i = 0; i < 60 && !talk.applied; ++i) {
        talk.pass(milliseconds{300});
        if (!talk.applied) state(all("available", "available", "enabled"));
    }
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown not_removed"));
}

TEST_F(Lock, AFailureInTheLogOfTheBridgeEndsTheWait)
{
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    talk.fresh();
    fail("set' 'pin_code");
    talk.pass(milliseconds{50});
    EXPECT_THAT(talk.fresh(), ElementsAre(get(2))) << "it may have arrived all the same";
    fail("get' 'pin_code");
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown device_failure"));
}

TEST_F(Lock, AFailureOfAnotherLockIsNotOurs)
{
    talk.apply({put_at(2, "4711")});
    talk.pass(milliseconds{60});
    for (int i = 0; i < 2; ++i)
        talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish 'set' 'pin_code' to 'back' failed: 'Error: Timeout'"})");
    EXPECT_FALSE(talk.applied);
}

TEST_F(Lock, ACodeForASlotItDoesNotHaveIsNotSentAndItsRemovalIs)
{
    talk.apply({put_at(0, "4711"), put_at(4, "4711"), drop_at(4)});
    ASSERT_EQ(talk.fresh().at(0), drop_of(4));
    talk.pass(milliseconds{60});
    state(is(4, "available"));
    ASSERT_TRUE(talk.applied);
    EXPECT_THAT(talk.verdicts(), ElementsAre("refused not_expressible", "refused not_expressible", "acknowledged"));
}

TEST_F(Lock, APutWaitsForTheRemovalFromItsSlot)
{
    talk.apply({drop_at(2), put_at(2, "4711")}, milliseconds{40'000});
    talk.pass(milliseconds{16'000});
    EXPECT_THAT(talk.verdicts(), ElementsAre("unknown timeout", "refused slot_not_free"));
}

TEST_F(Lock, ACodeOfTheWrongLengthIsRefusedBeforeItIsSent)
{
    talk.apply({put_at(1, "123"), put_at(1, "123456789"), put_at(1, "12a4")});
    EXPECT_THAT(talk.verdicts(), ElementsAre("refused bad_key", "refused bad_key", "refused bad_key"));
    EXPECT_THAT(talk.fresh(), IsEmpty());
}

TEST_F(Lock, WithoutABrokerNothingIsBegun)
{
    talk.up = false;
    talk.apply({drop_at(2)});
    EXPECT_THAT(talk.verdicts(), ElementsAre("all: offline"));
}

} // namespace
} // namespace gatehouse::mqtt
