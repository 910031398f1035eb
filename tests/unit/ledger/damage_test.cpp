#include "base/hash.hpp"
#include "model/policy.hpp"
#include "unit/ledger/desk.hpp"

#include <gmock/gmock.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// A state directory with the small site, a membership and a placement in it.
struct House {
    House()
    {
        Desk desk{directory.path()};
        auto rows = small_site();
        rows.push_back(model::put(membership()));
        desk.apply(std::move(rows));
        desk.ledger.note({.put = {placement(1), placement(2)}, .cursors = {{"contact:1", "known"}}});
        desk.commit_all();
    }
    void damage(const std::string& sql) const { tests::damage(directory / "gatehouse.db", sql); }
    std::string count(const std::string& table) const
    {
        auto connection = store::Connection::open((directory / "gatehouse.db").string(), store::Connection::Mode::read);
        return connection->ask("SELECT count(*) FROM " + table).value();
    }
    const TempDirectory directory;
};

std::vector<std::string> events(Desk& desk)
{
    std::vector<std::string> found;
    for (const auto& event : desk.store.history({}, 0, 100).value()) found.push_back(event.type + " " + event.body);
    return found;
}

bool opens_first_door(const Desk& desk)
{
    const auto& workspace = *desk.directory.workspace(id<model::WorkspaceId>(1));
    const auto* card = workspace.credentials.find(id<model::CredentialId>(70));
    return card != nullptr &&
           model::opens(workspace, *card, *desk.directory.door(id<model::DoorId>(first_door)), {desk.clock.wall(), true}).open;
}

/// What the configuration would declare again of the small site.
template <class Row>
model::Mutation declared()
{
    for (const auto& mutation : small_site())
        if (std::holds_alternative<Row>(mutation.row)) return mutation;
    throw std::logic_error{"not of the small site"};
}

} // namespace

TEST(ADamagedUser, LosesEveryAccessForGoodAndTheGatewayGoesOn)
{
    const House house;
    house.damage("UPDATE user SET suspended = 1 - suspended");
    {
        Desk desk{house.directory.path()};
        EXPECT_EQ(desk.ledger.damaged_rows(), 1u);
        EXPECT_FALSE(desk.ledger.restore_rest());
        EXPECT_FALSE(opens_first_door(desk));
        EXPECT_EQ(desk.apply({model::put(identity(100, 0))}), 3u) << "behind the change that took the orphans away";
        desk.commit_all();
        EXPECT_THAT(events(desk), ElementsAre(HasSubstr("gateway.storage_row_damaged {\"table\":\"user\",\"row\":\"0000"),
                                              "gateway.storage_rows_dropped {\"rows\":2}"));
    }
    EXPECT_EQ(house.count("user"), "0");
    EXPECT_EQ(house.count("membership"), "0") << "or it would come back with a user of that id";
    EXPECT_EQ(house.count("credential"), "0");
    Desk desk{house.directory.path()};
    EXPECT_EQ(desk.ledger.damaged_rows(), 0u);
    EXPECT_THAT(events(desk), testing::SizeIs(2)) << "told once";
}

TEST(ADamagedUser, DoesNotEndTheRulesForThoseWhoComeAfter)
{
    const House house;
    house.damage("UPDATE user SET suspended = 1 - suspended");
    Desk desk{house.directory.path()};
    EXPECT_FALSE(desk.ledger.restore_rest()) << "its card and membership are orphans";
    model::Credential card{.id = id<model::CredentialId>(90), .workspace = id<model::WorkspaceId>(1), .system = id<model::SystemId>(2)};
    card.card_uid = "04a1b2c9";
    ASSERT_TRUE(desk.ledger.apply({.rows = {model::put(card)}}));
    card.id = id<model::CredentialId>(91);
    const auto twice = desk.ledger.apply({.rows = {model::put(card)}});
    ASSERT_FALSE(twice) << "one card for two";
    EXPECT_EQ(twice.error().code, "card_number_in_use");
}

TEST(ADamagedRow, IsFoundAgainWhenTheStartEndsBeforeItIsSettled)
{
    const House house;
    house.damage("UPDATE user SET suspended = 1 - suspended");
    {
        Desk desk{house.directory.path()};
        desk.apply({model::put(identity(100, 0))});
        EXPECT_EQ(desk.commit_all(), 0) << "nothing goes to the disk before all that damage leads to goes with it";
    }
    Desk desk{house.directory.path()};
    EXPECT_EQ(desk.ledger.damaged_rows(), 1u);
    desk.ledger.restore_rest();
    EXPECT_EQ(desk.commit_all(), 1);
}

TEST(ADamagedSystem, CostsNobodyAnythingWhenTheConfigurationDeclaresItAgain)
{
    const House house;
    house.damage("UPDATE system SET name = 'Hause'");
    Desk desk{house.directory.path()};
    EXPECT_FALSE(opens_first_door(desk));
    desk.apply({declared<model::System>()});
    EXPECT_TRUE(desk.ledger.restore_rest());
    EXPECT_TRUE(opens_first_door(desk));
    desk.commit_all();
    EXPECT_THAT(events(desk), ElementsAre(HasSubstr("gateway.storage_row_damaged {\"table\":\"system\"")));
    EXPECT_EQ(house.count("membership"), "1");
}

TEST(ADamagedGroup, ComesBackWithoutItsMembersBecauseItsScheduleIsLost)
{
    const House house;
    house.damage("UPDATE access_group SET ends_at = NULL, name = 'Night'");
    Desk desk{house.directory.path()};
    desk.apply({declared<model::Group>()});
    EXPECT_TRUE(desk.ledger.restore_rest()) << "its entrances do come back";
    EXPECT_FALSE(opens_first_door(desk));
    desk.commit_all();
    EXPECT_EQ(house.count("membership"), "0");
    EXPECT_EQ(house.count("group_entrance"), "1");
}

TEST(ADamagedPlacement, LeavesBehindThatTheDeviceMayOpenEveryDoor)
{
    const House house;
    house.damage("UPDATE placement SET truth = 2 WHERE key = 'card_uid_hex:10000001'");
    Desk desk{house.directory.path()};
    desk.ledger.restore_rest();
    const auto* unsure = desk.directory.placements().find(placement(1).device, placement(1).key);
    ASSERT_NE(unsure, nullptr);
    EXPECT_EQ(unsure->truth, model::Truth::unknown);
    EXPECT_EQ(unsure->may_open(), 3u) << "outputs 0 and 1";
    EXPECT_EQ(unsure->until, base::no_end);
    ASSERT_EQ(unsure->holders.size(), 1u);
    EXPECT_EQ(unsure->holders[0].workspace, id<model::WorkspaceId>(1)) << "the owner of the doors hears of it";
    EXPECT_TRUE(unsure->holders[0].credential.nil());
    EXPECT_EQ(*desk.directory.placements().find(placement(2).device, placement(2).key), placement(2));
    desk.commit_all();
    EXPECT_EQ(contents(desk.store).placements.size(), 2u) << "and it outlives a restart";
    EXPECT_THAT(events(desk), ElementsAre(HasSubstr("\"table\":\"placement\"")));
}

TEST(ADamagedPlacement, OfACodeInASlotKeepsItsCredentialAndItsSlot)
{
    const House house;
    const auto key = "code:" + to_string(id<model::CredentialId>(70));
    {
        Desk desk{house.directory.path()};
        auto row = placement(3);
        row.key = key;
        row.slot = 7;
        row.value = model::code_value(key, "731942");
        desk.ledger.note({.put = {row}});
        desk.commit_all();
    }
    house.damage("UPDATE placement SET truth = 2 WHERE slot = 7");
    Desk desk{house.directory.path()};
    desk.ledger.restore_rest();
    const auto* unsure = desk.directory.placements().find(placement(3).device, key);
    ASSERT_NE(unsure, nullptr);
    EXPECT_EQ(unsure->truth, model::Truth::unknown);
    EXPECT_EQ(unsure->slot, 7) << "or what stands there would be taken for a stranger's";
    EXPECT_EQ(unsure->may_open(), 3u);
    ASSERT_EQ(unsure->holders.size(), 1u);
    EXPECT_EQ(unsure->holders[0].credential, id<model::CredentialId>(70));
    EXPECT_EQ(unsure->holders[0].user, id<model::UserId>(the_user));
    EXPECT_EQ(desk.directory.placements().of(id<model::CredentialId>(70)).size(), 3u) << "with the two it had";
}

TEST(ADamagedUser, LeavesTheRulesOfTheDirectoryAsTheyAre)
{
    const House house;
    house.damage("UPDATE user SET suspended = 1 - suspended");
    Desk desk{house.directory.path()};
    EXPECT_FALSE(desk.ledger.restore_rest()) << "its card has no owner and does not come back";
    const auto card = [](std::uint64_t number) {
        model::Credential row{.id = id<model::CredentialId>(number), .workspace = id<model::WorkspaceId>(1)};
        row.system = id<model::SystemId>(2);
        row.user = id<model::UserId>(number - 10);
        row.card_uid = "04a1b2c3";
        return row;
    };
    for (const std::uint64_t number : {61U, 62U})
        desk.apply({model::put(
            model::User{.id = id<model::UserId>(number), .workspace = id<model::WorkspaceId>(1), .system = id<model::SystemId>(2)})});
    desk.apply({model::put(card(71))});
    const auto twice = desk.ledger.apply({.actor = {"front desk", "api"}, .rows = {model::put(card(72))}});
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().code, "card_number_in_use");
}

TEST(ADamagedMark, IsForgotten)
{
    const House house;
    house.damage("UPDATE cursor SET value = 'known\npin:1234'");
    Desk desk{house.directory.path()};
    EXPECT_THAT(desk.cursors, IsEmpty()) << "the device is met for the first time: foreign entries wait for the operator's word";
    EXPECT_EQ(desk.ledger.damaged_rows(), 1u);
}
