#include "model/policy.hpp"
#include "unit/ledger/desk.hpp"

#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using namespace std::chrono_literals;
using model::Reason;

model::User person(std::uint64_t number)
{
    return {.id = id<model::UserId>(number), .workspace = id<model::WorkspaceId>(1), .system = id<model::SystemId>(2)};
}

model::DirectGrant way(std::uint64_t user, std::uint64_t entrance = first_entrance)
{
    return {.user = id<model::UserId>(user), .entrance = id<model::EntranceId>(entrance), .workspace = id<model::WorkspaceId>(1)};
}

/// A code; credentials are as old as their number is low.
model::Credential code(std::uint64_t number, std::uint64_t user, const std::string& digits = "731942")
{
    model::Credential row;
    row.id = id<model::CredentialId>(number);
    row.workspace = id<model::WorkspaceId>(1);
    row.system = id<model::SystemId>(2);
    row.user = id<model::UserId>(user);
    row.method = model::AccessMethod::code;
    row.code = digits;
    row.created_at = base::Instant{base::milliseconds{static_cast<std::int64_t>(number)}};
    return row;
}

/// Two people at a door whose keypad opens it.
struct Keypad : testing::Test {
    Keypad()
    {
        open();
        desk->apply(small_site());
        mode("pin");
        desk->apply({model::put(person(61)), model::put(person(62))});
    }
    void open()
    {
        desk.reset();
        desk = std::make_unique<Desk>(directory.path());
    }
    void mode(std::string word)
    {
        auto entrance = workspace().entrances.find(id<model::EntranceId>(first_entrance))->row;
        entrance.mode = std::move(word);
        desk->apply({model::put(entrance)});
    }
    const model::Workspace& workspace() const { return *desk->directory.workspace(id<model::WorkspaceId>(1)); }
    const model::DoorNode& door() const { return *desk->directory.door(id<model::DoorId>(first_door)); }
    std::uint64_t whose(const std::string& pin = "731942") const
    {
        const auto claim = door().pins.find(pin);
        if (claim == door().pins.end()) return 0;
        for (std::uint64_t number = 1; number < 200; ++number)
            if (claim->second.credential == id<model::CredentialId>(number)) return number;
        return 999;
    }
    Reason says(std::uint64_t credential) const
    {
        const auto* node = workspace().credentials.find(id<model::CredentialId>(credential));
        return model::opens(workspace(), *node, door(), {desk->clock.wall(), true}).reason;
    }
    std::string refusal(std::vector<model::Mutation> rows)
    {
        const auto before = desk->ledger.head();
        const auto done = desk->ledger.apply({.actor = {"front desk", "api"}, .request = "r", .rows = std::move(rows)});
        EXPECT_TRUE(done || desk->ledger.head() == before);
        return done ? std::string{} : done.error().code;
    }

    /// Everything is put on the disk, which alters what `sql` says.
    void reopen_after(const std::string& sql)
    {
        desk->commit_all();
        desk.reset();
        damage(directory / "gatehouse.db", sql);
        {
            auto store = opened(directory.path());
            damages_ = contents(store).damages;
        }
        open();
        desk->ledger.restore_rest();
        desk->commit_all();
    }
    /// The device holds the code at the first door.
    model::Placement holds(std::uint64_t credential, std::string key, const std::string& digits = "731942")
    {
        model::Placement placed;
        placed.device = id<model::DeviceId>(21);
        placed.holders = {{.workspace = id<model::WorkspaceId>(1), .credential = id<model::CredentialId>(credential), .doors = 1}};
        placed.doors = 1;
        if (key.starts_with("code:")) placed.slot = 3, placed.value = model::code_value(key, digits);
        placed.key = std::move(key);
        placed.truth = model::Truth::verified;
        desk->ledger.note({.put = {placed}});
        return placed;
    }

    TempDirectory directory;
    std::unique_ptr<Desk> desk;
    std::vector<store::Damage> damages_;
};

TEST_F(Keypad, WhoComesSecondWithACodeIsRefusedAtTheCall)
{
    desk->apply({model::put(way(61)), model::put(code(71, 61)), model::put(way(62))});
    EXPECT_EQ(whose(), 71u);
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "duplicate_access_code");
    EXPECT_EQ(workspace().credentials.find(id<model::CredentialId>(72)), nullptr) << "nothing is left of it";
    EXPECT_EQ(says(71), Reason::granted);

    desk->apply({model::put(code(72, 62, "4711"))});
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "duplicate_access_code") << "a changed code as well";
    EXPECT_EQ(whose("4711"), 72u);
}

TEST_F(Keypad, ALaterClashLeavesOutWhoCameSecond)
{
    desk->apply({model::put(way(61)), model::put(code(72, 61)), model::put(code(71, 62))});
    EXPECT_EQ(whose(), 72u);
    desk->apply({model::put(way(62))});
    EXPECT_EQ(whose(), 72u) << "first is who had it first, not who is older";
    EXPECT_EQ(says(71), Reason::duplicate_pin);
    EXPECT_EQ(says(72), Reason::granted);

    desk->commit_all();
    open();
    EXPECT_EQ(whose(), 72u) << "no answer depends on the order of loading";
    EXPECT_EQ(says(71), Reason::duplicate_pin);

    desk->apply({model::erase(way(61))});
    EXPECT_EQ(whose(), 71u) << "who waited has it as soon as it is free";
    EXPECT_EQ(says(71), Reason::granted);
}

TEST_F(Keypad, OfSeveralThatComeAtOnceTheOldestIsFirst)
{
    mode("card");
    desk->apply({model::put(way(62)), model::put(code(72, 62)), model::put(way(61)), model::put(code(71, 61))});
    EXPECT_EQ(whose(), 0u) << "where a code opens nothing by itself, it need not be anybody's alone";
    EXPECT_EQ(says(72), Reason::card_required);
    mode("card_or_pin");
    EXPECT_EQ(whose(), 71u);
    EXPECT_EQ(says(72), Reason::duplicate_pin);
    mode("card_and_pin");
    EXPECT_EQ(whose(), 0u);
}

TEST_F(Keypad, ACodeThatADeviceMayStillOpenByIsNotFree)
{
    desk->apply({model::put(way(61)), model::put(code(71, 61)), model::put(way(62))});
    model::Placement placed;
    placed.device = id<model::DeviceId>(21);
    placed.key = "code:" + to_string(id<model::CredentialId>(71));
    placed.holders = {{.workspace = id<model::WorkspaceId>(1), .credential = id<model::CredentialId>(71)}};
    placed.slot = 3;
    placed.value = model::code_value(placed.key, "731942");
    placed.truth = model::Truth::verified;
    desk->ledger.note({.put = {placed}});
    desk->apply({model::erase(code(71, 61))});
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "duplicate_access_code");
    desk->commit_all();
    open();
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "duplicate_access_code") << "nor after a restart";

    desk->ledger.note({.erased = {{placed.device, placed.key}}});
    EXPECT_EQ(whose(), 0u);
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "");
    EXPECT_EQ(whose(), 72u);
}

TEST_F(Keypad, ACodeThatIsProvenGoneWhileTheDiskHangsIsPassedOnWhenItIsBack)
{
    desk->apply({model::put(way(61)), model::put(code(71, 61)), model::put(code(72, 62))});
    desk->apply({model::put(way(62))});
    model::Placement placed;
    placed.device = id<model::DeviceId>(21);
    placed.key = "pin:731942";
    placed.holders = {{.workspace = id<model::WorkspaceId>(1), .credential = id<model::CredentialId>(71)}};
    placed.doors = 1; // the first door's output
    placed.truth = model::Truth::assumed;
    desk->ledger.note({.put = {placed}});
    desk->apply({model::erase(code(71, 61))});
    ASSERT_EQ(whose(), 71u);
    asio::co_spawn(desk->core, desk->ledger.watch(), asio::detached);
    desk->settle();
    desk->clock.advance(6s);
    desk->settle();
    ASSERT_EQ(desk->ledger.mode(), ledger::Mode::stalled);
    desk->ledger.note({.erased = {{placed.device, placed.key}}});
    EXPECT_EQ(whose(), 71u) << "no change is admitted";
    desk->commit_all();
    EXPECT_EQ(whose(), 72u);
}

TEST_F(Keypad, AnEarlierCodeOfASlotIsFreeWhenItIsProvenGone)
{
    desk->apply({model::put(way(61)), model::put(code(71, 61)), model::put(way(62))});
    model::Placement placed;
    placed.device = id<model::DeviceId>(21);
    placed.key = "code:" + to_string(id<model::CredentialId>(71));
    placed.holders = {{.workspace = id<model::WorkspaceId>(1), .credential = id<model::CredentialId>(71)}};
    placed.value = model::code_value(placed.key, "555123");
    placed.superseded = true;
    placed.truth = model::Truth::assumed;
    desk->ledger.note({.put = {placed}});
    desk->apply({model::put(code(71, 61, "555123"))});
    EXPECT_EQ(whose("555123"), 71u);
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "duplicate_access_code");
    placed.superseded = false;
    placed.truth = model::Truth::verified;
    desk->ledger.note({.put = {placed}});
    EXPECT_EQ(whose(), 0u);
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "");
}

TEST_F(Keypad, WhoseTimeIsOverGivesWay)
{
    auto guest = code(71, 61);
    guest.ends_at = desk->clock.wall() + 1h;
    desk->apply({model::put(way(61)), model::put(guest), model::put(way(62))});
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "duplicate_access_code");
    desk->clock.advance(2h);
    EXPECT_EQ(refusal({model::put(code(72, 62))}), "");
    EXPECT_EQ(whose(), 72u);
    EXPECT_EQ(refusal({model::put(code(71, 61))}), "duplicate_access_code") << "and comes second when it is to go on";
}

TEST_F(Keypad, WhoWaitsForACodeThatNoDeviceHeldGetsItWhenTheTimeOfItsHolderHasPassed)
{
    auto guest = code(71, 61);
    guest.ends_at = desk->clock.wall() + 1h;
    desk->apply({model::put(way(61)), model::put(guest), model::put(code(72, 62))});
    desk->apply({model::put(way(62))});
    asio::co_spawn(desk->core, desk->ledger.watch(), asio::detached);
    desk->commit_all();
    ASSERT_EQ(whose(), 71u);
    desk->clock.advance(1h);
    desk->settle();
    EXPECT_EQ(whose(), 72u);
}

TEST_F(Keypad, WorkspacesThatShareADoorShareItsCodes)
{
    model::WorkspaceRow tenant{.id = id<model::WorkspaceId>(9), .key = "tenant", .name = "Tenant"};
    model::System system{.id = id<model::SystemId>(92), .workspace = tenant.id, .key = "office", .name = "Office"};
    model::DoorShare share{.door = id<model::DoorId>(first_door), .workspace = tenant.id};
    model::Entrance entrance{
        .id = id<model::EntranceId>(94), .workspace = tenant.id, .system = system.id, .key = "front", .door = share.door};
    auto user = person(95);
    user.workspace = tenant.id, user.system = system.id;
    auto theirs = code(96, 95);
    theirs.workspace = tenant.id, theirs.system = system.id;
    auto grant = way(95, 94);
    grant.workspace = tenant.id;
    desk->apply({model::put(way(61)), model::put(code(71, 61))});
    desk->apply({model::put(tenant), model::put(system), model::put(share), model::put(entrance), model::put(user), model::put(grant)});
    EXPECT_EQ(refusal({model::put(theirs)}), "duplicate_access_code");
}

TEST_F(Keypad, ADamagedClaimComesBackAndItsCodeIsToldToNobody)
{
    desk->apply({model::put(way(61)), model::put(code(71, 61)), model::put(way(62))});
    reopen_after("UPDATE pin_claim SET touched = touched + 1");
    EXPECT_EQ(desk->ledger.damaged_rows(), 1u);
    EXPECT_EQ(whose(), 71u) << "or whose code it is would stay outside";
    EXPECT_EQ(says(71), Reason::granted);
    for (const auto& told : desk->store.history({}, 0, 100).value()) EXPECT_EQ(told.body.find("731942"), std::string::npos) << told.type;
    for (const auto& damage : damages_) EXPECT_EQ(damage.row, to_string(id<model::DoorId>(first_door)));
    EXPECT_EQ(damages_.size(), 1u);
}

TEST_F(Keypad, ACodeWhoseClaimWasDamagedIsNotFreeBeforeItIsProvenGone)
{
    for (const bool slots : {true, false}) {
        SCOPED_TRACE(slots ? "in a slot" : "by itself");
        const std::uint64_t fay = slots ? 71 : 73, gus = slots ? 72 : 74;
        desk->apply({model::put(way(61)), model::put(code(fay, 61)), model::put(way(62))});
        const auto placed = holds(fay, slots ? "code:" + to_string(id<model::CredentialId>(fay)) : "pin:731942");
        desk->apply({model::erase(code(fay, 61))});
        reopen_after("UPDATE pin_claim SET touched = touched + 1");
        EXPECT_EQ(whose(), 0u);
        EXPECT_EQ(refusal({model::put(code(gus, 62))}), "duplicate_access_code");
        EXPECT_EQ(refusal({model::put(code(gus, 62, "4711"))}), slots ? "" : "") << "another one is free";
        desk->apply({model::erase(code(gus, 62, "4711"))});
        desk->ledger.note({.erased = {{placed.device, placed.key}}});
        EXPECT_EQ(refusal({model::put(code(gus, 62))}), "");
        EXPECT_EQ(whose(), gus);
        desk->apply({model::erase(code(gus, 62))});
    }
}

TEST_F(Keypad, WhoWaitsForACodeWhoseClaimWasDamagedGetsItWhenItIsProvenGone)
{
    for (const bool slots : {true, false}) {
        SCOPED_TRACE(slots ? "in a slot" : "by itself");
        const std::uint64_t fay = slots ? 71 : 73, gus = slots ? 72 : 74;
        mode("card");
        desk->apply({model::put(way(61)), model::put(code(fay, 61)), model::put(way(62)), model::put(code(gus, 62))});
        mode("pin");
        EXPECT_EQ(whose(), fay);
        const auto placed = holds(fay, slots ? "code:" + to_string(id<model::CredentialId>(fay)) : "pin:731942");
        desk->apply({model::erase(code(fay, 61))});
        reopen_after("UPDATE pin_claim SET touched = touched + 1");
        EXPECT_EQ(says(gus), Reason::duplicate_pin);
        desk->ledger.note({.erased = {{placed.device, placed.key}}});
        EXPECT_EQ(says(gus), Reason::granted);
        desk->apply({model::erase(code(gus, 62))});
    }
}

TEST_F(Keypad, ACodeWhosePlacementWasDamagedIsNotFreeBeforeItIsProvenGone)
{
    for (const bool slots : {true, false}) {
        SCOPED_TRACE(slots ? "in a slot" : "by itself");
        const std::uint64_t fay = slots ? 71 : 73, gus = slots ? 72 : 74;
        desk->apply({model::put(way(61)), model::put(code(fay, 61)), model::put(way(62))});
        const auto placed = holds(fay, slots ? "code:" + to_string(id<model::CredentialId>(fay)) : "pin:731942");
        reopen_after("UPDATE placement SET truth = 3");
        EXPECT_EQ(whose(), fay);
        desk->apply({model::erase(code(fay, 61))});
        EXPECT_EQ(refusal({model::put(code(gus, 62))}), "duplicate_access_code");
        desk->ledger.note({.erased = {{placed.device, placed.key}}});
        EXPECT_EQ(refusal({model::put(code(gus, 62))}), "");
        desk->apply({model::erase(code(gus, 62))});
    }
}

} // namespace
} // namespace gatehouse::tests
