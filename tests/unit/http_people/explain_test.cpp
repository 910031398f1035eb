#include "access/decide.hpp"
#include "reconcile/lower.hpp"
#include "unit/http_people/house.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace gatehouse::tests {

namespace {

/// Ada, with a card and a way to the stairs by her group.
struct Explained : House {
    Explained()
    {
        ada_ = made("/user_identities/create", {{"full_name", "Ada Lind"}}, "user_identity").at("user_identity_id").as_string();
        user_ = made("/acs/users/create",
                     {{"acs_system_id", house_},
                      {"full_name", "Ada Lind"},
                      {"user_identity_id", ada_},
                      {"acs_access_group_ids", json::array{stairs_group_}}},
                     "acs_user")
                    .at("acs_user_id")
                    .as_string();
        card_ =
            made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "card"}, {"card_uid", "04a1b2c3"}}, "acs_credential")
                .at("acs_credential_id")
                .as_string();
    }
    json::object answer(json::object more = {})
    {
        json::object body{{"device_id", stairs_door_}, {"acs_credential_id", card_}};
        for (auto& [name, value] : more) body[name] = value;
        return ask("/gatehouse/access/why", body).body.at("access").at(0).as_object();
    }
    std::size_t who(json::object more = {})
    {
        more["device_id"] = stairs_door_;
        return ask("/gatehouse/access/who", more).body.at("access").as_array().size();
    }
    bool opens(const std::string& card)
    {
        const auto& node = *harbour().credentials.find(model::CredentialId{*base::parse_uuid(card)});
        return model::opens(harbour(), node, directory_.doors().begin()->second, {clock_.wall(), true}).open;
    }
    /// The stairs ask for a code after the card from now on.
    void asks_for_a_code()
    {
        auto entrance = harbour().entrances.find(model::EntranceId{*base::parse_uuid(stairs_entrance_)})->row;
        entrance.mode = "card_and_pin";
        apply({model::put(entrance)});
    }
    std::string code(std::string digits, json::object more = {})
    {
        json::object body{{"acs_user_id", user_}, {"access_method", "code"}, {"code", digits}};
        for (auto& [name, value] : more) body[name] = value;
        return std::string{made("/acs/credentials/create", body, "acs_credential").at("acs_credential_id").as_string()};
    }
    std::string reason_of_person()
    {
        const auto told = ask("/gatehouse/access/why", {{"device_id", stairs_door_}, {"user_identity_id", ada_}}).body;
        EXPECT_EQ(told.at("opens"), told.at("reason") == "granted");
        return std::string{told.at("reason").as_string()};
    }
    /// What a reader at the stairs says to Ada's card.
    access::Decision reader(std::optional<std::string> typed = {})
    {
        return access::decide(directory_, directory_.doors().begin()->second, {{"uid:04a1b2c3"}, std::move(typed)}, {clock_.wall(), true});
    }
    /// Rows as they stand, one after the other: what the API does not say of the past.
    void hold(const std::string& credential, std::optional<base::Instant> ends_at, model::ListState list)
    {
        auto row = harbour().credentials.find(model::CredentialId{*base::parse_uuid(credential)})->row;
        row.ends_at = ends_at, row.list = list;
        apply({model::put(row)});
    }
    std::string ada_, user_, card_;
};

TEST_F(Explained, ListsWhatOnePersonOpens)
{
    const auto other = made("/user_identities/create", {{"full_name", "Bo Ek"}}, "user_identity").at("user_identity_id").as_string();
    const auto list = [this](json::value person) {
        return ask("/gatehouse/access/list", {{"user_identity_id", person}}).body.at("access").as_array();
    };
    ASSERT_EQ(list(json::value(ada_)).size(), 1U);
    EXPECT_EQ(list(json::value(ada_)).at(0).at("user_identity_id"), json::value(ada_));
    EXPECT_TRUE(list(json::value(other)).empty());
}

TEST_F(Explained, ACardThatNeedsACodeOpensWithOneOfTheSameUserAndNotByItself)
{
    asks_for_a_code();
    EXPECT_EQ(answer().at("opens"), false);
    EXPECT_EQ(answer().at("reason"), "second_factor");
    EXPECT_EQ(answer().at("second_factor"), true);
    EXPECT_EQ(answer().at("from"), nullptr);
    EXPECT_EQ(reason_of_person(), "second_factor");
    EXPECT_EQ(who(), 0U);
    EXPECT_EQ(reader().reason, "pin_timeout");

    const auto tomorrow = code("4711", {{"starts_at", "2027-03-02T08:00:00Z"}, {"ends_at", "2027-03-03T08:00:00Z"}});
    EXPECT_EQ(answer().at("reason"), "second_factor");
    EXPECT_EQ(answer().at("from"), "2027-03-02T08:00:00.000Z") << "when card and code open";
    EXPECT_EQ(answer().at("until"), "2027-03-03T08:00:00.000Z");
    EXPECT_EQ(answer({{"at", "2027-03-02T09:00:00Z"}}).at("opens"), true);
    EXPECT_EQ(reader("4711").reason, "wrong_pin");

    const auto now = code("4712");
    EXPECT_EQ(answer().at("opens"), true);
    EXPECT_EQ(answer().at("reason"), "granted");
    EXPECT_EQ(answer().at("second_factor"), true) << "and the answer says that the card alone does not do";
    EXPECT_EQ(reason_of_person(), "granted");
    EXPECT_EQ(who(), 1U) << "the card; a code by itself opens nothing there";
    EXPECT_TRUE(reader("4712").granted);
    EXPECT_EQ(answer({{"acs_credential_id", tomorrow}}).at("reason"), "not_yet");
    EXPECT_EQ(answer({{"acs_credential_id", now}}).at("reason"), "card_required");
}

TEST_F(Explained, OfSeveralCredentialsTheOneThatGotFurthestAnswersInWhateverOrderTheyStand)
{
    const auto long_ago = clock_.wall() - base::seconds{60};
    const auto other =
        made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "card"}, {"card_uid", "04d4e5f6"}}, "acs_credential")
            .at("acs_credential_id");
    const std::string second{other.as_string()};
    hold(card_, long_ago, model::ListState::follows_user), hold(second, {}, model::ListState::emptied);
    EXPECT_EQ(reason_of_person(), "no_access");
    hold(second, long_ago, model::ListState::follows_user), hold(card_, {}, model::ListState::emptied);
    EXPECT_EQ(reason_of_person(), "no_access");
    hold(card_, long_ago, model::ListState::follows_user), hold(second, long_ago, model::ListState::follows_user);
    EXPECT_EQ(reason_of_person(), "expired");
    EXPECT_EQ(reader().reason, "expired");
}

TEST_F(Explained, WhatNoReaderCanBeShownOpensNothing)
{
    const auto blank = made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "card"}}, "acs_credential");
    EXPECT_EQ(blank.at("is_issued"), false);
    EXPECT_EQ(blank.at("errors").at(0).at("error_code"), "no_presentation");
    const auto key = made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "mobile_key"}}, "acs_credential");
    EXPECT_TRUE(key.at("errors").as_array().empty()) << "of a kind that no door takes, and nobody said it would";
    for (const auto& credential : {blank, key}) {
        const auto told = answer({{"acs_credential_id", credential.at("acs_credential_id")}});
        EXPECT_EQ(told.at("opens"), false);
        EXPECT_EQ(told.at("reason"), "no_presentation");
        EXPECT_EQ(told.at("from"), nullptr);
        EXPECT_EQ(told.at("ways").as_array().size(), 1U) << "the way is there";
    }
    EXPECT_EQ(who(), 1U) << "the card alone";
    EXPECT_EQ(reason_of_person(), "granted");
    hold(card_, clock_.wall() - base::seconds{60}, model::ListState::follows_user);
    EXPECT_EQ(who(), 0U);
    EXPECT_EQ(reason_of_person(), "expired") << "that of what could be shown";
}

TEST_F(Explained, OfThoseThatGotEquallyFarTheOldestAnswersThoughOneInFrontOfThemIsDeleted)
{
    clock_.advance(base::seconds{1});
    code("4711");
    clock_.advance(base::seconds{1});
    const auto last =
        made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "card"}, {"card_uid", "04d4e5f6"}}, "acs_credential")
            .at("acs_credential_id");
    hold(std::string{last.as_string()}, {}, model::ListState::emptied);
    ask("/acs/credentials/delete", {{"acs_credential_id", card_}});
    EXPECT_EQ(reason_of_person(), "card_required") << "of the code, which is older than the card that opens nothing";
    const auto rows = ask("/gatehouse/access/why", {{"device_id", stairs_door_}, {"user_identity_id", ada_}}).body.at("access").as_array();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].at("acs_credential_id"), last) << "the rows stand in the same order";
}

TEST_F(Explained, WhoCanOpenADoorAndHow)
{
    const auto told = ask("/gatehouse/access/who", {{"device_id", stairs_door_}});
    const auto row = told.body.at("access").at(0).as_object();
    EXPECT_EQ(row.at("person"), "Ada Lind");
    EXPECT_EQ(row.at("user_identity_id"), json::value(ada_));
    EXPECT_EQ(row.at("opens"), true);
    EXPECT_EQ(row.at("ways").at(0).at("by"), "access_group");
    EXPECT_EQ(row.at("ways").at(0).at("acs_access_group_id"), json::value(stairs_group_));
    EXPECT_EQ(row.at("ways").at(0).at("hours"), "always");
    EXPECT_EQ(ask("/gatehouse/access/who", {{"device_id", base::to_string(base::random_uuid(random_))}}).type(), "device_not_found");
}

TEST_F(Explained, WhyNotAndFromWhen)
{
    ask("/acs/users/update",
        {{"acs_user_id", user_}, {"access_schedule", {{"starts_at", "2027-03-02T08:00:00Z"}, {"ends_at", "2027-03-03T08:00:00Z"}}}});
    auto row = answer();
    EXPECT_EQ(row.at("opens"), false);
    EXPECT_EQ(row.at("reason"), "not_yet");
    EXPECT_EQ(row.at("from"), "2027-03-02T08:00:00.000Z");
    EXPECT_EQ(row.at("until"), "2027-03-03T08:00:00.000Z");
    EXPECT_EQ(who(), 0U);
    EXPECT_EQ(answer({{"at", "2027-03-02T09:00:00Z"}}).at("opens"), true);
    EXPECT_EQ(who({{"at", "2027-03-02T09:00:00Z"}}), 1U);
    EXPECT_EQ(answer({{"at", "2027-03-04T09:00:00Z"}}).at("reason"), "expired");
    const auto past = ask("/gatehouse/access/who", {{"device_id", stairs_door_}, {"at", "1999-03-02T09:00:00Z"}});
    EXPECT_TRUE(past.body.at("error").at("validation_errors").as_object().contains("at"));
    EXPECT_EQ(past.status, 400U) << "nothing is known of who could, only of who can";
    EXPECT_THAT(json::serialize(past.body), testing::HasSubstr("Lies in the past"));
    const auto person = ask("/gatehouse/access/why", {{"device_id", stairs_door_}, {"user_identity_id", ada_}});
    EXPECT_EQ(person.body.at("opens"), false);
    EXPECT_EQ(person.body.at("access").as_array().size(), 1U);
}

TEST_F(Explained, EveryNoNamesItsReason)
{
    const auto reason = [this](std::string_view of, const std::string& id) {
        const auto told = ask("/gatehouse/access/why", {{"device_id", stairs_door_}, {of, id}});
        EXPECT_EQ(told.status, 200U);
        return std::string{told.body.at("reason").as_string()};
    };
    EXPECT_EQ(reason("user_identity_id", ada_), "granted");
    const auto ben = made("/user_identities/create", {{"full_name", "Ben"}}, "user_identity").at("user_identity_id");
    const std::string person{ben.as_string()};
    EXPECT_EQ(reason("user_identity_id", person), "no_user");
    const auto made_user =
        made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Ben"}, {"user_identity_id", ben}}, "acs_user");
    const std::string user{made_user.at("acs_user_id").as_string()};
    EXPECT_EQ(reason("user_identity_id", person), "no_credential");
    EXPECT_EQ(reason("acs_user_id", user), "no_credential");
    ask("/acs/users/suspend", {{"acs_user_id", user}});
    EXPECT_EQ(reason("acs_user_id", user), "suspended");
    EXPECT_EQ(reason("user_identity_id", person), "suspended");
    made("/acs/users/create", {{"acs_system_id", boats_}, {"full_name", "Ben"}, {"user_identity_id", ben}}, "acs_user");
    EXPECT_EQ(reason("user_identity_id", person), "no_credential") << "one of two accounts is stopped";
    ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ben, ada_}}});
    EXPECT_EQ(reason("user_identity_id", person), "frozen");
    EXPECT_EQ(reason("acs_user_id", user), "frozen");
    EXPECT_EQ(reason("user_identity_id", ada_), "frozen");
}

TEST_F(Explained, OfSeveralCardsTheReasonIsThatOfTheOneThatOpensElseOfTheOneThatWill)
{
    const auto other =
        made("/acs/credentials/create", {{"acs_user_id", user_}, {"access_method", "card"}, {"card_uid", "04d4e5f6"}}, "acs_credential")
            .at("acs_credential_id");
    const std::array cards{card_, std::string{other.as_string()}};
    const auto lasts = [this](const std::string& id, std::optional<base::Instant> from, std::optional<base::Instant> until) {
        auto row = harbour().credentials.find(model::CredentialId{*base::parse_uuid(id)})->row;
        row.starts_at = from, row.ends_at = until;
        apply({model::put(row)});
    };
    const auto reason = [this] {
        return ask("/gatehouse/access/why", {{"device_id", stairs_door_}, {"user_identity_id", ada_}}).body.at("reason");
    };
    const auto now = clock_.wall();
    const std::chrono::hours hour{1};
    for (const std::size_t ended : {0U, 1U}) {
        lasts(cards[ended], std::nullopt, now - hour);
        lasts(cards[1 - ended], std::nullopt, std::nullopt);
        EXPECT_EQ(reason(), "granted") << ended;
        lasts(cards[1 - ended], now + hour, std::nullopt);
        EXPECT_EQ(reason(), "not_yet") << ended;
        lasts(cards[ended], now + hour, std::nullopt);
        lasts(cards[1 - ended], std::nullopt, std::nullopt);
        EXPECT_EQ(reason(), "granted") << ended;
    }
}

TEST_F(Explained, WhatAControllerHasToHoldNeedsItsDriver)
{
    const auto controller = to_string(directory_.devices().begin()->first);
    EXPECT_EQ(ask("/gatehouse/controllers/expected", {{"controller_id", controller}}).type(), "controller_not_served");
    EXPECT_EQ(ask("/gatehouse/controllers/expected", {{"controller_id", stairs_door_}}).type(), "controller_not_found");
}

TEST_F(Explained, AFrozenPersonOpensNothingUntilThatIsLifted)
{
    ask("/user_identities/grant_access_to_device", {{"user_identity_id", ada_}, {"device_id", stairs_door_}});
    model::Placement held;
    held.device = directory_.devices().begin()->first;
    held.key = "card_uid_hex:04a1b2c3";
    held.holders = {{workspace_, model::CredentialId{*base::parse_uuid(card_)}, model::UserId{*base::parse_uuid(user_)}, "Ada Lind", 2}};
    held.doors = 2;
    held.until = clock_.wall() + base::seconds{3'600};
    held.truth = model::Truth::verified;
    ledger_.note({.put = {held}});
    const auto before = ledger_.head();
    const auto frozen = ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}});
    ASSERT_EQ(frozen.status, 200U);
    EXPECT_EQ(ledger_.head(), before + 1) << "one change";
    ASSERT_EQ(frozen.body.at("still_open").as_array().size(), 1U);
    EXPECT_EQ(frozen.body.at("still_open").at(0).at("door"), "Stairs");
    EXPECT_TRUE(frozen.body.at("still_open").at(0).at("ends_at").is_null()) << "nobody has told of the controller's clock";
    EXPECT_FALSE(opens(card_));
    EXPECT_EQ(answer().at("reason"), "frozen");
    EXPECT_EQ(made("/acs/users/get", {{"acs_user_id", user_}}, "acs_user").at("is_suspended"), true);
    EXPECT_EQ(ask("/acs/users/unsuspend", {{"acs_user_id", user_}}).type(), "user_identity_frozen");

    EXPECT_EQ(ask("/gatehouse/user_identities/unfreeze", {{"user_identity_ids", json::array{ada_}}}).status, 200U);
    EXPECT_TRUE(opens(card_));
    EXPECT_EQ(made("/acs/users/get", {{"acs_user_id", user_}}, "acs_user").at("is_suspended"), false);
}

TEST_F(Explained, AUserNamesThePersonWhoIsStoppedEverywhere)
{
    const auto by_user = json::object{{"acs_user_ids", json::array{user_}}};
    ASSERT_EQ(ask("/gatehouse/user_identities/freeze", by_user).status, 200U);
    EXPECT_FALSE(opens(card_));
    EXPECT_EQ(made("/user_identities/get", {{"user_identity_id", ada_}}, "user_identity").at("is_frozen"), true);
    ASSERT_EQ(ask("/gatehouse/user_identities/unfreeze", by_user).status, 200U);
    EXPECT_TRUE(opens(card_));

    const auto alone = made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Nobody's"}}, "acs_user").at("acs_user_id");
    const auto refused = ask("/gatehouse/user_identities/freeze", {{"acs_user_ids", json::array{user_, alone}}});
    EXPECT_EQ(refused.status, 400U);
    EXPECT_TRUE(opens(card_)) << "all in one change or nothing";
    EXPECT_EQ(ask("/gatehouse/user_identities/freeze").status, 400U) << "nobody is named";
}

TEST_F(Explained, FreezingTellsWhatAUserOfThePersonHeldThatIsDeletedByNow)
{
    model::Placement held;
    held.device = directory_.devices().begin()->first;
    held.key = "card_uid_hex:04a1b2c3";
    const auto& credential = harbour().credentials.find(model::CredentialId{*base::parse_uuid(card_)})->row;
    held.holders = {reconcile::holder_of(harbour(), credential, 2)};
    held.doors = 2;
    held.truth = model::Truth::verified;
    ledger_.note({.put = {held}});
    EXPECT_EQ(ask("/acs/users/delete", {{"acs_user_id", user_}}).status, 200U);
    const auto frozen = ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}});
    ASSERT_EQ(frozen.body.at("still_open").as_array().size(), 1U);
    EXPECT_EQ(frozen.body.at("still_open").at(0).at("door"), "Stairs");
    EXPECT_EQ(frozen.body.at("still_open").at(0).at("user_identity_id"), json::value(ada_));
}

TEST_F(Explained, UnfreezingLeavesSuspendedWhatWasSuspendedByItself)
{
    ask("/acs/users/suspend", {{"acs_user_id", user_}});
    ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}});
    ask("/gatehouse/user_identities/unfreeze", {{"user_identity_ids", json::array{ada_}}});
    EXPECT_FALSE(opens(card_));
}

TEST_F(Explained, WhatWasFrozenStaysClosedWhenTheUserLosesItsPerson)
{
    ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}});
    EXPECT_EQ(ask("/user_identities/remove_acs_user", {{"user_identity_id", ada_}, {"acs_user_id", user_}}).status, 200U);
    EXPECT_FALSE(opens(card_));
}

TEST_F(Explained, APersonShowsThatItIsStoppedEverywhere)
{
    const auto frozen = [this] { return made("/user_identities/get", {{"user_identity_id", ada_}}, "user_identity").at("is_frozen"); };
    EXPECT_EQ(frozen(), false);
    ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}});
    EXPECT_EQ(frozen(), true);
    EXPECT_EQ(ask("/user_identities/list").body.at("user_identities").at(0).at("is_frozen"), true);
}

TEST_F(Explained, SuspendingAUserTellsWhatThePersonOpensByAnother)
{
    auto other = made("/acs/users/create",
                      {{"acs_system_id", house_},
                       {"full_name", "Ada Lind"},
                       {"user_identity_id", ada_},
                       {"acs_access_group_ids", json::array{stairs_group_}}},
                      "acs_user")
                     .at("acs_user_id");
    const auto card =
        made("/acs/credentials/create", {{"acs_user_id", other}, {"access_method", "card"}, {"card_uid", "04d4e5f6"}}, "acs_credential")
            .at("acs_credential_id");
    auto told = ask("/acs/users/suspend", {{"acs_user_id", user_}});
    ASSERT_EQ(told.status, 200U);
    EXPECT_EQ(told.body.at("gatehouse").at("still_open"), json::array{});
    const auto& ways = told.body.at("gatehouse").at("opens_otherwise").as_array();
    ASSERT_EQ(ways.size(), 1U);
    EXPECT_EQ(ways[0].at("door"), "Stairs");
    EXPECT_EQ(ways[0].at("device_id"), json::value(stairs_door_));
    EXPECT_EQ(ways[0].at("acs_user_id"), other);
    EXPECT_EQ(ways[0].at("acs_credential_id"), card);
    EXPECT_EQ(ways[0].at("opens"), true);
    told = ask("/acs/users/suspend", {{"acs_user_id", other}});
    EXPECT_EQ(told.body.at("gatehouse").at("opens_otherwise"), json::array{}) << "all of them are stopped now";
}

TEST_F(Explained, SuspendingAUserCountsACardWithItsCodeAndNotWithout)
{
    asks_for_a_code();
    const auto other =
        made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Ada Lind"}, {"user_identity_id", ada_}}, "acs_user")
            .at("acs_user_id");
    code("4711");
    auto told = ask("/acs/users/suspend", {{"acs_user_id", other}});
    ASSERT_EQ(told.status, 200U);
    ASSERT_EQ(told.body.at("gatehouse").at("opens_otherwise").as_array().size(), 1U) << "the card, with the code";
    EXPECT_EQ(told.body.at("gatehouse").at("opens_otherwise").at(0).at("opens"), true);
    const auto& held = harbour().users.find(model::UserId{*base::parse_uuid(user_)})->credentials;
    for (const auto& id : std::vector(held.begin(), held.end()))
        if (harbour().credentials.find(id)->row.code) ask("/acs/credentials/delete", {{"acs_credential_id", to_string(id)}});
    told = ask("/acs/users/suspend", {{"acs_user_id", other}});
    EXPECT_EQ(told.body.at("gatehouse").at("opens_otherwise"), json::array{});
}

TEST_F(Explained, AListOfUsersIsSuspendedInOneChangeOrNotAtAll)
{
    const auto ben =
        made("/acs/users/create", {{"acs_system_id", house_}, {"full_name", "Ben"}, {"acs_access_group_ids", json::array{stairs_group_}}},
             "acs_user")
            .at("acs_user_id");
    const auto bens =
        made("/acs/credentials/create", {{"acs_user_id", ben}, {"access_method", "card"}, {"card_uid", "04d4e5f6"}}, "acs_credential")
            .at("acs_credential_id");
    const auto unknown = base::to_string(base::random_uuid(random_));
    EXPECT_EQ(ask("/gatehouse/acs_users/suspend", {{"acs_user_ids", json::array{user_, unknown}}}).type(), "acs_user_not_found");
    EXPECT_TRUE(opens(card_));
    model::Placement held;
    held.device = directory_.devices().begin()->first;
    held.key = "card_uid_hex:04d4e5f6";
    held.holders = {{workspace_, id_of<model::CredentialId>({{"id", bens}}, "id"), id_of<model::UserId>({{"id", ben}}, "id"), "Ben", 2}};
    held.doors = 2;
    held.truth = model::Truth::verified;
    ledger_.note({.put = {held}});
    const auto before = ledger_.head();
    const auto told = ask("/gatehouse/acs_users/suspend", {{"acs_user_ids", json::array{user_, ben, user_}}});
    ASSERT_EQ(told.status, 200U) << json::serialize(told.body);
    EXPECT_EQ(ledger_.head(), before + 1) << "one change";
    EXPECT_FALSE(opens(card_));
    EXPECT_FALSE(opens(std::string{bens.as_string()}));
    ASSERT_EQ(told.body.at("gatehouse").at("still_open").as_array().size(), 1U);
    EXPECT_EQ(told.body.at("gatehouse").at("still_open").at(0).at("acs_user_id"), ben);

    ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_}}});
    EXPECT_EQ(ask("/gatehouse/acs_users/unsuspend", {{"acs_user_ids", json::array{ben, user_}}}).type(), "user_identity_frozen");
    EXPECT_FALSE(opens(std::string{bens.as_string()}));
    ask("/gatehouse/user_identities/unfreeze", {{"user_identity_ids", json::array{ada_}}});
    EXPECT_EQ(ask("/gatehouse/acs_users/unsuspend", {{"acs_user_ids", json::array{ben, user_}}}).status, 200U);
    EXPECT_TRUE(opens(card_));
    EXPECT_TRUE(opens(std::string{bens.as_string()}));
}

TEST_F(Explained, NobodyIsFrozenWhenOneOfAListIsUnknown)
{
    const auto told =
        ask("/gatehouse/user_identities/freeze", {{"user_identity_ids", json::array{ada_, base::to_string(base::random_uuid(random_))}}});
    EXPECT_EQ(told.type(), "user_identity_not_found");
    EXPECT_TRUE(opens(card_));
}

} // namespace
} // namespace gatehouse::tests
