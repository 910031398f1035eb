#include "reconcile/slots.hpp"
#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
namespace json = boost::json;

/// A lock that keeps PINs in slots 1 to 4 and has no validity; slot 1 is the installer's.
json::object a_pin_lock(bool shows_codes = true)
{
    return {{"stores_credentials", true},
            {"credential_kinds", {"pin"}},
            {"pin_length", {{"min", 4}, {"max", 8}}},
            {"slot_based", true},
            {"slot_first", 1},
            {"capacity", 4},
            {"supports_validity", "none"},
            {"supports_readback", "one"},
            {"readback_shows_secret", shows_codes},
            {"readback_s", 1},
            {"op_timeout_ms", 1000}};
}

model::Credential code(std::uint64_t number, const std::string& digits)
{
    auto row = card(number, 60);
    row.method = model::AccessMethod::code;
    row.card_uid.reset();
    row.code = digits;
    return row;
}

struct PinLock : Settled {
    explicit PinLock(bool shows_codes = true) : Settled{a_pin_lock(shows_codes)}
    {
        auto device = site->desk.directory.device(the_device)->row;
        device.policy = R"({"reserved_slots": [1]})";
        auto entrance =
            site->desk.directory.workspace(id<model::WorkspaceId>(1))->entrances.find(id<model::EntranceId>(first_entrance))->row;
        entrance.mode = "pin";
        site->apply({model::put(device), model::put(entrance), model::put(direct_grant(first_entrance))});
        EXPECT_TRUE(site->settles());
    }
    void holds(std::int64_t slot, std::string digits)
    {
        yard().table["slot:" + std::to_string(slot)] = {
            {"slot", slot}, {"key", digits}, {"key_kind", "pin"}, {"doors", {0}}, {"state", "active"}};
    }
    /// What stands in a slot; empty when it is free.
    std::string in(std::int64_t slot)
    {
        const auto at = yard().table.find("slot:" + std::to_string(slot));
        return at == yard().table.end() ? std::string{} : std::string{at->second.at("key").as_string()};
    }
    const model::Placement* of(std::uint64_t number) { return site->placed("code:" + to_string(id<model::CredentialId>(number))); }
};

TEST_F(PinLock, ACodeThatWaitsForItsRecordIsNotWrittenOverWhatAnotherUnitHasThere)
{
    bool exchanged = false;
    site->desk.ledger.on_placed([this, &exchanged](const model::DeviceId&, std::string_view) {
        if (std::exchange(exchanged, true)) return;
        holds(2, "5555");
        site->exchange();
    });
    site->apply({model::put(code(71, "4711"))});
    ASSERT_TRUE(site->run_until([this] { return in(3) == "4711"; }));
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(exchanged);
    EXPECT_EQ(in(2), "5555") << "the new unit's, until the operator has a word for it";
}

TEST_F(PinLock, ACodeGoesIntoTheLowestFreeSlotThatIsNotReserved)
{
    holds(1, "9999");
    site->apply({model::put(code(71, "4711"))});
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(2), "4711");
    EXPECT_EQ(in(1), "9999") << "the installer's stays";
    ASSERT_NE(of(71), nullptr);
    EXPECT_EQ(of(71)->slot, 2);
    EXPECT_EQ(of(71)->truth, model::Truth::verified);
    EXPECT_EQ(site->status().foreign, 0U);
}

/// Its slots are others now: what a read looks at says nothing of the rest.
TEST_F(PinLock, OfAnotherRangeProvesNothingGoneFromASlotThatIsNotRead)
{
    site->apply({model::put(code(71, "4711"))});
    ASSERT_TRUE(site->settles());
    ASSERT_EQ(in(2), "4711");
    yard().capabilities["slot_first"] = 3;
    yard().hides = {"slot:2"};
    yard().stores = false;
    driver.crashes();
    site->apply({model::erase(code(71, "4711"))});
    site->run_for(5min);
    EXPECT_EQ(in(2), "4711");
    ASSERT_NE(of(71), nullptr) << "nobody saw it gone";
    EXPECT_EQ(of(71)->truth, model::Truth::unknown);
    EXPECT_THAT(of(71)->reason, testing::HasSubstr("none of those that are read"));
    EXPECT_GT(yard().count("drop"), 3) << "and it is told to go";
    yard().stores = yard().proves = true;
    ASSERT_TRUE(site->run_until([this] { return of(71) == nullptr; })) << "its driver asked for that slot behind the removal";
    EXPECT_EQ(in(2), "");
}

TEST_F(PinLock, OfAnotherRangeMovesACodeIntoASlotItHas)
{
    site->apply({model::put(code(71, "4711"))});
    ASSERT_TRUE(site->settles());
    yard().capabilities["slot_first"] = 3;
    yard().hides = {"slot:2"};
    yard().proves = true;
    yard().diary.clear();
    driver.crashes();
    ASSERT_TRUE(site->run_until([this] { return in(3) == "4711"; }));
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(2), "");
    EXPECT_EQ(in(3), "4711");
    EXPECT_EQ(of(71)->truth, model::Truth::verified);
    EXPECT_LE(yard().count("put 4711"), 1);
}

TEST_F(PinLock, NeverWritesOverACodeThatStoodThereBefore)
{
    yard().table.clear();
    holds(2, "1212");
    site->run_for(20min); // found by the sweep, settled already: tampering
    EXPECT_EQ(in(2), "");
    holds(2, "1212");
    driver.crashes();
    site->apply({model::put(code(71, "4711"))});
    site->settles();
    EXPECT_EQ(in(2) == "4711" || in(3) == "4711", true);
}

TEST_F(PinLock, AChangedCodeIsWrittenWhereTheOldOneStood)
{
    site->apply({model::put(code(71, "731942"))});
    ASSERT_TRUE(site->settles());
    yard().diary.clear();
    yard().read = 5s;
    site->apply({model::put(code(71, "555123"))});
    heard("put 555123");
    EXPECT_TRUE(of(71)->superseded);
    EXPECT_FALSE(of(71)->leaving);
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(2), "555123");
    EXPECT_FALSE(of(71)->superseded);
    EXPECT_EQ(yard().count("drop"), 0);
    EXPECT_EQ(yard().table.size(), 1U);
}

TEST_F(PinLock, AWriteThatDidNotHoldLeavesTheOldCodeOnRecord)
{
    site->apply({model::put(code(71, "731942"))});
    ASSERT_TRUE(site->settles());
    yard().stores = false;
    site->apply({model::put(code(71, "555123"))});
    site->run_for(30s);
    EXPECT_TRUE(of(71)->superseded);
    EXPECT_NE(of(71)->truth, model::Truth::verified);
    EXPECT_EQ(in(2), "731942");
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(2), "555123");
    EXPECT_FALSE(of(71)->superseded);
}

TEST_F(PinLock, AnOldCodeIsOnTheListOfResidualAccessFromTheChangeOn)
{
    site->apply({model::put(code(71, "731942"))});
    ASSERT_TRUE(site->settles());
    std::size_t told = 0;
    site->desk.ledger.on_applied([this, &told](const model::Change&, const ledger::TouchedDoors&) {
        told = reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)).size();
    });
    site->apply({model::put(code(71, "555123"))});
    EXPECT_EQ(told, 1U);
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)), IsEmpty());
}

TEST_F(PinLock, AnOldCodeGoesAlthoughTheLockRefusesTheNewOne)
{
    site->apply({model::put(code(71, "731942"))});
    ASSERT_TRUE(site->settles());
    yard().refuses = {"555123"};
    site->apply({model::put(code(71, "555123"))});
    ASSERT_TRUE(site->run_until([this] { return in(2).empty(); }));
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(of(71)->truth, model::Truth::refused);
    EXPECT_FALSE(of(71)->superseded);
}

TEST_F(PinLock, AnotherCodeInASlotOfOursIsResidualAccessUntilItIsWrittenOver)
{
    site->apply({model::put(code(71, "4711"))});
    ASSERT_TRUE(site->settles());
    holds(2, "8642");
    yard().stores = false;
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return of(71)->superseded; }));
    EXPECT_EQ(reconcile::residuals(site->reconciler, id<model::WorkspaceId>(1)).size(), 1U);
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(2), "4711");
    EXPECT_FALSE(of(71)->superseded);
}

struct BlindPinLock : PinLock {
    BlindPinLock() : PinLock{false} { yard().hides_codes = true; }
};

TEST_F(BlindPinLock, AChangedCodeIsProvenGoneBeforeTheNewOneIsPut)
{
    site->apply({model::put(code(71, "731942"))});
    ASSERT_TRUE(site->settles());
    yard().diary.clear();
    site->apply({model::put(code(71, "555123"))});
    ASSERT_TRUE(site->run_until([this] { return in(2) == "555123"; }));
    std::vector<std::string> told;
    for (const auto& line : yard().diary) told.push_back(line.substr(0, 4));
    told.resize(3); // what follows proves the new one
    EXPECT_THAT(told, ElementsAre("drop", "read", "put ")) << "the slot is proven empty in between";
    ASSERT_TRUE(site->settles());
}

TEST_F(BlindPinLock, ACodeThatIsChangedBackIsProvenAnew)
{
    site->apply({model::put(code(71, "731942"))});
    ASSERT_TRUE(site->settles());
    yard().away = true;
    site->apply({model::put(code(71, "555123"))});
    site->run_for(1s);
    EXPECT_TRUE(of(71)->superseded);
    site->apply({model::put(code(71, "731942"))});
    yard().away = false;
    driver.shows_life("yard");
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(2), "731942");
    EXPECT_FALSE(of(71)->superseded);
    EXPECT_EQ(of(71)->truth, model::Truth::verified);
}

TEST_F(PinLock, AFullLockRefusesVisibly)
{
    site->apply({model::put(code(71, "1357")), model::put(code(72, "2468")), model::put(code(73, "3579"))});
    ASSERT_TRUE(site->settles());
    site->apply({model::put(code(74, "4680"))});
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().table.size(), 3U);
    EXPECT_EQ(site->status().refusal(id<model::CredentialId>(74), id<model::DoorId>(first_door)), "full");
    EXPECT_EQ(of(74), nullptr);

    site->apply({model::erase(code(72, "2468"))});
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(in(of(74)->slot.value_or(0)), "4680") << "the slot passed on when it was proven free";
}

TEST_F(PinLock, ASlotPassesOnOnlyWhenTheCodeBeforeIsProvenGone)
{
    site->apply({model::put(code(71, "1357")), model::put(code(72, "2468")), model::put(code(73, "3579"))});
    ASSERT_TRUE(site->settles());
    yard().stores = false; // acknowledges the drop and keeps the code
    site->apply({model::erase(code(72, "2468")), model::put(code(74, "4680"))});
    site->run_for(60s);
    EXPECT_EQ(of(74), nullptr);
    EXPECT_TRUE(of(72)->leaving);
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(of(72), nullptr);
    EXPECT_EQ(in(of(74)->slot.value_or(0)), "4680");
}

/// A panel whose table holds numbers without their facility.
struct NumberPanel : Settled {
    NumberPanel()
        : Settled{{{"stores_credentials", true},
                   {"credential_kinds", {"card_number"}},
                   {"slot_based", true},
                   {"capacity", 10},
                   {"supports_validity", "seconds"},
                   {"supports_readback", "indexed"},
                   {"readback_s", 1}}}
    {
        auto device = site->desk.directory.device(the_device)->row;
        device.policy = R"({"card_as": "h10301", "card_key": "number_only", "facility": 110})";
        auto card = site->desk.directory.workspace(id<model::WorkspaceId>(1))->credentials.find(id<model::CredentialId>(70))->row;
        card.card_number = "12345", card.facility_code = 110, card.card_format = "h10301";
        site->apply({model::put(device), model::put(card), model::put(direct_grant(first_entrance))});
        EXPECT_TRUE(site->settles());
    }
    void holds(std::int64_t slot, std::string number)
    {
        yard().table["slot:" + std::to_string(slot)] = {
            {"slot", slot}, {"key", number}, {"key_kind", "card_number"}, {"doors", {0}}, {"state", "active"}};
    }
};

TEST_F(NumberPanel, HoldsTheNumberAloneAndIsKnownByTheWholeOne)
{
    ASSERT_EQ(yard().table.size(), 1U);
    EXPECT_EQ(yard().table.begin()->second.at("key"), "12345");
    const auto* placed = site->placed("card_number:7221305");
    ASSERT_NE(placed, nullptr);
    EXPECT_EQ(placed->truth, model::Truth::verified);
    EXPECT_EQ(site->status().foreign, 0U);
}

TEST_F(NumberPanel, ASecondRowOfAKeyOfOursIsRemoved)
{
    const auto own = *site->placed("card_number:7221305")->slot;
    holds(own + 5, "12345");
    ASSERT_TRUE(site->run_until([this] { return yard().count("drop") == 1; }, 20min));
    ASSERT_TRUE(site->settles());
    EXPECT_EQ(yard().table.size(), 1U);
    EXPECT_EQ(site->placed("card_number:7221305")->slot, own);
    EXPECT_EQ(site->placed("card_number:7221305")->truth, model::Truth::verified);
}

TEST_F(NumberPanel, ARowThatMovedToAnotherSlotIsFollowed)
{
    const auto own = *site->placed("card_number:7221305")->slot;
    const auto row = yard().table.begin()->second;
    yard().table.clear();
    yard().table["slot:9"] = row;
    yard().table["slot:9"]["slot"] = 9;
    site->run_for(20min);
    EXPECT_NE(own, 9);
    EXPECT_EQ(site->placed("card_number:7221305")->slot, 9);
    EXPECT_EQ(yard().table.size(), 1U);
    site->apply({model::erase(direct_grant(first_entrance))});
    ASSERT_TRUE(site->settles());
    EXPECT_TRUE(yard().table.empty());
}

} // namespace
} // namespace gatehouse::tests
