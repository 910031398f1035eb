// Where nothing can be presented, or nobody hears of it, no card opens, and the API says so.

#include "unit/house/harbour.hpp"

namespace gatehouse::tests {
namespace {

struct AtTheLobby : Harbour {
    AtTheLobby()
    {
        auto& kim = person("Kim Moor");
        join(kim, "house", {});
        made("harbour", "/acs/entrances/grant_access", {{"acs_entrance_id", entrance_}, {"acs_user_id", kim.users.at("house")}}, "");
        card_ = card(kim, "house", "card", {{"card_number", "30101"}, {"facility_code", 110}, {"card_format", "h10301"}});
        until("2027-03-02 12:00");
    }
    void wire(std::string wiring)
    {
        auto row = door("lobby").row;
        row.wiring = std::move(wiring);
        desk_.apply({model::put(row)});
        desk_.commit_all();
    }
    json::array access() { return ask("harbour", "/gatehouse/access/list", {{"acs_credential_id", card_}}).body.at("access").as_array(); }
    json::object why()
    {
        const json::object question{{"device_id", to_string(door("lobby").row.id)}, {"acs_credential_id", card_}};
        return ask("harbour", "/gatehouse/access/why", question).body.at("access").at(0).as_object();
    }
    json::object credential() { return made("harbour", "/acs/credentials/get", {{"acs_credential_id", card_}}, "acs_credential"); }
    bool by_card()
    {
        return made("harbour", "/acs/entrances/get", {{"acs_entrance_id", entrance_}}, "acs_entrance").at("can_unlock_with_card").as_bool();
    }

    const std::string entrance_ = id_in("harbour", "entrance", "lobby");
    std::string card_;
};

TEST_F(AtTheLobby, WhereTheGatewayHearsOfEveryCardTheTruthIsItsOwn)
{
    ASSERT_EQ(access().size(), 1U);
    EXPECT_EQ(access().at(0).at("state"), "verified");
    EXPECT_EQ(why().at("device_truth"), "verified");
    EXPECT_EQ(credential().at("is_latest_desired_state_synced_with_provider"), true);
    EXPECT_TRUE(by_card());
}

TEST_F(AtTheLobby, ADoorWithoutAReaderTakesNoCard)
{
    wire(R"({"lock":"fail_safe"})");
    EXPECT_EQ(access().size(), 0U);
    EXPECT_EQ(why().at("device_truth"), nullptr);
    EXPECT_EQ(why().at("device_reason"), "the door has no reader, and its controller keeps no table; it opens by an unlock of the gateway");
    EXPECT_EQ(credential().at("is_issued"), false);
    EXPECT_EQ(credential().at("is_latest_desired_state_synced_with_provider"), nullptr);
    EXPECT_EQ(credential().at("warnings").at(0).at("message"), "No door that it leads to takes one");
    EXPECT_FALSE(by_card());
}

TEST_F(AtTheLobby, ACodeForADoorWithoutAReaderIsNeverToldAsIssued)
{
    wire(R"({"lock":"fail_safe"})");
    made("harbour", "/access_grants/create",
         {{"user_identity", json::object{{"full_name", "Lee Ash"}}},
          {"acs_entrance_ids", json::array{entrance_}},
          {"requested_access_methods", json::array{json::object{{"mode", "code"}, {"code", "731942"}}}}},
         "access_grant");
    const auto told = [this](std::string_view type) {
        const json::object wanted{{"event_type", type}, {"since", "2000-01-01T00:00:00Z"}};
        return ask("harbour", "/events/list", wanted).body.at("events").as_array().size();
    };
    EXPECT_EQ(told("access_method.issued"), 0U);
    EXPECT_EQ(told("access_method.failed_to_issue"), 1U);
}

TEST_F(AtTheLobby, AReaderThatNobodyServesVerifiesNothing)
{
    wire(R"({"lock":"fail_safe","readers":["rd-elsewhere"]})");
    ASSERT_EQ(access().size(), 1U);
    EXPECT_EQ(access().at(0).at("state"), "pending");
    EXPECT_EQ(access().at(0).at("reason"), "no driver serves a reader of the door now");
    EXPECT_EQ(why().at("device_truth"), "pending");
    EXPECT_EQ(credential().at("is_latest_desired_state_synced_with_provider"), false);
    EXPECT_TRUE(by_card());
}

} // namespace
} // namespace gatehouse::tests
