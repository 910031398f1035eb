#pragma once

#include "model/policy.hpp"
#include "unit/http_people/house.hpp"

namespace gatehouse::tests {

/// Ada Lind, who is to have grants for the stairs.
struct Grants : House {
    Grants()
        : ada_{
              std::string{made("/user_identities/create", {{"full_name", "Ada Lind"}}, "user_identity").at("user_identity_id").as_string()}}
    {
    }
    static json::object method(std::string_view mode, std::string_view code = {})
    {
        json::object item{{"mode", mode}};
        if (!code.empty()) item["code"] = code;
        return item;
    }
    json::object asks_for(json::object item, json::object more = {})
    {
        json::object body{{"user_identity_id", ada_}, {"acs_entrance_ids", json::array{stairs_entrance_}}};
        for (auto& [name, value] : more) body[name] = value;
        body["requested_access_methods"] = json::array{std::move(item)};
        return body;
    }
    json::object granted(json::object item, json::object more = {})
    {
        return made("/access_grants/create", asks_for(std::move(item), std::move(more)), "access_grant");
    }
    void give_card(const json::object& grant)
    {
        ask("/access_methods/assign_card", {{"access_method_id", grant.at("access_method_ids").at(0)}, {"card_number", "110-40001"}});
    }
    json::array users() { return ask("/acs/users/list", {{"user_identity_id", ada_}}).body.at("acs_users").as_array(); }
    json::array credentials() { return ask("/acs/credentials/list", {{"user_identity_id", ada_}}).body.at("acs_credentials").as_array(); }
    void mode(std::string word)
    {
        auto entrance = harbour().entrances.find(model::EntranceId{*base::parse_uuid(stairs_entrance_)})->row;
        entrance.mode = std::move(word);
        apply({model::put(entrance)});
    }
    /// As if the panel held the only credential there is.
    model::Placement placed()
    {
        model::Placement row;
        row.device = directory_.devices().begin()->first;
        row.key = "code:" + std::string{credentials().at(0).at("acs_credential_id").as_string()};
        row.holders = {{.workspace = workspace_,
                        .credential = id_of<model::CredentialId>(credentials().at(0).as_object(), "acs_credential_id"),
                        .doors = 2}};
        row.doors = 2;
        row.truth = model::Truth::verified;
        ledger_.note({.put = {row}});
        return row;
    }
    std::vector<std::string> warnings(const json::object& shown)
    {
        std::vector<std::string> codes;
        for (const auto& warning : shown.at("warnings").as_array()) codes.emplace_back(warning.at("warning_code").as_string());
        return codes;
    }
    /// Why the only credential there is opens the stairs, or not.
    model::Reason says()
    {
        const auto* node = harbour().credentials.find(id_of<model::CredentialId>(credentials().at(0).as_object(), "acs_credential_id"));
        return model::opens(harbour(), *node, directory_.doors().begin()->second, {clock_.wall(), true}).reason;
    }
    /// Credentials that open the stairs now.
    std::size_t opening()
    {
        std::size_t count = 0;
        for (const auto& [workspace, credential] : model::candidates(directory_, directory_.doors().begin()->second))
            count += model::opens(*workspace, *credential, directory_.doors().begin()->second, {clock_.wall(), true}).open ? 1 : 0;
        return count;
    }
    /// Gives the grant so many more cards of its only user.
    void crowd(const model::AccessGrantId& grant, std::size_t methods)
    {
        const auto user = id_of<model::UserId>(users().at(0).as_object(), "acs_user_id");
        const model::EntranceId stairs{*base::parse_uuid(stairs_entrance_)};
        std::vector<model::Mutation> rows;
        for (std::size_t at = 0; at < methods; ++at) {
            if (rows.size() + 4 > model::rows_per_change) apply(std::exchange(rows, {}));
            const model::GrantMethod method{
                .id = {base::random_uuid(random_)}, .workspace = workspace_, .grant = grant, .mode = model::AccessMethod::card};
            model::Credential card{.id = {base::random_uuid(random_)}, .workspace = workspace_, .user = user};
            card.system = harbour().users.find(user)->row.system;
            card.list = model::ListState::listed;
            card.card_uid = to_string(card.id).substr(24);
            rows.push_back(model::put(method)), rows.push_back(model::put(card));
            rows.push_back(model::put(model::CredentialEntrance{card.id, stairs, workspace_}));
            rows.push_back(model::put(model::MethodCredential{method.id, card.id, workspace_}));
        }
        apply(std::move(rows));
    }
    std::string ada_;
};

} // namespace gatehouse::tests
