#include "unit/house/harbour.hpp"

namespace gatehouse::tests {

Harbour::Person& Harbour::person(const std::string& name, std::string workspace)
{
    auto& who = people_[workspace == "harbour" ? name : name + "@" + workspace];
    if (!who.identity.empty()) return who;
    who.name = name, who.workspace = workspace;
    who.identity = made(workspace, "/user_identities/create", {{"full_name", name}}, "user_identity").at("user_identity_id").as_string();
    return who;
}

std::string Harbour::join(Person& who, const std::string& system, const std::vector<std::string>& groups, json::object schedule)
{
    json::array ids;
    for (const auto& group : groups) ids.emplace_back(id_in(who.workspace, "group", group));
    json::object body{{"acs_system_id", id_in(who.workspace, "system", system)},
                      {"user_identity_id", who.identity},
                      {"full_name", who.name},
                      {"acs_access_group_ids", std::move(ids)}};
    if (!schedule.empty()) body["access_schedule"] = std::move(schedule);
    return who.users[system] = made(who.workspace, "/acs/users/create", std::move(body), "acs_user").at("acs_user_id").as_string();
}

std::string Harbour::card(Person& who, const std::string& system, std::string name, json::object numbers)
{
    numbers["access_method"] = "card";
    numbers["acs_user_id"] = who.users.at(system);
    const auto made_card = made(who.workspace, "/acs/credentials/create", std::move(numbers), "acs_credential");
    return who.credentials[name] = made_card.at("acs_credential_id").as_string();
}

std::string Harbour::code(Person& who, const std::string& system, std::string name, std::string digits, json::object window)
{
    window["access_method"] = "code";
    window["acs_user_id"] = who.users.at(system);
    window["code"] = digits;
    const auto made_code = made(who.workspace, "/acs/credentials/create", std::move(window), "acs_credential");
    return who.credentials[name] = made_code.at("acs_credential_id").as_string();
}

namespace {

json::object numbers(std::int64_t number)
{
    return {{"card_number", std::to_string(number)}, {"facility_code", 110}, {"card_format", "h10301"}};
}

} // namespace

/// The table of people and grants, row by row.
void Harbour::everybody()
{
    auto& ada = person("Ada Lind");
    join(ada, "house", {"day-staff"});
    join(ada, "boats", {"crew"});
    auto plastic = numbers(12345);
    plastic["card_uid"] = "04a1b2c3";
    card(ada, "house", "house card", plastic);
    card(ada, "boats", "boats card", plastic);
    code(ada, "boats", "boats code", "731942");
    made("harbour", "/user_identities/grant_access_to_device",
         {{"user_identity_id", ada.identity}, {"device_id", to_string(door("bikes").row.id)}}, "");

    auto& bo = person("Bo Marsh");
    join(bo, "house", {"residents", "day-staff"});
    card(bo, "house", "card", numbers(20001));

    auto& cleo = person("Cleo Vance");
    join(cleo, "house", {"residents"});
    made("harbour", "/acs/users/suspend", {{"acs_user_id", cleo.users.at("house")}}, "");
    card(cleo, "house", "card", numbers(20002));

    auto& dan = person("Dan Rook");
    join(dan, "house", {}, {{"starts_at", "2027-03-01T07:00:00Z"}, {"ends_at", "2027-03-12T16:00:00Z"}});
    made("harbour", "/acs/entrances/grant_access",
         {{"acs_entrance_id", id_in("harbour", "entrance", "archive")}, {"acs_user_id", dan.users.at("house")}}, "");
    const json::object window{{"starts_at", "2027-03-01T23:00:00Z"}, {"ends_at", "2027-03-05T16:00:00Z"}};
    auto dans = numbers(20003);
    for (const auto& [name, value] : window) dans[name] = value;
    card(dan, "house", "card", dans);
    code(dan, "house", "code", "4711", window);

    auto& eve = person("Eve Holm");
    const auto stay = made("harbour", "/access_grants/create",
                           {{"user_identity_id", eve.identity},
                            {"acs_entrance_ids", json::array{id_in("harbour", "entrance", "suite")}},
                            {"starts_at", "2027-03-03T14:00:00Z"},
                            {"ends_at", "2027-03-06T10:00:00Z"},
                            {"requested_access_methods", json::array{json::object{{"mode", "code"}, {"code", "731942"}}}}},
                           "access_grant");
    eve.credentials["grant"] = stay.at("access_grant_id").as_string();
    eve.credentials["method"] = stay.at("access_method_ids").at(0).as_string();

    auto& gia = person("Gia Berg");
    join(gia, "house", {"responders"});
    card(gia, "house", "card", numbers(29999));
    code(gia, "house", "code", "628047");

    auto& jon = person("Jon Kerr");
    join(jon, "boats", {"crew"});
    card(jon, "boats", "card", {{"card_uid", "0411223344556677889a"}});

    auto& finn = person("Finn Gray");
    join(finn, "house", {});
    made("harbour", "/acs/entrances/grant_access",
         {{"acs_entrance_id", id_in("harbour", "entrance", "bikes")}, {"acs_user_id", finn.users.at("house")}}, "");
    card(finn, "house", "card", numbers(30001));
    auto& tenant = person("Finn Gray", "brightline");
    join(tenant, "office", {"staff"});
    card(tenant, "office", "card", numbers(30001));

    auto& ivy = person("Ivy Tan", "brightline");
    join(ivy, "office", {"admins"});
    card(ivy, "office", "card", numbers(30002));

    auto stock = numbers(20099);
    stock["access_method"] = "card";
    stock["acs_system_id"] = id_in("harbour", "system", "house");
    made("harbour", "/acs/credentials/create", std::move(stock), "acs_credential");
}

} // namespace gatehouse::tests
