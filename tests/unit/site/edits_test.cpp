// What a plan says of a thing that changes: whose it is, its old key, and each field with both values.

#include "unit/site/house.hpp"

namespace gatehouse::site {

using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

namespace {

class Edits : public HarbourHouse {
public:
    /// The one thing that changes.
    Step step()
    {
        auto made = plan();
        EXPECT_THAT(made.steps, SizeIs(1));
        return made.steps.empty() ? Step{} : made.steps.front();
    }
    std::vector<std::string> fields() { return words(step().edits); }
};

} // namespace

TEST_F(Edits, OfAnEntranceByTheWordsOfTheFile)
{
    edit("lobby:   {door: lobby, name: Lobby,", "lobby:   {door: lobby, name: Main door, mode: card_or_pin,");
    EXPECT_THAT(fields(), ElementsAre("name: Lobby → Main door", "mode: card → card_or_pin"));
    EXPECT_EQ(step().workspace, "harbour");
}

TEST_F(Edits, OfADoorWithItsStrikeOwnerAndWiring)
{
    edit("bikes:     {owner: harbour, strike: panel/2, zone: main, lock: fail_secure,",
         "bikes:     {owner: harbour, strike: yard-ctl/2, zone: main, held_after: 90s, lock: fail_safe,");
    EXPECT_THAT(fields(), UnorderedElementsAre("strike: panel/2 → yard-ctl/2", "lock: fail_secure → fail_safe", "held_after: none → 90s"));
    EXPECT_EQ(step().what, "moved");
}

TEST_F(Edits, OfWhatEndsItsLastValue)
{
    edit("lock: fail_safe, held_after: 30s}", "lock: fail_safe}");
    EXPECT_THAT(fields(), ElementsAre("held_after: 30s → none"));
}

TEST_F(Edits, OfADeviceWithItsParametersAndItsOwnPolicy)
{
    edit("params: {name: suite, first: 1, expose_pin: true}, reserved_slots: [0]",
         "params: {name: suite, first: 2, expose_pin: true}, lease: 24h, reserved_slots: [0, 3]");
    EXPECT_THAT(fields(), UnorderedElementsAre("params.first: 1 → 2", "lease: 72h → 24h", "reserved_slots: [0] → [0, 3]"));
    EXPECT_THAT(step().note, testing::EndsWith("if another unit is met there: gatehouse replace suite-lock"));
    edit("first: 2", "first: 1");
    EXPECT_THAT(fields(), SizeIs(2));
    EXPECT_EQ(step().note, "") << "it is met where it was";
    edit("first: 1", "first: 2");
    edit("  suite-lock: {line: broker,", "  suite-lock: {line: broker, name: Suite, brake: {entries: 5, share: 10%},");
    EXPECT_THAT(fields(), testing::IsSupersetOf({"name: suite-lock → Suite", "brake.entries: 10 → 5", "brake.share: 25% → 10%"}));
}

TEST_F(Edits, OfAReaderByAnotherKeyAreRefusedAtTheAddressOfTheOneLeftOutAlone)
{
    edit("rd-lobby", "rd-front", true);
    EXPECT_THAT(planned().problems, testing::Contains(testing::Field(&settings::Problem::path, "devices.rd-front")));
    edit("{line: bus-a, address: 1,", "{line: bus-a, address: 4,");
    EXPECT_THAT(planned().problems, testing::IsEmpty()) << "on the same bus, with the same parameters";
}

TEST_F(Edits, OfAGroupWhoseEntriesAreToHaveNoEndSayIt)
{
    edit("day-staff:  {", "day-staff:  {lease: none, ");
    EXPECT_THAT(fields(), ElementsAre("lease: the device's → none: entries without an end"));
}

TEST_F(Edits, OfAProfileThatWasEditedInPlaceItsFile)
{
    profiles_["suite-lock"] = "aaaa";
    EXPECT_THAT(words(step().edits), ElementsAre("profile: zigbee2mqtt/pin-lock/yale-250 → zigbee2mqtt/pin-lock/yale-250 (file aaaa)"));
    apply(plan().rows);
    profiles_["suite-lock"] = "bbbb";
    EXPECT_THAT(words(step().edits),
                ElementsAre("profile: zigbee2mqtt/pin-lock/yale-250 (file aaaa) → zigbee2mqtt/pin-lock/yale-250 (file bbbb)"));
    edit("profile: zigbee2mqtt/pin-lock/yale-250", "profile: zigbee2mqtt/other");
    EXPECT_THAT(words(step().edits), ElementsAre("profile: zigbee2mqtt/pin-lock/yale-250 → zigbee2mqtt/other")) << "its name says enough";
}

TEST_F(Edits, OfHoursDayByDay)
{
    edit("office-hours: {mon-fri: [\"08:00-18:00\"]", "office-hours: {mon-thu: [\"08:00-18:00\"], fri: [\"08:00-12:00\", \"13:00-17:30\"]");
    EXPECT_THAT(fields(), ElementsAre("fri: 08:00-18:00 → 08:00-12:00, 13:00-17:30"));
}

TEST_F(Edits, OfAPathItsHours)
{
    edit("day-staff:  {entrances: {lobby: office-hours", "day-staff:  {entrances: {lobby: always");
    EXPECT_THAT(fields(), ElementsAre("hours: office-hours → always"));
    EXPECT_EQ(step().key, "day-staff/lobby");
    EXPECT_EQ(step().workspace, "harbour");
}

TEST_F(Edits, OfAChangedKeyBothAndNothingOfWhatRefersToIt)
{
    edit("  suite-lock: {", "  guest-lock: {was: suite-lock, name: suite-lock, ");
    edit("strike: suite-lock/1", "strike: guest-lock/1");
    EXPECT_EQ(words(plan().steps), (std::vector<std::string>{"renamed device guest-lock"}));
    EXPECT_EQ(step().was, "suite-lock");
    EXPECT_THAT(fields(), testing::IsEmpty());
}

TEST_F(Edits, OfADoorThatGetsAnotherOwner)
{
    edit("bikes:     {owner: harbour,", "bikes:     {owner: brightline, shared_with: [harbour],");
    const auto made = plan();
    EXPECT_EQ(words(made.steps), (std::vector<std::string>{"changed door bikes", "added share bikes/harbour"}));
    EXPECT_THAT(words(made.steps[0].edits), ElementsAre("owner: harbour → brightline"));
    EXPECT_EQ(made.steps[0].workspace, "brightline");
}

} // namespace gatehouse::site
