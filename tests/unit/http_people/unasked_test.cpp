#include "unit/http_people/house.hpp"

namespace gatehouse::tests {
namespace {

TEST_F(House, ACodeIsNotIssuedWhereNoDoorAsksForOne)
{
    const auto mode = [this](std::string word) {
        auto entrance = harbour().entrances.find(model::EntranceId{*base::parse_uuid(stairs_entrance_)})->row;
        entrance.mode = std::move(word);
        apply({model::put(entrance)});
    };
    mode("card");
    const auto ada = made("/user_identities/create", {{"full_name", "Ada Lind"}}, "user_identity").at("user_identity_id");
    const auto grant = made("/access_grants/create",
                            {{"user_identity_id", ada},
                             {"acs_entrance_ids", json::array{stairs_entrance_}},
                             {"requested_access_methods", json::array{json::object{{"mode", "code"}, {"code", "731942"}}}}},
                            "access_grant");
    const auto credential = [this, ada] {
        return ask("/acs/credentials/list", {{"user_identity_id", ada}}).body.at("acs_credentials").at(0).as_object();
    };
    const auto shown = made("/access_methods/get", {{"access_method_id", grant.at("access_method_ids").at(0)}}, "access_method");
    EXPECT_EQ(shown.at("display_status"), "failed_to_issue");
    EXPECT_EQ(shown.at("is_issued"), false);
    EXPECT_EQ(shown.at("errors").at(0).at("message"), "No door that it leads to takes one");
    EXPECT_EQ(credential().at("is_issued"), false);
    EXPECT_EQ(credential().at("warnings").at(0).at("message"), "No door that it leads to takes one");
    const auto told = [this](std::string_view type) {
        const json::object wanted{{"event_type", type}, {"since", "2000-01-01T00:00:00Z"}};
        return ask("/events/list", wanted).body.at("events").as_array().size();
    };
    EXPECT_EQ(told("access_method.issued"), 0U);
    EXPECT_EQ(told("access_method.failed_to_issue"), 1U);
    mode("card_and_pin"); // asked for after a card
    EXPECT_EQ(credential().at("is_issued"), true);
}

} // namespace
} // namespace gatehouse::tests
