#include "unit/http_people/house.hpp"

#include <boost/json/serialize.hpp>

#include <set>

namespace gatehouse::tests {

using testing::ElementsAre;

namespace {

struct Credentials : House {
    json::string identity() { return made("/user_identities/create", {}, "user_identity").at("user_identity_id").as_string(); }
    json::string user(json::object fields = {})
    {
        if (!fields.contains("acs_system_id")) fields["acs_system_id"] = house_;
        fields["full_name"] = "Ada Lind";
        return made("/acs/users/create", std::move(fields), "acs_user").at("acs_user_id").as_string();
    }
    json::object create(json::object fields)
    {
        fields["access_method"] = "card";
        if (!fields.contains("card_uid")) fields["card_uid"] = std::to_string(10'000'000 + ++cards_);
        return made("/acs/credentials/create", std::move(fields), "acs_credential");
    }
    std::string nobody() { return base::to_string(base::random_uuid(random_)); }
    int cards_ = 0;
};

/// Names of the parameters an answer blames.
std::vector<std::string> blamed(const Told& told)
{
    std::vector<std::string> names;
    const auto* errors = told.body.at("error").as_object().if_contains("validation_errors");
    if (errors == nullptr) return names;
    for (const auto& [name, value] : errors->as_object())
        if (name != "_errors") names.emplace_back(name);
    return names;
}

TEST_F(Credentials, UnassigningNamesAPersonWhoDoesNotExist)
{
    const auto id = create({{"acs_user_id", user()}}).at("acs_credential_id");
    EXPECT_EQ(ask("/acs/credentials/unassign", {{"acs_credential_id", id}, {"acs_user_id", nobody()}}).type(), "acs_user_not_found");
    EXPECT_EQ(ask("/acs/credentials/unassign", {{"acs_credential_id", id}, {"user_identity_id", nobody()}}).type(),
              "user_identity_not_found");
    const auto stock = create({{"acs_system_id", house_}}).at("acs_credential_id");
    EXPECT_EQ(ask("/acs/credentials/unassign", {{"acs_credential_id", stock}, {"acs_user_id", nobody()}}).type(), "acs_user_not_found");
}

TEST_F(Credentials, UnassigningFromSomebodyElseIsRefusedAndNamesTheParameter)
{
    const auto owner = user();
    const auto id = create({{"acs_user_id", owner}}).at("acs_credential_id");
    const auto by_user = ask("/acs/credentials/unassign", {{"acs_credential_id", id}, {"acs_user_id", user()}});
    EXPECT_EQ(by_user.status, 400U);
    EXPECT_THAT(blamed(by_user), ElementsAre("acs_user_id"));
    EXPECT_THAT(blamed(ask("/acs/credentials/unassign", {{"acs_credential_id", id}, {"user_identity_id", identity()}})),
                ElementsAre("user_identity_id"));
    EXPECT_EQ(made("/acs/credentials/get", {{"acs_credential_id", id}}, "acs_credential").at("acs_user_id"), owner);
}

TEST_F(Credentials, WhatBelongsToAnotherSystemIsRefusedAndNamed)
{
    const auto in_boats = user({{"acs_system_id", boats_}});
    const auto refused = [this](std::string_view path, json::object body) {
        const auto told = ask(path, std::move(body));
        EXPECT_EQ(told.status, 400U) << path;
        EXPECT_EQ(told.type(), "invalid_input") << path;
        return blamed(told);
    };
    const json::object membership{{"acs_user_id", in_boats}, {"acs_access_group_id", stairs_group_}};
    EXPECT_THAT(refused("/acs/users/add_to_access_group", membership), ElementsAre("acs_access_group_id"));
    EXPECT_THAT(refused("/acs/access_groups/add_user", membership), ElementsAre("acs_access_group_id"));
    EXPECT_THAT(refused("/acs/entrances/grant_access", {{"acs_user_id", in_boats}, {"acs_entrance_id", stairs_entrance_}}),
                ElementsAre("acs_entrance_id"));
    EXPECT_THAT(refused("/acs/users/create",
                        {{"acs_system_id", boats_}, {"full_name", "Bo"}, {"acs_access_group_ids", json::array{stairs_group_}}}),
                ElementsAre("acs_access_group_ids"));
    const auto id = create({{"acs_system_id", house_}}).at("acs_credential_id");
    EXPECT_THAT(refused("/acs/credentials/assign", {{"acs_credential_id", id}, {"acs_user_id", in_boats}}), ElementsAre("acs_user_id"));
    EXPECT_EQ(harbour().users.size(), 1U);
}

TEST_F(Credentials, ACredentialManagerThatDoesNotExistIsNotFound)
{
    const auto told =
        ask("/acs/credentials/create",
            {{"acs_user_id", user()}, {"access_method", "card"}, {"card_uid", "0a0b0c0d"}, {"credential_manager_acs_system_id", nobody()}});
    EXPECT_EQ(told.status, 404U);
    EXPECT_EQ(told.type(), "acs_system_not_found");
    EXPECT_EQ(harbour().credentials.size(), 0U);
}

TEST_F(Credentials, ACardIsTakenAtTheEdgesOfItsFormAndNotBeyond)
{
    const auto holder = user();
    const auto tried = [this, &holder](json::object fields) {
        fields["acs_user_id"] = holder;
        if (!fields.contains("access_method")) fields["access_method"] = "card";
        const auto told = ask("/acs/credentials/create", std::move(fields));
        return told.status == 200 ? std::vector<std::string>{} : blamed(told);
    };
    EXPECT_THAT(tried({{"card_number", "65535"}, {"facility_code", 255}}), ElementsAre());
    EXPECT_THAT(tried({{"card_number", "0"}, {"facility_code", 0}, {"card_format", "h10301"}, {"card_uid", "0123abcd"}}), ElementsAre());
    EXPECT_THAT(tried({{"card_uid", "0123456789abcdef0123"}}), ElementsAre());
    EXPECT_THAT(tried({{"card_number", "65536"}, {"facility_code", 1}}), ElementsAre("card_number"));
    EXPECT_THAT(tried({{"card_number", "99999999999999999999"}, {"facility_code", 1}}), ElementsAre("card_number"));
    EXPECT_THAT(tried({{"card_number", "1"}, {"facility_code", 256}}), ElementsAre("facility_code"));
    EXPECT_THAT(tried({{"card_number", "1"}}), ElementsAre("facility_code"));
    EXPECT_THAT(tried({{"facility_code", 1}}), ElementsAre("facility_code"));
    EXPECT_THAT(tried({{"card_format", "h10301"}}), ElementsAre("card_format"));
    for (const auto* uid : {"0123ab", "0123abcde", "0123456789abcdef012345", "0123ABCD", "0123abcg"})
        EXPECT_THAT(tried({{"card_uid", uid}}), ElementsAre("card_uid")) << uid;
    for (const auto* name : {"card_number", "card_uid", "card_format"})
        EXPECT_THAT(
            tried({{"access_method", "code"}, {"code", "4711"}, {name, name == std::string_view{"card_format"} ? "h10301" : "12345678"}}),
            ElementsAre(name));
    EXPECT_EQ(harbour().credentials.size(), 3U);
}

TEST_F(Credentials, ACodeThatIsEasyToGuessIsRefusedInASentence)
{
    const auto told = ask("/acs/credentials/create", {{"acs_user_id", user()}, {"access_method", "code"}, {"code", "1234"}});
    EXPECT_EQ(told.type(), "invalid_input");
    EXPECT_THAT(blamed(told), ElementsAre("code"));
    EXPECT_EQ(told.body.at("error").at("message"), "Easily guessed digits for \"code\"");
}

TEST_F(Credentials, EveryFieldOfACardComesBack)
{
    const json::object fields{{"card_number", "12345"}, {"facility_code", 110}, {"card_format", "h10301"}, {"card_uid", "04a1b2c3"}};
    auto asked_for = fields;
    asked_for["acs_user_id"] = user();
    const auto id = create(std::move(asked_for)).at("acs_credential_id");
    const auto shown = made("/acs/credentials/get", {{"acs_credential_id", id}}, "acs_credential");
    for (const auto& [name, value] : fields) EXPECT_EQ(shown.at(name), value) << name;
}

TEST_F(Credentials, LeadingZerosMakeNoOtherCard)
{
    const auto made_one = create({{"acs_user_id", user()}, {"card_number", "0012"}, {"facility_code", 7}});
    EXPECT_EQ(made_one.at("card_number").as_string(), "12");
    const auto again =
        ask("/acs/credentials/create", {{"acs_user_id", user()}, {"access_method", "card"}, {"card_number", "12"}, {"facility_code", 7}});
    EXPECT_EQ(again.status, 409U);
    EXPECT_EQ(again.type(), "card_number_in_use");
}

TEST_F(Credentials, ACodeIsLongEnoughAndNotAStaircase)
{
    const auto holder = user();
    for (const auto& [code, taken] : {std::pair{"471", false}, std::pair{"4711", true}, std::pair{"4321", false}, std::pair{"4567", false},
                                      std::pair{"7777", false}, std::pair{"7778", true}, std::pair{"98765", false}})
        EXPECT_EQ(ask("/acs/credentials/create", {{"acs_user_id", holder}, {"access_method", "code"}, {"code", code}}).status == 200, taken)
            << code;
}

TEST_F(Credentials, AListHoldsEntrancesOfItsOwnSystem)
{
    const auto told = ask("/acs/credentials/create", {{"acs_user_id", user({{"acs_system_id", boats_}})},
                                                      {"access_method", "card"},
                                                      {"card_uid", "0a0b0c0d"},
                                                      {"allowed_acs_entrance_ids", json::array{stairs_entrance_}}});
    EXPECT_EQ(told.status, 400U);
    EXPECT_THAT(blamed(told), ElementsAre("allowed_acs_entrance_ids"));
}

TEST_F(Credentials, ListsNarrowBySystemAndPageWithoutGapOrRepetition)
{
    const auto in_house = user(), in_boats = user({{"acs_system_id", boats_}});
    for (int i = 0; i < 3; ++i) create({{"acs_user_id", in_house}});
    create({{"acs_user_id", in_boats}});
    EXPECT_EQ(ask("/acs/credentials/list", {{"acs_system_id", house_}}).body.at("acs_credentials").as_array().size(), 3U);
    EXPECT_EQ(ask("/acs/credentials/list", {{"acs_system_id", boats_}}).body.at("acs_credentials").as_array().size(), 1U);
    std::vector<json::value> seen;
    json::object page{{"limit", 1}};
    for (int i = 0; i < 4; ++i) {
        const auto told = ask("/acs/credentials/list", page);
        ASSERT_EQ(told.body.at("acs_credentials").as_array().size(), 1U);
        seen.push_back(told.body.at_pointer("/acs_credentials/0/acs_credential_id"));
        page["page_cursor"] = told.body.at_pointer("/pagination/next_page_cursor");
    }
    EXPECT_TRUE(page.at("page_cursor").is_null());
    EXPECT_EQ(
        (std::set<std::string>{json::serialize(seen[0]), json::serialize(seen[1]), json::serialize(seen[2]), json::serialize(seen[3])})
            .size(),
        4U);
}

TEST_F(Credentials, DevicesAndControllersPageWithoutGapOrRepetition)
{
    const model::LineId line{base::declared_uuid("harbour", "line", "line")};
    for (int i = 0; i < 3; ++i) {
        const model::DeviceId device{base::declared_uuid("harbour", "device", std::to_string(i))};
        apply({model::put(model::Device{.id = device, .key = "panel-" + std::to_string(i), .line = line}),
               model::put(model::Door{.id = {base::declared_uuid("harbour", "door", std::to_string(i))},
                                      .key = "door-" + std::to_string(i),
                                      .owner = workspace_,
                                      .device = device,
                                      .output = 1})});
    }
    for (const auto& [path, rows, id] :
         {std::tuple{"/devices/list", "devices", "device_id"}, std::tuple{"/gatehouse/controllers/list", "controllers", "controller_id"}}) {
        std::set<std::string> seen;
        json::object page{{"limit", 1}};
        for (int i = 0; i < 4; ++i) {
            const auto told = ask(path, page);
            ASSERT_EQ(told.body.at(rows).as_array().size(), 1U) << path;
            seen.emplace(told.body.at(rows).at(0).at(id).as_string());
            page["page_cursor"] = told.body.at_pointer("/pagination/next_page_cursor");
        }
        EXPECT_TRUE(page.at("page_cursor").is_null()) << path;
        EXPECT_EQ(seen.size(), 4U) << path;
    }
}

TEST_F(Credentials, ManyControllersAreListedSomeInATurn)
{
    const model::LineId line{base::declared_uuid("harbour", "line", "line")};
    const model::WorkspaceId other{base::declared_uuid("brightline", "workspace", "brightline")};
    std::vector<model::Mutation> rows{model::put(model::WorkspaceRow{.id = other, .key = "brightline", .name = "Brightline"})};
    for (int i = 0; i < 600; ++i) {
        const model::DeviceId device{base::declared_uuid("harbour", "device", std::to_string(i))};
        rows.push_back(model::put(model::Device{.id = device, .key = "panel-" + std::to_string(i), .line = line}));
        rows.push_back(model::put(model::Door{.id = {base::declared_uuid("harbour", "door", std::to_string(i))},
                                              .key = "door-" + std::to_string(i),
                                              .owner = i % 2 == 0 ? workspace_ : other,
                                              .device = device,
                                              .output = 1}));
    }
    apply(std::move(rows));
    const model::DeviceId leaves{base::declared_uuid("harbour", "device", "1")};
    model::Placement placement;
    placement.device = leaves, placement.key = "card_uid_hex:04a1b2c3", placement.leaving = true;
    placement.holders = {{.workspace = workspace_, .credential = {base::declared_uuid("harbour", "card", "1")}, .doors = 2},
                         {.workspace = workspace_, .credential = {base::declared_uuid("harbour", "card", "2")}, .doors = 2},
                         {.workspace = other, .credential = {base::declared_uuid("harbour", "card", "3")}, .doors = 2}};
    directory_.placements().put(placement);
    EXPECT_EQ(directory_.placements().leaving(placement.key).size(), 1U);

    std::multiset<std::string> seen;
    json::object page{{"limit", 200}};
    do {
        const auto told = ask("/gatehouse/controllers/list", page);
        EXPECT_GT(turns_, 5U);
        for (const auto& row : told.body.at("controllers").as_array()) seen.emplace(row.at("key").as_string());
        page["page_cursor"] = told.body.at_pointer("/pagination/next_page_cursor");
    } while (!page.at("page_cursor").is_null());
    EXPECT_EQ(seen.size(), 302U) << "half of them, the panel of the house, and one that may still open to somebody";
    EXPECT_EQ(seen.count("panel-1"), 1U);
    EXPECT_EQ(seen.count("panel-3"), 0U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), seen.size());

    placement.leaving = false;
    directory_.placements().put(placement);
    EXPECT_EQ(directory_.placements().leaving(placement.key).size(), 0U);
    placement.leaving = true;
    directory_.placements().put(placement);
    directory_.placements().erase(leaves, placement.key);
    EXPECT_EQ(directory_.placements().leaving(placement.key).size(), 0U);
}

TEST_F(Credentials, AnAccessGroupIsFoundBeforeItsDeletionIsRefused)
{
    const auto told = ask("/acs/access_groups/delete", {{"acs_access_group_id", stairs_group_}});
    EXPECT_EQ(told.status, 400U);
    EXPECT_EQ(told.type(), "not_supported");
    EXPECT_EQ(ask("/acs/access_groups/delete", {{"acs_access_group_id", nobody()}}).type(), "acs_access_group_not_found");
}

/// A second workspace with a door of its own; every request comes from the first.
TEST_F(Credentials, ADoorOfAnotherWorkspaceIsNobodysDevice)
{
    const model::WorkspaceId other{base::declared_uuid("brightline", "workspace", "brightline")};
    const model::DoorId depot{base::declared_uuid("brightline", "door", "depot")};
    apply({model::put(model::WorkspaceRow{.id = other, .key = "brightline", .name = "Brightline"}),
           model::put(model::Door{
               .id = depot, .key = "depot", .owner = other, .device = {base::declared_uuid("harbour", "device", "panel")}, .output = 2})});
    const auto id = to_string(depot);
    EXPECT_EQ(ask("/devices/list").body.at("devices").as_array().size(), 1U);
    EXPECT_EQ(ask("/devices/get", {{"device_id", id}}).type(), "device_not_found");
    EXPECT_EQ(ask("/locks/unlock_door", {{"device_id", id}}).type(), "device_not_found");
    for (const auto* path : {"/user_identities/grant_access_to_device", "/user_identities/revoke_access_to_device"})
        EXPECT_EQ(ask(path, {{"user_identity_id", identity()}, {"device_id", id}}).type(), "device_not_found") << path;
}

TEST_F(Credentials, ADeviceIsOnlyFoundWhereIdAndNameBothFit)
{
    const auto other = model::DoorId{base::declared_uuid("harbour", "door", "attic")};
    apply({model::put(model::Door{.id = other,
                                  .key = "attic",
                                  .name = "Attic",
                                  .owner = workspace_,
                                  .device = {base::declared_uuid("harbour", "device", "panel")},
                                  .output = 2})});
    EXPECT_EQ(ask("/devices/get", {{"device_id", stairs_door_}, {"name", "Attic"}}).type(), "device_not_found");
    EXPECT_EQ(made("/devices/get", {{"device_id", to_string(other)}, {"name", "Attic"}}, "device").at("device_id").as_string(),
              to_string(other));
}

} // namespace

} // namespace gatehouse::tests
