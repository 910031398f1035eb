#include "unit/http_people/house.hpp"

namespace gatehouse::tests {
namespace {

struct Filters : House {
    std::size_t count(std::string_view path, std::string_view rows, json::object filter)
    {
        const auto told = ask(path, std::move(filter));
        EXPECT_EQ(told.status, 200U) << path;
        return told.status == 200 ? told.body.at(rows).as_array().size() : 0;
    }
    json::object user(json::object fields)
    {
        fields["full_name"] = "Ada Lind";
        return made("/acs/users/create", std::move(fields), "acs_user");
    }
    std::string nobody() { return base::to_string(base::random_uuid(random_)); }
};

TEST_F(Filters, OfIdentitiesByTheSystemOfTheirUsers)
{
    const auto ada = made("/user_identities/create", {{"acs_system_ids", json::array{house_}}}, "user_identity");
    made("/user_identities/create", {{"acs_system_ids", json::array{boats_}}}, "user_identity");
    made("/user_identities/create", {}, "user_identity");
    const auto told = ask("/user_identities/list", {{"credential_manager_acs_system_id", house_}});
    ASSERT_EQ(told.body.at("user_identities").as_array().size(), 1U);
    EXPECT_EQ(told.body.at("user_identities").at(0).at("user_identity_id"), ada.at("user_identity_id"));
    EXPECT_EQ(count("/user_identities/list", "user_identities", {{"credential_manager_acs_system_id", nobody()}}), 0U);
}

TEST_F(Filters, OfGroupsByMemberIdentityAndSystem)
{
    const auto ada = made("/user_identities/create", {}, "user_identity").at("user_identity_id");
    const auto bo = made("/user_identities/create", {}, "user_identity").at("user_identity_id");
    const auto member = user({{"acs_system_id", house_}, {"user_identity_id", ada}, {"acs_access_group_ids", json::array{stairs_group_}}});
    const auto other = user({{"acs_system_id", house_}, {"user_identity_id", bo}});
    const auto groups = [this](json::object filter) { return count("/acs/access_groups/list", "acs_access_groups", std::move(filter)); };
    EXPECT_EQ(groups({{"user_identity_id", ada}}), 1U);
    EXPECT_EQ(groups({{"user_identity_id", bo}}), 0U);
    EXPECT_EQ(groups({{"user_identity_id", nobody()}}), 0U);
    EXPECT_EQ(groups({{"acs_user_id", member.at("acs_user_id")}}), 1U);
    EXPECT_EQ(groups({{"acs_user_id", other.at("acs_user_id")}}), 0U);
    EXPECT_EQ(groups({{"acs_system_id", boats_}}), 0U);
    EXPECT_EQ(groups({{"search", "STAI"}}), 1U);
    EXPECT_EQ(groups({{"search", "roof"}}), 0U);
}

TEST_F(Filters, OfEntrancesAndSystemsThatCanMatchNothingMatchNothing)
{
    EXPECT_EQ(count("/acs/entrances/list", "acs_entrances", {{"acs_entrance_ids", json::array{stairs_entrance_}}}), 1U);
    EXPECT_EQ(count("/acs/entrances/list", "acs_entrances", {{"acs_entrance_ids", json::array{nobody()}}}), 0U);
    EXPECT_EQ(count("/acs/entrances/list", "acs_entrances", {{"acs_entrance_ids", json::array{}}}), 0U);
    for (const json::object& filter : {json::object{{"connected_account_id", nobody()}}, json::object{{"customer_key", "x"}}}) {
        EXPECT_EQ(count("/acs/systems/list", "acs_systems", filter), 0U);
        EXPECT_EQ(count("/acs/entrances/list", "acs_entrances", filter), 0U);
        EXPECT_EQ(count("/devices/list", "devices", filter), 0U);
    }
    EXPECT_EQ(count("/acs/systems/list", "acs_systems", {}), 2U);
}

TEST_F(Filters, CreatedBeforeLeavesOutItsOwnInstantInEveryList)
{
    const auto early = user({{"acs_system_id", house_}});
    const auto card_of = [this](const json::object& owner, std::string_view uid) {
        return made("/acs/credentials/create", {{"acs_user_id", owner.at("acs_user_id")}, {"access_method", "card"}, {"card_uid", uid}},
                    "acs_credential");
    };
    card_of(early, "0a0b0c01");
    clock_.advance(std::chrono::seconds{1});
    const auto late = user({{"acs_system_id", house_}});
    const auto card = card_of(late, "0a0b0c02");
    EXPECT_EQ(count("/acs/users/list", "acs_users", {{"created_before", late.at("created_at")}}), 1U);
    EXPECT_EQ(count("/acs/credentials/list", "acs_credentials", {{"created_before", card.at("created_at")}}), 1U);
    EXPECT_EQ(count("/acs/credentials/list", "acs_credentials", {}), 2U);
}

TEST_F(Filters, CredentialsAreAskedForByUserOrIdentityNotBoth)
{
    const auto ada = made("/user_identities/create", {}, "user_identity").at("user_identity_id");
    const auto account = user({{"acs_system_id", house_}, {"user_identity_id", ada}}).at("acs_user_id");
    const json::object both{{"acs_user_id", account}, {"user_identity_id", ada}};
    EXPECT_EQ(ask("/acs/credentials/list", both).type(), "invalid_input");
    auto card = both;
    card["acs_system_id"] = house_;
    card["access_method"] = "card";
    EXPECT_EQ(ask("/acs/credentials/create", std::move(card)).type(), "invalid_input");
    EXPECT_EQ(harbour().credentials.size(), 0U);
}

TEST_F(Filters, OnlyRootAndTheDaemonsUserMakeKeys)
{
    const auto status = [this](std::optional<std::uint32_t> uid) {
        peer_.uid = uid;
        return ask("/gatehouse/tokens/create", {{"name", "booking"}}).status;
    };
    EXPECT_EQ(status(std::nullopt), 403U);
    EXPECT_EQ(status(4711), 403U);
    EXPECT_EQ(status(0), 200U);
}

TEST_F(Filters, AnUnlockNobodyAnswersForIsAnAttemptThatFailed)
{
    const auto attempt = made("/locks/unlock_door", {{"device_id", stairs_door_}}, "action_attempt");
    EXPECT_EQ(attempt.at("status").as_string(), "error");
    EXPECT_TRUE(attempt.at("result").is_null());
    EXPECT_FALSE(attempt.at("error").at("type").as_string().empty());
    EXPECT_EQ(made("/action_attempts/get", {{"action_attempt_id", attempt.at("action_attempt_id")}}, "action_attempt"), attempt);
    const auto missing = ask("/action_attempts/get", {{"action_attempt_id", nobody()}});
    EXPECT_EQ(missing.type(), "action_attempt_not_found");
    EXPECT_TRUE(missing.body.at("error").at("data").as_object().contains("action_attempt_id"));
}

} // namespace
} // namespace gatehouse::tests
