#include "reconcile/plan.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using namespace reconcile;
using model::Placement;
using model::Truth;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::Instant plan_noon{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1} + 12h};

/// What is desired and what is placed, by key.
class PlanTest : public testing::Test {
protected:
    PlanTest()
    {
        device.stores_credentials = device.takes_uid = true;
        device.validity = devices::Validity::seconds;
        device.readback = devices::Readback::list_counted;
    }

    Desired& want(const std::string& key, devices::Doors doors = 1, base::Instant until = plan_noon + 10h)
    {
        auto& desired = lowered.entries[placement_key(devices::KeyKind::card_uid_hex, key)];
        desired.key = key;
        desired.doors = doors;
        desired.until = desired.interval.until = until;
        return desired;
    }
    Desired& want_leased(const std::string& key)
    {
        auto& desired = want(key, 1, plan_noon + 72h);
        desired.interval.until = base::no_end;
        desired.leased = true;
        return desired;
    }
    Placement& placed(const std::string& key, devices::Doors doors = 1, base::Instant until = plan_noon + 10h,
                      Truth truth = Truth::verified)
    {
        auto& row = placements[placement_key(devices::KeyKind::card_uid_hex, key)];
        row.device = the_device;
        row.key = placement_key(devices::KeyKind::card_uid_hex, key);
        row.doors = static_cast<std::int64_t>(doors);
        row.until = until;
        row.truth = truth;
        return row;
    }
    void shows(const std::string& key, devices::Doors doors = 1, base::Instant until = plan_noon + 10h)
    {
        devices::Entry entry;
        entry.key = key;
        entry.doors = doors;
        entry.until = std::chrono::floor<base::seconds>(until).time_since_epoch().count();
        read.entries.push_back(entry);
    }
    Writes plan() const { return plan_writes(lowered, placements, device, policy, now); }
    Judgement judged() const
    {
        Judgement judgement;
        judgement.proven = read.complete;
        Shown shown;
        for (const auto& entry : read.entries) add_shown(shown, entry);
        std::set<std::string> keys;
        const auto name = [&keys](const auto& all) {
            for (const auto& one : all) keys.insert(one.first);
        };
        name(lowered.entries), name(placements), name(shown);
        judgement.doubted = read.complete && std::any_of(placements.begin(), placements.end(), [this, &shown](const auto& placed) {
                                return !shown.contains(placed.first) && should_stand(placed.second, now);
                            });
        const auto at = [](const auto& map, const std::string& key) {
            const auto found = map.find(key);
            return found == map.end() ? nullptr : &found->second;
        };
        for (const auto& key : keys)
            judge_key(at(lowered.entries, key), at(placements, key), at(shown, key), read.complete ? Looked::at_all : Looked::at_some,
                      {device, policy, now}, 7, judgement);
        return judgement;
    }
    static std::vector<std::string> keys(const std::vector<Desired>& puts)
    {
        std::vector<std::string> found;
        for (const auto& put : puts) found.push_back(put.key);
        return found;
    }
    const Placement* told(const Judgement& judgement, const std::string& key) const
    {
        for (const auto& row : judgement.verified)
            if (row.key == placement_key(devices::KeyKind::card_uid_hex, key)) return &row;
        return nullptr;
    }

    Lowered lowered;
    model::Placements::Entries placements;
    devices::TableRead read;
    devices::Capabilities device;
    DevicePolicy policy;
    base::Now now{plan_noon, true};
};

TEST_F(PlanTest, WhatIsPlacedAndNotDesiredIsDroppedWhatIsMissingIsPut)
{
    placed("aa");
    want("bb");
    EXPECT_THAT(plan().drops, SizeIs(1));
    EXPECT_EQ(plan().drops[0].key, "card_uid_hex:aa");
    EXPECT_THAT(keys(plan().puts), ElementsAre("bb"));
}

TEST_F(PlanTest, WhereNothingDiffersNothingIsWritten)
{
    placed("aa");
    want("aa");
    EXPECT_THAT(plan().drops, IsEmpty());
    EXPECT_THAT(plan().puts, IsEmpty());
}

TEST_F(PlanTest, WhatTakesSomethingAwayIsPutBeforeWhatGives)
{
    want("aa");
    want("bb", 1);
    placed("bb", 3);
    want("cc", 1, plan_noon + 1h);
    placed("cc", 1, plan_noon + 10h);
    want("dd", 3);
    placed("dd", 1);
    EXPECT_THAT(keys(plan().puts), ElementsAre("bb", "cc", "aa", "dd"));
    EXPECT_EQ(plan().narrowing, 2U);
}

TEST_F(PlanTest, ALaterStartTakesSomethingAway)
{
    want("aa").interval.from = plan_noon + 1h;
    placed("aa");
    EXPECT_EQ(plan().narrowing, 1U);
}

TEST_F(PlanTest, AStartThatHasPassedIsNoNewsForAnEntryWithoutOneUntilTheClockIsSetBack)
{
    want("aa").interval.from = plan_noon - 1h;
    placed("aa");
    shows("aa");
    const auto judgement = judged();
    EXPECT_EQ(told(judgement, "aa")->from, base::no_start);
    EXPECT_THAT(plan().puts, IsEmpty());
    now.instant = plan_noon - 2h;
    EXPECT_EQ(plan().narrowing, 1U);
}

TEST_F(PlanTest, AnAcknowledgedRemovalIsNotSentAgainBeforeTheTableWasRead)
{
    placed("aa", 1, plan_noon, Truth::assumed).leaving = true;
    EXPECT_THAT(plan().drops, IsEmpty());
    placed("aa", 1, plan_noon, Truth::unknown).leaving = true;
    EXPECT_THAT(plan().drops, SizeIs(1));
}

TEST_F(PlanTest, WhatIsDesiredAgainIsPutAgainThoughItsRemovalWasAcknowledged)
{
    want("aa");
    placed("aa", 1, plan_noon + 10h, Truth::assumed).leaving = true;
    EXPECT_THAT(keys(plan().puts), ElementsAre("aa"));
}

TEST_F(PlanTest, AnUnclearPutIsReadBackBeforeItIsRepeatedWhereTheDeviceCanBeRead)
{
    want("aa");
    placed("aa", 1, plan_noon + 10h, Truth::unknown);
    EXPECT_THAT(plan().puts, IsEmpty());
    device.readback = devices::Readback::none;
    EXPECT_THAT(keys(plan().puts), ElementsAre("aa")) << "nothing else will ever make it certain";
}

TEST_F(PlanTest, WhatTheDeviceRefusedIsNotRepeatedWhatHadNoRoomIs)
{
    want("aa");
    placed("aa", 1, plan_noon + 10h, Truth::refused).reason = "read_only";
    EXPECT_THAT(plan().puts, IsEmpty());
    placed("aa", 1, plan_noon + 10h, Truth::refused).reason = "full";
    EXPECT_THAT(plan().puts, SizeIs(1));
}

TEST_F(PlanTest, ALeasedEndCountsAsEqualFromHalfALeaseToALeaseAhead)
{
    want_leased("aa");
    placed("aa", 1, plan_noon + 50h);
    EXPECT_THAT(plan().puts, IsEmpty());
    placed("aa", 1, plan_noon + 36h - 1s);
    EXPECT_THAT(plan().puts, SizeIs(1));
    placed("aa", 1, plan_noon + 72h + 3min);
    EXPECT_THAT(plan().puts, SizeIs(1)) << "longer than any lease";
    EXPECT_EQ(plan().narrowing, 1U);
    placed("aa", 1, plan_noon + 72h + 90s);
    EXPECT_THAT(plan().puts, IsEmpty()) << "given by a clock that was a little ahead";
    want_leased("aa").interval.until = plan_noon + 72h + 1min;
    EXPECT_EQ(plan().narrowing, 1U) << "but never beyond the end of the right";
}

TEST_F(PlanTest, ALeaseThatStandsIsNotOwedAndNotTakenForARefusalOfTheNext)
{
    auto& desired = want_leased("aa");
    auto& placement = placed("aa", 1, plan_noon + 72h + 90s, Truth::refused);
    placement.reason = "read_only";
    EXPECT_THAT(plan().drops, IsEmpty());
    EXPECT_FALSE(owes(&desired, placement, device, now));
    placement.until = plan_noon + 72h + 3min;
    EXPECT_THAT(plan().drops, SizeIs(1));
    EXPECT_TRUE(owes(&desired, placement, device, now));
    placement.until = plan_noon + 72h + 90s;
    desired.interval.until = plan_noon + 72h + 1min;
    EXPECT_TRUE(owes(&desired, placement, device, now)) << "its right ends earlier";
}

TEST_F(PlanTest, LeasesAreRenewedBeforeHalfOfThemIsLeftEachAtItsOwnTime)
{
    std::set<base::Instant> times;
    for (int i = 0; i < 50; ++i) {
        const auto at = renewal(placed("a" + std::to_string(i), 1, plan_noon + 72h), policy);
        EXPECT_LE(at, plan_noon + 36h);
        EXPECT_GT(at, plan_noon + 27h);
        times.insert(at);
    }
    EXPECT_GT(times.size(), 45U);
    policy.lease.reset();
    EXPECT_EQ(renewal(placed("aa", 1, plan_noon + 72h), policy), base::no_end);
}

TEST_F(PlanTest, ARenewalGoesBehindRevokes)
{
    want_leased("aa");
    const auto due = renewal(placed("aa", 1, plan_noon + 72h), policy);
    EXPECT_THAT(plan().puts, IsEmpty());
    now.instant = due;
    want_leased("aa").until = due + 72h;
    EXPECT_THAT(keys(plan().puts), ElementsAre("aa"));
    EXPECT_EQ(plan().narrowing, 0U);
    want("zz", 1);
    placed("zz", 3);
    EXPECT_THAT(keys(plan().puts), ElementsAre("zz", "aa"));
}

TEST_F(PlanTest, AnEntryIsNeverWiderThanItsIntervalInWholeSeconds)
{
    auto& desired = want("aa", 1, plan_noon + 999ms);
    desired.interval.from = plan_noon + 1ms;
    const auto entry = to_entry(desired, device);
    EXPECT_EQ(entry.from, plan_noon.time_since_epoch() / 1s + 1);
    EXPECT_EQ(entry.until, plan_noon.time_since_epoch() / 1s);
    device.max_epoch = 1000;
    EXPECT_EQ(to_entry(desired, device).until, 1000);
}

TEST_F(PlanTest, OnlyACompleteReadThatShowsItAsDesiredVerifiesAndOnlyThatProvesAbsence)
{
    want("aa");
    placed("aa", 1, plan_noon + 10h, Truth::assumed);
    placed("bb", 1, plan_noon, Truth::assumed).leaving = true;
    shows("aa");
    auto partial = judged();
    EXPECT_EQ(told(partial, "aa")->truth, Truth::verified) << "what a partial read shows was seen";
    EXPECT_EQ(told(partial, "aa")->number, 7U);
    EXPECT_THAT(partial.gone, IsEmpty()) << "what it does not show proves nothing";
    EXPECT_FALSE(partial.proven);
    read.complete = true;
    EXPECT_THAT(judged().gone, ElementsAre("card_uid_hex:bb"));
    EXPECT_TRUE(judged().proven);
    EXPECT_FALSE(judged().repairs);
}

TEST_F(PlanTest, APartialReadLosesNothing)
{
    want("aa");
    placed("aa");
    const auto judgement = judged();
    EXPECT_THAT(judgement.lost, IsEmpty());
    EXPECT_THAT(judgement.verified, IsEmpty());
    EXPECT_FALSE(judgement.repairs);
}

TEST_F(PlanTest, AVerifiedEntryThatIsGoneOrDifferentIsLostAndRepaired)
{
    want("aa");
    placed("aa");
    want("bb");
    placed("bb");
    shows("bb", 3);
    read.complete = true;
    const auto judgement = judged();
    EXPECT_THAT(judgement.lost, ElementsAre("card_uid_hex:aa", "card_uid_hex:bb"));
    EXPECT_TRUE(judgement.repairs);
    EXPECT_FALSE(judgement.proven);
    EXPECT_EQ(told(judgement, "aa")->truth, Truth::pending);
}

TEST_F(PlanTest, AnAcknowledgedPutThatDidNotHoldIsRepairedAndNoDrift)
{
    want("aa");
    placed("aa", 1, plan_noon + 10h, Truth::assumed);
    read.complete = true;
    EXPECT_TRUE(judged().repairs);
    EXPECT_THAT(judged().lost, IsEmpty());
}

TEST_F(PlanTest, ADisabledOrAdminEntryIsNotWhatWasWanted)
{
    want("aa");
    placed("aa");
    shows("aa");
    for (const auto state : {devices::EntryState::disabled, devices::EntryState::admin, devices::EntryState::unknown}) {
        read.entries[0].state = state;
        EXPECT_TRUE(judged().repairs);
    }
}

TEST_F(PlanTest, ARemovalThatTheDeviceStillShowsIsUnknownAgain)
{
    placed("aa", 1, plan_noon, Truth::assumed).leaving = true;
    shows("aa");
    const auto judgement = judged();
    ASSERT_NE(told(judgement, "aa"), nullptr);
    EXPECT_EQ(told(judgement, "aa")->truth, Truth::unknown);
    EXPECT_TRUE(told(judgement, "aa")->leaving);
    EXPECT_TRUE(judgement.repairs);
}

TEST_F(PlanTest, WhatHasNoPlacementIsForeignUnlessItIsDesired)
{
    placed("aa");
    want("bb");
    for (const auto* key : {"aa", "bb", "cc"}) shows(key);
    read.complete = true;
    const auto judgement = judged();
    ASSERT_THAT(judgement.foreign, SizeIs(1));
    EXPECT_EQ(judgement.foreign[0].key, "cc");
    EXPECT_TRUE(judgement.repairs) << "bb is taken over by a put of ours";
}

TEST_F(PlanTest, WhatTheDeviceRefusesToNarrowIsNeverProven)
{
    want("aa");
    placed("aa", 3, plan_noon + 10h, Truth::refused).reason = "read_only";
    read.complete = true;
    EXPECT_TRUE(judged().proven) << "it holds nothing of it";
    shows("aa", 3);
    EXPECT_FALSE(judged().proven);
}

TEST_F(PlanTest, WhatTheDeviceRefusesToNarrowIsDroppedAndThenPutAnew)
{
    want("aa");
    auto& placement = placed("aa", 3, plan_noon + 10h, Truth::refused);
    placement.reason = "read_only";
    ASSERT_THAT(plan().drops, SizeIs(1));
    EXPECT_THAT(plan().puts, IsEmpty());
    placement.leaving = true;
    placement.truth = Truth::assumed;
    EXPECT_THAT(plan().drops, IsEmpty());
    EXPECT_THAT(plan().puts, SizeIs(1));
}

TEST_F(PlanTest, WhatTheDeviceHoldsWiderIsRewrittenAsARevoke)
{
    want("aa");
    placed("aa", 1);
    shows("aa", 3);
    read.complete = true;
    const auto judgement = judged();
    ASSERT_TRUE(told(judgement, "aa"));
    EXPECT_EQ(told(judgement, "aa")->may_open(), 3U) << "it may open what it was read to open";
    placed("aa") = *told(judgement, "aa");
    EXPECT_EQ(plan().narrowing, 1U);
}

TEST_F(PlanTest, ATableThatShowsAKeyTwiceOpensWhatEitherRowOpens)
{
    want("aa");
    for (const bool wide_first : {true, false}) {
        read.entries.clear();
        placed("aa", 1);
        shows("aa", wide_first ? 3 : 1);
        shows("aa", wide_first ? 1 : 3);
        read.complete = true;
        const auto judgement = judged();
        EXPECT_FALSE(judgement.proven);
        EXPECT_NE(told(judgement, "aa")->truth, Truth::verified);
    }
}

TEST_F(PlanTest, OneEntryCoversAnotherThatOpensNothingMore)
{
    devices::Entry outer, inner;
    outer.doors = 3, inner.doors = 1;
    outer.until = 100, inner.until = 100;
    EXPECT_TRUE(covers(outer, inner));
    EXPECT_FALSE(covers(inner, outer));
    inner.until.reset();
    EXPECT_FALSE(covers(outer, inner)) << "no end is later than any";
    inner.until = 50;
    outer.from = 10;
    EXPECT_FALSE(covers(outer, inner)) << "no start is earlier than any";
}

TEST_F(PlanTest, AStartBeforeNineteenSeventyIsNoStart)
{
    auto& desired = want("0a");
    desired.interval.from = base::Instant{-24h};
    EXPECT_FALSE(to_entry(desired, device).from) << "a driver refuses everything that goes with such a time";
    desired.interval.from = base::Instant{1s};
    EXPECT_EQ(to_entry(desired, device).from, 1);
}

TEST_F(PlanTest, AnEntryThatIsProvenAbsentMayOpenNoMoreThanWhatIsWrittenNext)
{
    want("aa", 0b01);
    auto& old = placed("aa", 0b11, base::no_end, Truth::pending);
    old.leaving = true;
    read.complete = true;
    const auto judgement = judged();
    ASSERT_THAT(judgement.verified, SizeIs(1));
    EXPECT_FALSE(judgement.verified[0].leaving);
    EXPECT_EQ(judgement.verified[0].may_open(), 0b01U);
    EXPECT_EQ(judgement.verified[0].until, plan_noon + 10h);
    EXPECT_TRUE(judgement.repairs);
}

TEST_F(PlanTest, AForeignEntryUnderADesiredKeyIsToldUntilItIsWrittenOver)
{
    want("aa", 0b01);
    shows("aa", 0b11);
    read.complete = true;
    const auto judgement = judged();
    EXPECT_THAT(judgement.claimed, SizeIs(1));
    EXPECT_THAT(judgement.foreign, IsEmpty());
    EXPECT_FALSE(judgement.proven);
}

} // namespace
} // namespace gatehouse::tests
