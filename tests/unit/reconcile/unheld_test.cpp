// What a controller cannot hold, of what the policy opens.

#include "reconcile/unheld.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace reconcile;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::Instant unheld_monday{std::chrono::sys_days{std::chrono::year{2027} / 3 / 1}};

/// One user with a card that has an uid and no number, who may open both doors of the device; and who else moves in.
class Unheld : public testing::Test {
protected:
    Unheld()
    {
        for (const auto& row : yard_site()) put(row);
        put(model::put(direct_grant(first_entrance)));
        put(model::put(direct_grant(second_entrance)));
        can.stores_credentials = can.takes_uid = can.takes_pin = true;
        can.pin_min = can.pin_max = 4;
    }
    void put(const model::Mutation& row) { ASSERT_TRUE(directory.apply(row)); }
    /// Codes of the user, at two doors that take them.
    void codes(std::initializer_list<const char*> all)
    {
        for (const auto number : {first_entrance, second_entrance}) {
            auto entrance = directory.workspace(id<model::WorkspaceId>(1))->entrances.find(id<model::EntranceId>(number))->row;
            entrance.mode = "card_or_pin";
            put(model::put(entrance));
        }
        std::uint64_t number = 71;
        for (const auto* digits : all) {
            auto row = card(number++, 60);
            row.method = model::AccessMethod::code;
            row.card_uid.reset();
            row.code = digits;
            put(model::put(row));
            for (const auto& door : directory.device(the_device)->doors)
                put(model::put(model::PinClaim{.door = door, .pin = digits, .credential = row.id, .workspace = row.workspace}));
        }
    }
    Ways ways() const { return unheld({directory, *directory.device(the_device), can, policy, {unheld_monday}}, occupied); }

    model::Directory directory;
    devices::Capabilities can;
    DevicePolicy policy;
    Occupied occupied;
};

TEST_F(Unheld, WhatFitsIsHeld)
{
    EXPECT_THAT(ways(), IsEmpty());
}

TEST_F(Unheld, ACardWithoutTheNumberThatTheTableIsToHoldIsNot)
{
    can.takes_number = true;
    policy.card_as = "h10301";
    EXPECT_THAT(ways(), SizeIs(2)) << "at neither door";
}

TEST_F(Unheld, AKindThatTheDeviceDoesNotTakeIsNot)
{
    codes({"4711"});
    EXPECT_THAT(ways(), IsEmpty());
    can.takes_pin = false;
    EXPECT_THAT(ways(), SizeIs(2)) << "though no error stands on the code";
}

TEST_F(Unheld, WhatWouldOpenAnotherDoorIsNotWhereDoorsAreNotSeparable)
{
    can.any_door_subset = false;
    EXPECT_THAT(ways(), IsEmpty()) << "both doors are granted";
    put(model::erase(direct_grant(second_entrance)));
    EXPECT_THAT(ways(), SizeIs(1));
}

TEST_F(Unheld, ReservedSlotsTakeRoomFromThoseWhoDoNotStandYet)
{
    codes({"4711", "4712"});
    can.takes_uid = false;
    can.slot_based = true;
    can.slot_first = 1;
    can.capacity = 2;
    const auto cards = ways();
    EXPECT_THAT(cards, SizeIs(2)) << "the card alone";
    policy.reserved = {1};
    occupied.ours["code:" + to_string(id<model::CredentialId>(72))] = 2;
    auto crowded = ways();
    for (const auto& way : cards) crowded.erase(way);
    EXPECT_THAT(crowded, SizeIs(2));
    for (const auto& way : crowded) EXPECT_EQ(way.first, id<model::CredentialId>(71)) << "72 stands in slot 2";
    occupied.others = {2};
    policy.reserved = {};
    occupied.ours.clear();
    EXPECT_THAT(ways(), SizeIs(4)) << "an entry of nobody takes room as well";
}

TEST_F(Unheld, AnEntryThatStandsInASlotThatIsReservedNowMovesWhereThereIsRoom)
{
    codes({"4711"});
    can.takes_uid = false;
    can.slot_based = true;
    can.slot_first = 1;
    can.capacity = 2;
    occupied.ours["code:" + to_string(id<model::CredentialId>(71))] = 1;
    const auto before = ways();
    policy.reserved = {1};
    EXPECT_EQ(ways(), before);

    occupied.ours.clear();
    codes({"4711", "4712"});
    occupied.ours["code:" + to_string(id<model::CredentialId>(72))] = 1;
    auto crowded = ways();
    for (const auto& way : before) crowded.erase(way);
    EXPECT_THAT(crowded, SizeIs(2));
    for (const auto& way : crowded) EXPECT_EQ(way.first, id<model::CredentialId>(72)) << "it has to look for room, and is not the first";
}

TEST_F(Unheld, WhereTheGatewayDecidesEverythingIsHeld)
{
    can = {};
    EXPECT_THAT(ways(), IsEmpty());
}

} // namespace
} // namespace gatehouse::tests
