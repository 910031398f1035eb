// What the directory refuses, and with which word of the API.

#include "house.hpp"

namespace gatehouse::model {

namespace {

class Rules : public House {};

} // namespace

TEST_F(Rules, AnEmailAddressIsOnesWhateverItsCase)
{
    auto ada = person("ada"), bo = person("bo");
    ada.email_address = "Ada@Example.com", bo.email_address = "ada@example.COM";
    put(ada);
    EXPECT_EQ(refused(model::put(bo)), "user_identity_email_or_phone_conflict");
    bo.email_address = "bo@example.com";
    put(bo);
    ada.email_address.reset();
    put(ada);
    bo.email_address = "ada@example.com";
    put(bo);
    EXPECT_EQ(refused(model::put(person("cleo"))), "");
}

TEST_F(Rules, ATelephoneNumberAndAKeyAreOnesInTheirWorkspace)
{
    auto ada = person("ada"), bo = person("bo"), tenant = person("brightline ada");
    ada.phone_number = bo.phone_number = tenant.phone_number = "+4512345678";
    put(ada);
    EXPECT_EQ(refused(model::put(bo)), "user_identity_email_or_phone_conflict");
    put(tenant);
    bo.phone_number.reset();
    ada.key = bo.key = tenant.key = "7";
    put(ada);
    EXPECT_EQ(refused(model::put(bo)), "user_identity_key_conflict");
    put(tenant);
    erase(ada), put(bo);
}

TEST_F(Rules, ASystemHoldsAPresentationOnce)
{
    put(person("ada")), put(user("ada", "house", "ada")), put(user("ada at sea", "boats", "ada"));
    put(card("first", "house", "ada", "04a1b2c3"));
    EXPECT_EQ(refused(model::put(card("second", "house", "ada", "04a1b2c3"))), "card_number_in_use");
    EXPECT_EQ(refused(model::put(card("stock", "house", "", "04a1b2c3"))), "card_number_in_use") << "stock counts as well";
    put(card("third", "boats", "ada at sea", "04a1b2c3"));
    erase(card("first", "house", "ada"));
    put(card("second", "house", "ada", "04a1b2c3"));
}

TEST_F(Rules, TwoHoldersOfAWorkspaceNeverShareAPresentation)
{
    put(person("ada")), put(person("bo"));
    put(user("ada", "house", "ada")), put(user("bo at sea", "boats", "bo")), put(user("nobody", "boats"));
    put(card("ada's", "house", "ada", "04a1b2c3"));
    EXPECT_EQ(refused(model::put(card("bo's", "boats", "bo at sea", "04a1b2c3"))), "card_number_in_use");
    EXPECT_EQ(refused(model::put(card("of a user", "boats", "nobody", "04a1b2c3"))), "card_number_in_use") << "counts as one identity";
    put(card("stock", "boats", "", "04a1b2c3"));
    EXPECT_EQ(refused(model::put(card("stock", "boats", "bo at sea", "04a1b2c3"))), "card_number_in_use") << "at assigning";
    put(user("finn", "brightline office"));
    put(card("finn's", "brightline office", "finn", "04a1b2c3")); // other workspaces are not consulted
}

TEST_F(Rules, AUserIsNotLinkedToAnotherHolderOfTheSamePlastic)
{
    put(person("ada")), put(person("bo"));
    put(user("ada", "house", "ada")), put(user("at sea", "boats", "ada"));
    put(card("one", "house", "ada", "04a1b2c3")), put(card("two", "boats", "at sea", "04a1b2c3"));
    EXPECT_EQ(refused(model::put(user("at sea", "boats", "bo"))), "card_number_in_use");
    EXPECT_EQ(refused(model::put(user("at sea", "boats"))), "card_number_in_use");
    erase(card("one", "house", "ada"));
    put(user("at sea", "boats", "bo"));
}

TEST_F(Rules, WhatTheFileLeavesOutKeepsWhatItGaveAndGivesNothingMore)
{
    put(person("ada")), put(user("ada", "house", "ada")), put(user("bo", "house"));
    put(card("ada's", "house", "ada", "04a1b2c3")), put(card("bo's", "house", "bo", "04d4e5f6"));
    put(group("staff", "house")), put(entrance("side door", "house", "lobby"));
    put(direct("ada", "side door")), put(member("ada", "staff"));
    auto side_door = entrance("side door", "house", "lobby");
    auto staff = group("staff", "house");
    auto lobby = door("lobby", "harbour", 0);
    side_door.absent = staff.absent = lobby.absent = true;
    put(side_door), put(staff), put(lobby);
    EXPECT_EQ(refused(model::put(direct("bo", "side door"))), "acs_entrance_absent");
    EXPECT_EQ(refused(model::put(member("bo", "staff"))), "acs_access_group_absent");
    EXPECT_EQ(refused(model::put(device_grant("ada", "lobby"))), "device_absent");
    auto with_list = card("bo's", "house", "bo", "04d4e5f6");
    with_list.list = ListState::listed;
    put(with_list);
    EXPECT_EQ(refused(model::put(listed("bo's", "side door"))), "acs_entrance_absent");
    EXPECT_EQ(reason("ada's", "lobby"), Reason::granted) << "what was given stays";
    EXPECT_EQ(refused(model::put(direct("ada", "side door"))), "") << "and may be said again";
    EXPECT_EQ(refused(model::erase(direct("ada", "side door"))), "");
    EXPECT_EQ(reason("ada's", "lobby"), Reason::no_access);
}

TEST_F(Rules, NobodyGetsACardWhereTheSystemOrTheWorkspaceWasLeftOut)
{
    put(user("ada", "house")), put(card("ada's", "house", "ada", "04a1b2c3"));
    auto stock = card("stock", "house", "", "04d4e5f6");
    stock.user.reset();
    put(stock);
    auto house = directory_.workspace(of<WorkspaceId>("harbour"))->systems.find(of<SystemId>("house"))->row;
    house.absent = true;
    put(house);
    EXPECT_EQ(refused(model::put(card("another", "house", "ada", "04aaaaaa"))), "acs_system_absent");
    EXPECT_EQ(refused(model::put(card("ada's", "house", "ada", "04bbbbbb"))), "acs_system_absent") << "another number";
    EXPECT_EQ(refused(model::put(card("stock", "house", "ada", "04d4e5f6"))), "acs_system_absent") << "assigned";
    auto shorter = card("ada's", "house", "ada", "04a1b2c3");
    shorter.ends_at = base::Instant{};
    EXPECT_EQ(refused(model::put(shorter)), "") << "that gives nobody more";
    auto taken = shorter;
    taken.user.reset();
    EXPECT_EQ(refused(model::put(taken)), "");
}

TEST_F(Rules, CardNumbersDifferByFormatAndFacility)
{
    put(user("ada", "house"));
    auto one = card("one", "house", "ada"), two = card("two", "house", "ada");
    one.card_number = two.card_number = "12345", one.facility_code = two.facility_code = 110;
    one.card_format = two.card_format = "h10301";
    put(one);
    EXPECT_EQ(refused(model::put(two)), "card_number_in_use");
    two.facility_code = 111;
    put(two);
    EXPECT_THAT(presentations(one), testing::ElementsAre("number:h10301:110:12345"));
}

TEST_F(Rules, NothingLeadsFromOneSystemToAnother)
{
    put(user("ada", "boats")), put(group("crew", "boats")), put(card("card", "boats", "ada"));
    for (const auto& row : {Row{member("ada", "residents")}, Row{direct("ada", "lobby")}, Row{path("crew", "lobby")},
                            Row{listed("card", "lobby")}, Row{card("other", "house", "ada")}})
        EXPECT_NE(refused(model::put(row)), "") << row.index();
    EXPECT_NE(refused(model::put(user("ada", "house"))), "") << "a user never changes its system";
    EXPECT_NE(refused(model::put(card("card", "house", ""))), "") << "nor does a credential";
}

TEST_F(Rules, AnEntranceOrGroupChangesItsSystemOnlyWhileNothingUsesIt)
{
    EXPECT_EQ(refused(model::put(entrance("lobby", "boats", "lobby"))), "acs_entrance_in_use");
    EXPECT_EQ(refused(model::put(group("residents", "boats"))), "acs_access_group_in_use");
    put(entrance("archive", "boats", "archive"));
    put(group("crew", "house")), put(group("crew", "boats"));
    const auto& harbour = *directory_.workspace(of<WorkspaceId>("harbour"));
    const auto* house = harbour.systems.find(of<SystemId>("house"));
    const auto* boats = harbour.systems.find(of<SystemId>("boats"));
    EXPECT_EQ(house->entrances, 2U);
    EXPECT_EQ(boats->entrances, 1U);
    EXPECT_EQ(house->groups, 1U);
    EXPECT_EQ(boats->groups, 1U);
}

TEST_F(Rules, AnEntranceNeedsADoorOfItsWorkspaceOrOneThatIsShared)
{
    EXPECT_NE(refused(model::put(entrance("brightline bikes", "brightline office", "bikes"))), "");
    EXPECT_EQ(refused(model::erase(DoorShare{.door = of<DoorId>("lobby"), .workspace = of<WorkspaceId>("brightline")})), "device_in_use");
    erase(path("brightline staff", "brightline lobby")), erase(entrance("brightline lobby", "brightline office", "lobby"));
    erase(DoorShare{.door = of<DoorId>("lobby"), .workspace = of<WorkspaceId>("brightline")});
    EXPECT_NE(refused(model::put(entrance("brightline lobby", "brightline office", "lobby"))), "");
}

TEST_F(Rules, AnEntranceStaysOnADoorThatPassesToAnotherOwner)
{
    put(door("bikes", "brightline", 1));
    auto absent = entrance("bikes", "house", "bikes");
    absent.absent = true;
    put(absent);
    EXPECT_TRUE(directory_.workspace(of<WorkspaceId>("harbour"))->entrances.find(of<EntranceId>("bikes"))->row.absent);
}

TEST_F(Rules, AShareThatIsNotThereCannotBeErased)
{
    const DoorShare share{.door = of<DoorId>("bikes"), .workspace = of<WorkspaceId>("brightline")};
    EXPECT_EQ(refused(model::erase(share)), "device_not_found");
    EXPECT_TRUE(directory_.door(of<DoorId>("bikes"))->shared_with.empty());
}

TEST_F(Rules, TwoDoorsNeverHaveOneStrike)
{
    EXPECT_EQ(refused(model::put(door("bikes", "harbour", 0))), "strike_in_use");
    put(door("bikes", "harbour", 9)), put(door("lobby", "harbour", 1)), put(door("bikes", "harbour", 0));
}

TEST_F(Rules, WhatOthersDependOnIsNotErased)
{
    put(person("ada")), put(user("ada", "house", "ada")), put(card("card", "house", "ada"));
    put(member("ada", "residents"));
    EXPECT_EQ(refused(model::erase(person("ada"))), "user_identity_in_use");
    EXPECT_EQ(refused(model::erase(user("ada", "house"))), "acs_user_in_use");
    EXPECT_EQ(refused(model::erase(group("residents", "house"))), "acs_access_group_in_use");
    EXPECT_EQ(refused(model::erase(entrance("lobby", "house", "lobby"))), "acs_entrance_in_use");
    EXPECT_EQ(refused(model::erase(door("bikes", "harbour", 1))), "device_in_use");
    EXPECT_EQ(refused(model::erase(Device{.id = of<DeviceId>("panel")})), "controller_in_use");
    EXPECT_EQ(refused(model::erase(Line{.id = of<LineId>("line")})), "line_in_use");
    EXPECT_EQ(refused(model::erase(System{.id = of<SystemId>("boats"), .workspace = of<WorkspaceId>("harbour")})), "");
}

TEST_F(Rules, AWorkspaceWithATokenOrAShareIsNotErased)
{
    const WorkspaceRow guest{.id = of<WorkspaceId>("guest"), .key = "guest"};
    const Token token{.id = of<TokenId>("key"), .workspace = guest.id, .digest = base::sha256("key")};
    const DoorShare share{.door = of<DoorId>("bikes"), .workspace = guest.id};
    put(guest), put(token);
    EXPECT_EQ(refused(model::erase(guest)), "workspace_in_use");
    erase(token), put(share);
    EXPECT_EQ(refused(model::erase(guest)), "workspace_in_use");
    erase(share), erase(guest);
    EXPECT_EQ(directory_.workspace(guest.id), nullptr);
}

TEST_F(Rules, ATokenIsFoundByItsDigestUntilItIsErasedOrMadeAnew)
{
    Token token{.id = of<TokenId>("key"), .workspace = of<WorkspaceId>("harbour"), .name = "desk", .digest = base::sha256("one")};
    put(token);
    Token twin = token;
    twin.id = of<TokenId>("twin");
    EXPECT_EQ(refused(model::put(twin)), "token_in_use");
    token.digest = base::sha256("two");
    put(token);
    EXPECT_EQ(directory_.token(base::sha256("one")), nullptr);
    ASSERT_NE(directory_.token(base::sha256("two")), nullptr);
    EXPECT_EQ(directory_.token(base::sha256("two"))->name, "desk");
    erase(token);
    EXPECT_EQ(directory_.token(base::sha256("two")), nullptr);
}

TEST_F(Rules, ARowWithoutItsParentIsNotFound)
{
    for (const auto& row :
         {Row{user("x", "nowhere")}, Row{member("x", "residents")}, Row{direct("x", "lobby")}, Row{listed("x", "lobby")},
          Row{device_grant("x", "bikes")}, Row{card("x", "house", "x")}, Row{path("residents", "x")}, Row{entrance("x", "house", "x")},
          Row{door("x", "x", 7)}, Row{Device{}}, Row{DoorShare{}}, Row{Token{}}, Row{ActionAttempt{}}, Row{Identity{}}}) {
        const auto applied = directory_.apply(model::put(row));
        ASSERT_FALSE(applied) << row.index();
        EXPECT_EQ(applied.error().fault, base::Fault::not_found) << row.index();
        EXPECT_FALSE(directory_.apply(model::erase(row))) << row.index();
    }
}

} // namespace gatehouse::model
