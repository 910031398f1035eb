#include "reconcile/truth.hpp"
#include "unit/reconcile/site.hpp"

#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using namespace std::chrono_literals;
using model::Holder;
using model::Truth;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

const auto holders_landlord = id<model::WorkspaceId>(1), tenant = id<model::WorkspaceId>(9);

/// Another tenant with an entrance on the first door, and a person who carries the same plastic.
std::vector<model::Mutation> neighbours()
{
    model::System system{.id = id<model::SystemId>(92), .workspace = tenant, .key = "boats"};
    model::Entrance entrance{.id = id<model::EntranceId>(93), .workspace = tenant, .system = system.id, .key = "gate"};
    entrance.door = id<model::DoorId>(first_door);
    auto berta = user(94);
    berta.workspace = tenant;
    berta.system = system.id;
    auto plastic = card(95, 94);
    plastic.workspace = tenant;
    plastic.system = system.id;
    plastic.card_uid = std::string{the_card};
    auto grant = direct_grant(93);
    grant.user = berta.id;
    grant.workspace = tenant;
    return {model::put(model::WorkspaceRow{.id = tenant, .key = "crew"}),
            model::put(model::DoorShare{.door = id<model::DoorId>(first_door), .workspace = tenant}),
            model::put(system),
            model::put(entrance),
            model::put(berta),
            model::put(plastic),
            model::put(grant)};
}

struct HoldersTest : Settled {
    /// "PERSON on DOOR", with a star where it is another workspace's.
    std::vector<std::string> residuals(const model::WorkspaceId& workspace) const
    {
        std::vector<std::string> found;
        for (const auto& row : reconcile::residuals(site->reconciler, workspace))
            found.push_back(row.person + " on " + std::to_string(row.access.door.value.data[15]) + (row.of_tenant ? " *" : ""));
        return found;
    }
    static model::Mutation berta_leaves() { return model::erase(std::get<model::DirectGrant>(neighbours().back().row)); }
};

Holder holder(std::uint64_t credential, std::uint64_t doors)
{
    return {.credential = id<model::CredentialId>(credential), .doors = doors};
}

model::Placement held_by(std::vector<Holder> holders, std::int64_t doors)
{
    model::Placement placement;
    placement.holders = std::move(holders);
    placement.doors = doors;
    return placement;
}

/// Of a table that came back, or of a damaged record: nobody's in each workspace that has a door there.
TEST(WhatIsNobodys, IsToldToTheOwnerOfEachDoor)
{
    model::Placement placement;
    placement.holders = {{holders_landlord, {}, {}, "nobody any more", 0b01}, {tenant, {}, {}, "nobody any more", 0b10}};
    placement.doors = 0b11;
    EXPECT_EQ(reconcile::holders_now(placement, {}), placement.holders);
}

} // namespace

TEST_F(HoldersTest, AnEntryOfTwoPeopleIsTheResidualOfTheOneWhoHadItLast)
{
    granted();
    const auto rows = neighbours();
    site->apply(rows);
    ASSERT_TRUE(site->settles());
    revoke();
    site->run_for(30s);
    ASSERT_NE(site->placed(), nullptr) << "the other's card still opens";
    EXPECT_FALSE(site->placed()->leaving);
    yard().dark = true;
    site->apply({model::erase(std::get<model::DirectGrant>(rows.back().row))});
    site->run_for(5s);
    ASSERT_NE(site->placed(), nullptr);
    EXPECT_TRUE(site->placed()->leaving);
    EXPECT_EQ(site->placed()->holders.front().workspace, id<model::WorkspaceId>(9));
    EXPECT_EQ(site->placed()->holders.front().user, id<model::UserId>(94));
}

TEST_F(HoldersTest, AtADoorThatHasComeToAskForACodeAsWellTheEntryThatOpensByTheCardAloneIsResidual)
{
    granted();
    yard().dark = true;
    const auto* gate = site->desk.directory.workspace(holders_landlord)->entrances.find(id<model::EntranceId>(first_entrance));
    auto asks_for_both = gate->row;
    asks_for_both.mode = "card_and_pin";
    site->apply({model::put(asks_for_both)});
    site->run_for(1ms);
    EXPECT_THAT(residuals(holders_landlord), testing::SizeIs(1));
    driver.shows_life("yard");
    yard().dark = false;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(holders_landlord), IsEmpty());
    EXPECT_EQ(site->placed(), nullptr);
}

TEST_F(HoldersTest, WhoseAccessWasTakenWhileTheDeviceWasDarkIsNamedAtOnceAndToTheOwnerOfTheDoorWithoutAName)
{
    granted();
    site->apply(neighbours());
    ASSERT_TRUE(site->settles());
    yard().dark = true;
    revoke(); // Ada's, while Berta's right to the same entry stays
    site->run_for(1ms);
    EXPECT_THAT(residuals(holders_landlord), IsEmpty()) << "the entry is Berta's by right";
    EXPECT_THAT(residuals(tenant), IsEmpty());
    site->apply({berta_leaves()});
    site->run_for(1ms);
    EXPECT_THAT(residuals(tenant), ElementsAre(to_string(id<model::UserId>(94)) + " on 31"));
    EXPECT_THAT(residuals(holders_landlord), UnorderedElementsAre(to_string(id<model::UserId>(the_user)) + " on 31", "tenant crew on 31 *"))
        << "Ada still has the card that opens";
    driver.shows_life("yard");
    yard().dark = false;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(tenant), IsEmpty());
    EXPECT_THAT(residuals(holders_landlord), IsEmpty());
}

TEST_F(HoldersTest, EachIsToldTheEndOfTheOwnAccessAtAnEntryThatAnothersKeepsLonger)
{
    granted();
    auto rows = neighbours();
    const auto end = wall() + 1h;
    for (auto& row : rows)
        if (auto* plastic = std::get_if<model::Credential>(&row.row)) plastic->ends_at = end;
    site->apply(rows);
    ASSERT_TRUE(site->settles());
    const auto ends_at = [this](const model::WorkspaceId& workspace, std::uint64_t credential) {
        const auto& tenants = *site->desk.directory.workspace(workspace);
        return access_of(site->reconciler, tenants, *tenants.credentials.find(id<model::CredentialId>(credential))).at(0).ends_at;
    };
    EXPECT_EQ(ends_at(tenant, 95), end);
    EXPECT_GT(ends_at(holders_landlord, 70), end);
}

TEST_F(HoldersTest, AResidualHasTheNamePeopleKnowTheUserByNowAndTheLastOfOneWhoIsGone)
{
    granted();
    yard().dark = true;
    revoke();
    auto ada = user(the_user);
    ada.full_name = "Ada";
    site->apply({model::put(ada)});
    site->run_for(1ms);
    EXPECT_THAT(residuals(holders_landlord), ElementsAre("Ada on 31"));
    ada.full_name = "Ada Lind";
    site->apply({model::put(ada)});
    site->run_for(1ms);
    EXPECT_THAT(residuals(holders_landlord), ElementsAre("Ada Lind on 31"));
    site->apply({model::erase(site->desk.directory.workspace(holders_landlord)->credentials.find(id<model::CredentialId>(70))->row),
                 model::erase(ada)});
    site->run_for(1ms);
    EXPECT_THAT(residuals(holders_landlord), testing::SizeIs(1));
    EXPECT_THAT(residuals(holders_landlord), testing::Each(testing::EndsWith(" on 31")));
}

TEST_F(HoldersTest, WhoLosesADoorOfASharedEntryIsNamedWhileTheNarrowingIsOnItsWay)
{
    granted(second_entrance);
    site->apply(neighbours());
    ASSERT_TRUE(site->settles());
    yard().dark = true;
    yard().diary.clear();
    yard().away = true; // so that nothing is on its way when the change is made
    site->apply({berta_leaves()});
    site->desk.settle();
    EXPECT_EQ(site->placed()->truth, Truth::pending) << "of what it should not open, from the moment on";
    yard().away = false;
    heard("put");
    site->run_for(500ms);
    EXPECT_THAT(residuals(tenant), ElementsAre(to_string(id<model::UserId>(94)) + " on 31"));
    EXPECT_THAT(residuals(holders_landlord), UnorderedElementsAre(to_string(id<model::UserId>(the_user)) + " on 31", "tenant crew on 31 *"))
        << "Ada has no right to that door, and the card";
    const auto row = reconcile::residuals(site->reconciler, holders_landlord).at(0);
    EXPECT_EQ(row.access.workspace, holders_landlord) << "whose names for doors are used in what is said of it";
}

TEST_F(HoldersTest, WhoeverGetsTheCardOfSomebodyWhoIsGoneGetsInByTheirEntry)
{
    granted();
    yard().dark = true;
    const auto& house = *site->desk.directory.workspace(holders_landlord);
    site->apply({model::erase(direct_grant(first_entrance)), model::erase(house.credentials.find(id<model::CredentialId>(70))->row),
                 model::erase(house.users.find(id<model::UserId>(the_user))->row)});
    site->run_for(1ms);
    auto plastic = card(97, 96);
    plastic.card_uid = std::string{the_card};
    site->apply({model::put(user(96)), model::put(plastic)});
    const auto newcomer = to_string(id<model::UserId>(96)) + " on 31";
    EXPECT_THAT(residuals(holders_landlord), testing::Contains(newcomer));
    EXPECT_THAT(residuals_of(site->reconciler, holders_landlord, id<model::CredentialId>(97)), testing::SizeIs(1));
    EXPECT_THAT(residuals_of(site->reconciler, holders_landlord, *house.users.find(id<model::UserId>(96))), testing::SizeIs(1));
    driver.shows_life("yard");
    yard().dark = false;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(holders_landlord), IsEmpty());
}

TEST_F(HoldersTest, BothAreResidualWhenBothAreRevokedTogether)
{
    granted();
    auto rows = neighbours();
    const auto grant = rows.back();
    rows.pop_back();
    site->apply(rows);
    ASSERT_TRUE(site->settles());
    site->apply({grant}); // which takes nothing away, and leaves the entry as it is
    ASSERT_TRUE(site->settles());
    yard().dark = true;
    site->apply({model::erase(direct_grant(first_entrance)), berta_leaves()});
    site->run_for(1ms);
    EXPECT_THAT(residuals(tenant), ElementsAre(to_string(id<model::UserId>(94)) + " on 31"));
    EXPECT_THAT(residuals(holders_landlord),
                UnorderedElementsAre(to_string(id<model::UserId>(the_user)) + " on 31", "tenant crew on 31 *"));
}

TEST_F(HoldersTest, ADoorTakenFromAnEntryIsResidualUntilAReadProvesItAlsoWhenTheNarrowingWasAcknowledged)
{
    granted(second_entrance);
    granted(first_entrance);
    yard().read = 3s;
    revoke(second_entrance);
    heard("put");
    site->run_for(100ms);
    ASSERT_EQ(site->placed()->truth, Truth::assumed);
    EXPECT_THAT(residuals(holders_landlord), ElementsAre(to_string(id<model::UserId>(the_user)) + " on 32"));
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(holders_landlord), IsEmpty());
}

TEST_F(HoldersTest, WhatIsGrantedAgainBeforeItWasTakenAwayIsNoResidualAndRaisesNoAlarm)
{
    granted();
    yard().dark = true;
    revoke();
    site->run_for(2s);
    EXPECT_THAT(residuals(holders_landlord), testing::SizeIs(1));
    site->apply({model::put(direct_grant(first_entrance))});
    site->run_for(30s);
    EXPECT_THAT(residuals(holders_landlord), IsEmpty());
    EXPECT_EQ(site->told_of("gatehouse.residual_access"), 0);
}

TEST_F(HoldersTest, OnlyWhoseAccessShouldHaveEndedHearsOfIt)
{
    granted(second_entrance);
    site->apply(neighbours());
    ASSERT_TRUE(site->settles());
    yard().dark = true;
    site->apply({berta_leaves()});
    ASSERT_TRUE(site->run_until([this] { return site->told_of("gatehouse.residual_access") == 1; }, 60s));
    site->run_for(60s);
    const auto told = site->desk.store.history({.types = {"gatehouse.residual_access"}}, 0, 100).value();
    ASSERT_EQ(told.size(), 1U) << "the landlord's own card opens what it should";
    EXPECT_THAT(told[0].body, testing::HasSubstr(to_string(id<model::CredentialId>(95))));
}

TEST_F(HoldersTest, ADoorThatSomebodyAddedOnTheDeviceItselfIsResidualUntilItIsTakenAway)
{
    granted();
    yard().hold(std::string{the_card}, {0, 1});
    yard().stores = false;
    driver.restarts("yard", true);
    ASSERT_TRUE(site->run_until([this] { return !residuals(holders_landlord).empty(); }, 10s));
    EXPECT_THAT(residuals(holders_landlord), ElementsAre(to_string(id<model::UserId>(the_user)) + " on 32"));
    yard().stores = true;
    ASSERT_TRUE(site->settles());
    EXPECT_THAT(residuals(holders_landlord), IsEmpty());
}

TEST_F(HoldersTest, ACardThatWasDeletedStaysItsUsersResidual)
{
    granted();
    yard().dark = true;
    const auto row = site->desk.directory.workspace(holders_landlord)->credentials.find(id<model::CredentialId>(70))->row;
    site->apply({model::erase(row)});
    site->run_for(1ms);
    const auto& user = *site->desk.directory.workspace(holders_landlord)->users.find(id<model::UserId>(the_user));
    EXPECT_THAT(user.credentials, IsEmpty());
    EXPECT_THAT(reconcile::residuals_of(site->reconciler, holders_landlord, user), testing::SizeIs(1));
    EXPECT_THAT(reconcile::residuals_of(site->reconciler, tenant, user), IsEmpty());
}

/// Who chooses a card would else learn by it whose door it opens.
TEST_F(Settled, ATenantWithoutAnEntranceThereIsToldNothingOfWhatItsCardMayOpen)
{
    std::vector<model::Mutation> rows;
    for (auto& row : neighbours())
        if (!std::holds_alternative<model::Entrance>(row.row) && !std::holds_alternative<model::DoorShare>(row.row) &&
            !std::holds_alternative<model::DirectGrant>(row.row))
            rows.push_back(std::move(row));
    site->apply(std::move(rows));
    yard().stores = false;
    yard().hold(std::string{the_card});
    driver.restarts("yard", true);
    site->run_for(30s);
    ASSERT_EQ(site->status().foreign, 1U);
    EXPECT_THAT(reconcile::residuals(site->reconciler, tenant), IsEmpty());
    const auto told = reconcile::residuals(site->reconciler, holders_landlord);
    EXPECT_THAT(told, testing::SizeIs(1));
    for (const auto& row : told) EXPECT_FALSE(row.of_tenant);
}

/// It learns of the door that it has an entrance on; the other is told to the owner alone.
TEST_F(HoldersTest, ATenantIsNotToldOfTheOtherDoorThatItsCardMayOpen)
{
    auto rows = neighbours();
    rows.pop_back(); // the grant
    site->apply(std::move(rows));
    site->apply({model::erase(site->desk.directory.workspace(holders_landlord)->credentials.find(id<model::CredentialId>(70))->row)});
    yard().stores = false;
    yard().hold(std::string{the_card}, {0, 1});
    driver.restarts("yard", true);
    site->run_for(30s);
    ASSERT_EQ(site->status().foreign, 1U);
    EXPECT_THAT(residuals(tenant), ElementsAre(to_string(id<model::UserId>(94)) + " on 31"));
    const auto told = residuals(holders_landlord);
    EXPECT_THAT(told, UnorderedElementsAre("nobody known on 32", "tenant crew on 31 *"));
}

TEST(HoldersNow, WhoHasARightComesFirstAndWhoHadOneKeepsWhatIsLeft)
{
    const auto placement = held_by({holder(1, 0b001), holder(2, 0b100)}, 0b101);
    EXPECT_THAT(reconcile::holders_now(placement, {holder(3, 0b011)}), ElementsAre(holder(3, 0b001), holder(2, 0b100)));
}

TEST(HoldersNow, WhatNobodyIsKnownToHaveHadIsTheEarlierHolders)
{
    const auto placement = held_by({holder(1, 0b001)}, 0b011);
    EXPECT_THAT(reconcile::holders_now(placement, {holder(2, 0b001)}), ElementsAre(holder(2, 0b001), holder(1, 0b010)));
}

TEST(HoldersNow, AreNeverNobody)
{
    const auto placement = held_by({holder(1, 0)}, 0);
    EXPECT_THAT(reconcile::holders_now(placement, {}), ElementsAre(holder(1, 0)));
}
