#include "reconcile/lower.hpp"
#include "reconcile/plan.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using namespace reconcile;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::Instant monday{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}};

/// A directory, what its device can do, and a moment.
class LowerTest : public testing::Test {
protected:
    LowerTest()
    {
        put(yard_site());
        device.stores_credentials = device.takes_uid = true;
        device.validity = devices::Validity::seconds;
    }

    void put(const std::vector<model::Mutation>& rows)
    {
        for (const auto& row : rows) ASSERT_TRUE(directory.apply(row));
    }
    void put(model::Row row) { put({model::put(std::move(row))}); }

    Lowered at(base::Instant when) const { return lower(directory, *directory.device(the_device), device, policy, {when, true}); }
    const Desired* entry(const Lowered& lowered, std::string_view key = the_key) const
    {
        const auto found = lowered.entries.find(std::string{key});
        return found == lowered.entries.end() ? nullptr : &found->second;
    }

    /// Opens one of the two entrances to the user in a window.
    void window(std::uint64_t entrance, std::optional<base::Instant> from, std::optional<base::Instant> until, bool lease_none = false)
    {
        const auto number = ++groups_;
        model::Group group;
        group.id = id<model::GroupId>(number);
        group.workspace = id<model::WorkspaceId>(1);
        group.system = id<model::SystemId>(2);
        group.key = "group-" + std::to_string(number);
        group.starts_at = from;
        group.ends_at = until;
        group.lease_none = lease_none;
        model::GroupEntrance opens;
        opens.group = group.id;
        opens.entrance = id<model::EntranceId>(entrance);
        opens.workspace = group.workspace;
        auto member = membership();
        member.group = group.id;
        put({model::put(group), model::put(opens), model::put(member)});
    }
    static model::Placement placement_of_the_card()
    {
        auto row = placement(0);
        row.key = the_key;
        row.doors = 0b01;
        return row;
    }
    model::Credential the_card_row() const
    {
        return directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
    }

    model::Directory directory;
    devices::Capabilities device;
    DevicePolicy policy;
    std::uint64_t groups_ = 500;
};

TEST_F(LowerTest, WithoutAPathNothingIsHeld)
{
    EXPECT_THAT(at(monday).entries, IsEmpty());
}

TEST_F(LowerTest, AnEntryOpensTheDoorsOpenNowAndEndsWithTheEarliestOfThem)
{
    window(first_entrance, monday + 8h, monday + 18h);
    window(second_entrance, monday + 6h, monday + 23h);
    const auto noon = at(monday + 12h);
    ASSERT_NE(entry(noon), nullptr);
    EXPECT_EQ(entry(noon)->doors, 0b11U);
    EXPECT_EQ(entry(noon)->interval, (model::Interval{monday + 8h, monday + 18h}));
    EXPECT_EQ(entry(noon)->until, monday + 18h);
    EXPECT_EQ(noon.next_edge, monday + 18h);
}

TEST_F(LowerTest, AtEachEdgeTheEntryIsTheDoorsThatAreOpenThen)
{
    window(first_entrance, monday + 8h, monday + 18h);
    window(second_entrance, monday + 6h, monday + 23h);
    const auto early = at(monday + 7h);
    EXPECT_EQ(entry(early)->doors, 0b10U) << "never an early start";
    EXPECT_EQ(early.next_edge, monday + 8h);
    const auto late = at(monday + 18h);
    EXPECT_EQ(entry(late)->doors, 0b10U) << "the end belongs to nobody";
    EXPECT_EQ(entry(late)->until, monday + 23h);
    EXPECT_EQ(late.next_edge, monday + 23h);
    EXPECT_THAT(at(monday + 23h).entries, IsEmpty());
    EXPECT_EQ(at(monday + 23h).next_edge, base::no_end);
}

TEST_F(LowerTest, AWindowWithoutAWholeSecondIsNoEntry)
{
    window(first_entrance, monday + 8h + 300ms, monday + 8h + 900ms);
    EXPECT_THAT(at(monday + 7h).entries, IsEmpty()) << "it would end before it begins";
    EXPECT_THAT(at(monday + 8h + 500ms).entries, IsEmpty());
}

TEST_F(LowerTest, AGapBetweenTwoWindowsIsNeverBridged)
{
    window(first_entrance, monday + 8h, monday + 12h);
    window(first_entrance, monday + 13h, monday + 18h);
    EXPECT_EQ(entry(at(monday + 9h))->until, monday + 12h);
    const auto between = at(monday + 12h);
    EXPECT_EQ(entry(between)->interval, (model::Interval{monday + 13h, monday + 18h}));
    device.validity = devices::Validity::none;
    EXPECT_THAT(at(monday + 12h).entries, IsEmpty()) << "a device that honours no start holds nothing in the gap";
}

TEST_F(LowerTest, WindowsThatTouchAreOne)
{
    window(first_entrance, monday + 8h, monday + 12h);
    window(first_entrance, monday + 12h, monday + 18h);
    EXPECT_EQ(entry(at(monday + 9h))->until, monday + 18h);
}

TEST_F(LowerTest, ADeviceWithoutValidityHoldsTheEntryOnlyBetweenStartAndEnd)
{
    device.validity = devices::Validity::none;
    window(first_entrance, monday + 8h, monday + 18h);
    const auto before = at(monday + 8h - 1ms);
    EXPECT_THAT(before.entries, IsEmpty());
    EXPECT_EQ(before.next_edge, monday + 8h);
    EXPECT_THAT(at(monday + 8h).entries, SizeIs(1));
    EXPECT_THAT(at(monday + 18h - 1ms).entries, SizeIs(1));
    EXPECT_THAT(at(monday + 18h).entries, IsEmpty());
    EXPECT_FALSE(entry(at(monday + 9h))->leased) << "what keeps no end has no lease";
}

TEST_F(LowerTest, AnEntryHoldsTheHoursOfTodayAndAtTheirEndThoseOfTomorrowThatBeginWithinTheLease)
{
    model::WeeklyHours::Week week;
    for (auto& day : week) day = {{8h, 18h}};
    put(model::Hours{.key = "day", .zone = "UTC", .week = model::week_text(week)});
    window(first_entrance, {}, {});
    put(model::GroupEntrance{.group = id<model::GroupId>(groups_),
                             .entrance = id<model::EntranceId>(first_entrance),
                             .workspace = id<model::WorkspaceId>(1),
                             .hours = "day"});
    const auto noon = at(monday + 12h);
    EXPECT_EQ(entry(noon)->until, monday + 18h);
    EXPECT_EQ(noon.next_edge, monday + 18h);
    const auto evening = at(monday + 18h);
    EXPECT_EQ(entry(evening)->interval, (model::Interval{monday + 32h, monday + 42h})) << "which the device itself begins";
    device.validity = devices::Validity::none;
    EXPECT_THAT(at(monday + 18h).entries, IsEmpty());
    EXPECT_EQ(at(monday + 18h).next_edge, monday + 32h);
    EXPECT_EQ(entry(at(monday + 32h))->interval, (model::Interval{monday + 32h, monday + 42h}));
}

TEST_F(LowerTest, AnEntryEndsWithTheLeaseWhenThatIsFirst)
{
    window(first_entrance, {}, {});
    EXPECT_EQ(entry(at(monday))->until, monday + 72h);
    EXPECT_TRUE(entry(at(monday))->leased);
    window(first_entrance, {}, {});
    policy.lease = 1h;
    EXPECT_EQ(entry(at(monday))->until, monday + 1h);
    policy.lease.reset();
    EXPECT_EQ(entry(at(monday))->until, base::no_end);
}

TEST_F(LowerTest, AWindowThatEndsBeforeTheLeaseIsNotLeased)
{
    window(first_entrance, {}, monday + 10h);
    EXPECT_EQ(entry(at(monday))->until, monday + 10h);
    EXPECT_FALSE(entry(at(monday))->leased);
}

TEST_F(LowerTest, TheLeaseCountsFromNowAlsoForWhatBeginsLater)
{
    window(first_entrance, monday + 60h, {});
    ASSERT_NE(entry(at(monday)), nullptr);
    EXPECT_EQ(entry(at(monday))->until, monday + 72h);
}

TEST_F(LowerTest, WhatBeginsBeyondTheLeaseIsHeldFromTheDayItIsWithinIt)
{
    window(first_entrance, monday + 100h, monday + 101h);
    const auto now = at(monday);
    EXPECT_THAT(now.entries, IsEmpty());
    EXPECT_EQ(now.next_edge, monday + 28h + 1ms);
    EXPECT_THAT(at(now.next_edge).entries, SizeIs(1));
}

TEST_F(LowerTest, AGroupWithoutLeaseLiftsItFromItsDoorsAlone)
{
    window(first_entrance, {}, {}, true);
    EXPECT_EQ(entry(at(monday))->until, base::no_end);
    EXPECT_FALSE(entry(at(monday))->leased);
    window(second_entrance, {}, {});
    EXPECT_EQ(entry(at(monday))->until, monday + 72h) << "an entry ends with the first of its doors";
}

TEST_F(LowerTest, ACardWithoutLeaseLiftsItFromAnotherOfTheSamePlasticOnlyForAsLongAsItOpensItself)
{
    window(first_entrance, {}, {}); // the card's own, with a lease
    const auto tenant = id<model::WorkspaceId>(9);
    const model::System boats{.id = id<model::SystemId>(3), .workspace = tenant, .key = "boats"};
    model::Entrance gate{.id = id<model::EntranceId>(43), .workspace = tenant, .system = boats.id, .key = "gate"};
    gate.door = id<model::DoorId>(first_door);
    auto skipper = user(61);
    auto plastic = card(71, 61);
    skipper.system = plastic.system = boats.id;
    skipper.workspace = plastic.workspace = tenant;
    plastic.card_uid = std::string{the_card};
    model::Group crew{.id = id<model::GroupId>(51), .workspace = tenant, .system = boats.id, .key = "crew"};
    crew.lease_none = true;
    const model::GroupEntrance opens{.group = crew.id, .entrance = gate.id, .workspace = tenant};
    auto member = membership();
    member.workspace = tenant;
    member.group = crew.id;
    member.user = skipper.id;
    put({model::put(model::WorkspaceRow{.id = tenant, .key = "crew"}),
         model::put(model::DoorShare{.door = id<model::DoorId>(first_door), .workspace = tenant}), model::put(boats), model::put(gate),
         model::put(skipper), model::put(plastic), model::put(crew), model::put(opens), model::put(member)});
    const auto until = [&](std::optional<base::Instant> from, std::optional<base::Instant> end) {
        crew.starts_at = from;
        crew.ends_at = end;
        put(crew);
        return entry(at(monday))->until;
    };
    EXPECT_EQ(until({}, {}), base::no_end);
    EXPECT_EQ(until({}, monday + 96h), monday + 96h) << "until then, and no longer";
    EXPECT_EQ(until({}, monday + 24h), monday + 72h);
    EXPECT_EQ(until(monday + 24h, {}), monday + 72h) << "it opens nothing yet";
}

TEST_F(LowerTest, AKeyLongerThanTheDeviceTakesIsRefusedByName)
{
    window(first_entrance, {}, {});
    device.key_limit = 7;
    const auto lowered = at(monday);
    EXPECT_THAT(lowered.entries, IsEmpty());
    ASSERT_THAT(lowered.refusals, SizeIs(1));
    EXPECT_EQ(lowered.refusals[0].reason, "key_too_long");
    EXPECT_EQ(lowered.refusals[0].credential, id<model::CredentialId>(70));
    device.key_limit = 8;
    EXPECT_THAT(at(monday).entries, SizeIs(1));
}

TEST_F(LowerTest, ACardNumberIsHeldWithItsFacilityAndRefusedWhereTheDeviceIsTooNarrow)
{
    window(first_entrance, {}, {});
    auto card = the_card_row();
    card.card_uid.reset();
    card.card_number = "12345";
    card.facility_code = 110;
    card.card_format = "h10301";
    put(model::Row{card});
    EXPECT_EQ(at(monday).refusals.at(0).reason, "no_presentation") << "the device reads uids";
    device.takes_uid = false;
    device.takes_number = true;
    EXPECT_NE(entry(at(monday), "card_number:7221305"), nullptr);
    device.key_bits = 16;
    EXPECT_THAT(at(monday).entries, IsEmpty());
    EXPECT_EQ(at(monday).refusals.at(0).reason, "key_too_long");
}

TEST_F(LowerTest, ACardWithSeveralPresentationsIsHeldUnderTheOneItsDeviceReads)
{
    window(first_entrance, {}, {});
    auto card = the_card_row();
    card.card_number = "12345";
    card.facility_code = 110;
    card.card_format = "h10301";
    put(model::Row{card});
    EXPECT_THAT(placement_keys(card), testing::ElementsAre(std::string{the_key}, "card_number:7221305"));
    EXPECT_NE(entry(at(monday)), nullptr);
    EXPECT_THAT(at(monday).entries, SizeIs(1));
    device.takes_number = true;
    device.takes_uid = false;
    EXPECT_NE(entry(at(monday), "card_number:7221305"), nullptr);
    device.takes_uid = true;
    card.card_uid.reset();
    put(model::Row{card});
    EXPECT_NE(entry(at(monday), "card_number:7221305"), nullptr) << "what it has is better than nothing";
}

TEST_F(LowerTest, SuspendedUnassignedAndExpiredCredentialsAreNotHeldAndNoFault)
{
    window(first_entrance, {}, {});
    auto holder = user(the_user);
    holder.suspended = true;
    put(model::Row{holder});
    EXPECT_THAT(at(monday).entries, IsEmpty());
    EXPECT_THAT(at(monday).refusals, IsEmpty());
    holder.suspended = false;
    put(model::Row{holder});
    auto card = the_card_row();
    card.ends_at = monday;
    put(model::Row{card});
    EXPECT_THAT(at(monday).entries, IsEmpty());
    card.ends_at.reset();
    card.user.reset();
    put(model::Row{card});
    EXPECT_THAT(at(monday).entries, IsEmpty());
}

TEST_F(LowerTest, ADeviceThatOpensAllItsDoorsTakesOnlyWhoMayOpenAllOfThem)
{
    device.any_door_subset = false;
    window(first_entrance, {}, {});
    EXPECT_THAT(at(monday).entries, IsEmpty());
    EXPECT_EQ(at(monday).refusals.at(0).reason, "doors_not_separable");
    window(second_entrance, {}, {});
    EXPECT_THAT(at(monday).entries, SizeIs(1));
}

TEST_F(LowerTest, APinThatIsNotDigitsIsRefused)
{
    auto entrance = directory.workspace(id<model::WorkspaceId>(1))->entrances.find(id<model::EntranceId>(first_entrance))->row;
    entrance.mode = "pin";
    put(model::Row{entrance});
    window(first_entrance, {}, {});
    auto code = card(71, the_user);
    code.method = model::AccessMethod::code;
    code.card_uid.reset();
    code.code = "12a4";
    put(model::Row{code});
    device.takes_pin = true;
    EXPECT_EQ(at(monday).refusals.at(0).reason, "pin_not_digits");
    code.code = "1234";
    put(model::Row{code});
    EXPECT_EQ(at(monday).refusals.at(0).reason, "duplicate_pin") << "it is nobody's yet";
    put(model::Row{model::PinClaim{id<model::DoorId>(first_door), "1234", code.id, code.workspace}});
    EXPECT_NE(entry(at(monday), "pin:1234"), nullptr);
    device.pin_min = 5;
    EXPECT_EQ(at(monday).refusals.at(0).reason, "pin_length");
}

TEST_F(LowerTest, EntitledIsWhatThePolicyOpensNowToAKeyWhateverTheDeviceCanHold)
{
    model::Placement placement = placement_of_the_card();
    const auto& node = *directory.device(the_device);
    EXPECT_EQ(entitled(directory, node, placement, {monday, true}, true).doors, 0U);
    window(first_entrance, {}, monday + 1h);
    EXPECT_EQ(entitled(directory, node, placement, {monday, true}, true).doors, 0b01U);
    EXPECT_EQ(entitled(directory, node, placement, {monday + 1h, true}, true).doors, 0U);
}

TEST_F(LowerTest, AnEntryThatOpensAlreadyIsNotEntitledToWhatBeginsLater)
{
    auto placement = placement_of_the_card();
    const auto& node = *directory.device(the_device);
    window(first_entrance, monday + 8h, monday + 9h);
    EXPECT_EQ(entitled(directory, node, placement, {monday, true}, true).doors, 0U) << "it has no start: it opens now";
    placement.from = monday + 8h;
    EXPECT_EQ(entitled(directory, node, placement, {monday, true}, true).doors, 0b01U);
}

TEST_F(LowerTest, NothingThatBeginsLaterIsLeftToADeviceWhoseClockIsOff)
{
    auto placement = placement_of_the_card();
    const auto& node = *directory.device(the_device);
    window(first_entrance, monday + 1h, monday + 9h);
    placement.from = monday + 1h;
    ASSERT_NE(entry(at(monday)), nullptr);
    device.honours_start = false;
    const auto before = at(monday);
    EXPECT_EQ(entry(before), nullptr);
    EXPECT_EQ(before.next_edge, monday + 1h) << "it is written when it has begun";
    EXPECT_EQ(entitled(directory, node, placement, {monday, true}, false).doors, 0U);
    const auto begun = at(monday + 1h);
    ASSERT_NE(entry(begun), nullptr);
    const auto written = to_entry(*entry(begun), device);
    EXPECT_EQ(written.from, std::nullopt) << "by its own clock that may be still ahead";
    EXPECT_TRUE(written.until);
}

TEST_F(LowerTest, StandingNamesTheEntryOrTheReasonThatThereIsNone)
{
    window(first_entrance, {}, {});
    const auto& workspace = *directory.workspace(id<model::WorkspaceId>(1));
    const auto& credential = *workspace.credentials.find(id<model::CredentialId>(70));
    const auto& door = *directory.door(id<model::DoorId>(first_door));
    auto stands = standing(workspace, credential, door, device, {}, {monday, true});
    EXPECT_TRUE(stands.opening.open);
    EXPECT_EQ(stands.key, std::string{the_key});
    device.key_limit = 4;
    stands = standing(workspace, credential, door, device, {}, {monday, true});
    EXPECT_EQ(stands.refusal, "key_too_long");
    EXPECT_FALSE(stands.key);
    device = {};
    stands = standing(workspace, credential, door, device, {}, {monday, true});
    EXPECT_FALSE(stands.applicable) << "a kind this device never takes is no fault";
}

TEST_F(LowerTest, ATableOfCardNumbersHoldsFacilityAndNumber)
{
    device.takes_number = true;
    policy.card_as = "h10301";
    auto card = the_card_row();
    card.card_number = "12345", card.facility_code = 110, card.card_format = "h10301";
    put(card);
    put(direct_grant(first_entrance));
    const auto lowered = at(monday);
    ASSERT_THAT(lowered.entries, SizeIs(1));
    EXPECT_EQ(lowered.entries.begin()->first, "card_number:7221305");
    EXPECT_EQ(lowered.entries.begin()->second.key, "7221305");
}

TEST_F(LowerTest, ATableOfNumbersAloneTakesTheCardsOfItsFacilityOnly)
{
    device.takes_number = true;
    policy.card_as = "h10301", policy.whole_key = false, policy.facility = 111;
    auto card = the_card_row();
    card.card_number = "12345", card.facility_code = 110, card.card_format = "h10301";
    put(card);
    put(direct_grant(first_entrance));
    EXPECT_THAT(at(monday).entries, IsEmpty());
    ASSERT_THAT(at(monday).refusals, SizeIs(1));
    EXPECT_EQ(at(monday).refusals[0].reason, "facility_not_expressible");
    policy.facility = 110;
    ASSERT_THAT(at(monday).entries, SizeIs(1));
    EXPECT_EQ(at(monday).entries.begin()->second.key, "7221305");
}

TEST_F(LowerTest, ATableOfCardNumbersRefusesACardThatHasNone)
{
    device.takes_number = true;
    policy.card_as = "h10301";
    put(direct_grant(first_entrance));
    EXPECT_THAT(at(monday).entries, IsEmpty());
    ASSERT_THAT(at(monday).refusals, SizeIs(1));
    EXPECT_EQ(at(monday).refusals[0].reason, "no_presentation");
}

} // namespace
} // namespace gatehouse::tests
