// `gatehoused check` on what a file asks of a device beyond what its driver says it can do.

#include "place.hpp"

using namespace gatehouse::tests;
using testing::HasSubstr;
using testing::Not;

namespace {

/// A lock that takes codes in slots 1 to 30, and a relay without a reader; entrances are of a system `house`.
class CheckUses : public Place {
protected:
    CheckUses()
    {
        edit("site.yaml", "doors:\n",
             "  lock: {line: broker, profile: zigbee2mqtt/pin-lock, params: {name: lock, slots: 30}}\n"
             "  relay: {line: broker, profile: tasmota/relay-strike, params: {t: relay}}\ndoors:\n"
             "  suite: {owner: pier, strike: lock/1}\n  dock: {owner: pier, strike: relay/1}\n");
        edit("site.yaml", "  pier: {}\n",
             "  pier:\n    systems:\n      house:\n        entrances:\n          suite: {door: suite, mode: pin}\n"
             "          dock: {door: dock, cloud_key: true}\n          gate: {door: gate}\n");
    }
    void asks(const std::string& piece, const std::string& other, const std::string& told)
    {
        const auto before = read("site.yaml");
        edit("site.yaml", piece, other);
        const auto ended = check();
        EXPECT_EQ(ended.status, 0) << "a remark";
        EXPECT_THAT(ended.output, HasSubstr(told)) << other;
        EXPECT_THAT(ended.output, HasSubstr("no problems"));
        write("site.yaml", before);
    }
};

} // namespace

TEST_F(CheckUses, SaysNothingOfWhatIsRight)
{
    EXPECT_EQ(check().output, "site.yaml: no problems\n");
}

TEST_F(CheckUses, OfSlotsThatThereAreNot)
{
    const std::string all = "slots: 30}}", one = "params: {t: relay}}";
    asks(all, "slots: 30}, reserved_slots: [1, 31, 400]}",
         "devices.lock.reserved_slots: slot 31 is none of those that are used, 1 to 30\n");
    asks(all, "slots: 30}, reserved_slots: [1, 31, 400]}", "slot 400 is none");
    asks(all, "slots: 2}, reserved_slots: [1, 2]}", "devices.lock.reserved_slots: all of its slots are reserved: it can hold nothing\n");
    asks(one, "params: {t: relay}, reserved_slots: [1]}", "devices.relay.reserved_slots: it has no slots that could be reserved\n");
}

TEST_F(CheckUses, OfCardsAndCodesThatADoorDoesNotTake)
{
    asks("suite, mode: pin", "suite",
         "entrances.suite.mode: door \"suite\" takes no cards; `mode: pin` is for locks that take codes alone\n");
    asks("suite, mode: pin", "suite, mode: card_or_pin", "entrances.suite.mode: door \"suite\" takes no cards");
    asks("slots: 30}}", "slots: 30}, card_as: uid}", "devices.lock.card_as: it takes no cards\n");
    asks("dock, cloud_key: true", "dock",
         "entrances.dock: door \"dock\" has no reader, and its controller keeps no table: no card and no code opens it, only an unlock\n");
}

TEST_F(CheckUses, OfAModeOnlyToTheOwnerOfTheDoor)
{
    edit("site.yaml", "suite: {owner: pier", "suite: {owner: pier, shared_with: [quay]");
    edit("site.yaml", "  pier:\n", "  quay: {systems: {house: {entrances: {suite: {door: suite}}}}}\n  pier:\n");
    EXPECT_EQ(check().output, "site.yaml: no problems\n");
}

TEST_F(CheckUses, WithTheFileAndTheLine)
{
    edit("site.yaml", "suite, mode: pin", "suite, mode: card");
    EXPECT_THAT(check().output, HasSubstr("site.yaml:24: workspaces.pier.systems.house.entrances.suite.mode: "));
    EXPECT_THAT(check().output, Not(HasSubstr("reserved")));
}
