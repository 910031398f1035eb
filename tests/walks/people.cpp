#include "people.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace gatehouse::walks {

namespace json = boost::json;

namespace {

std::set<std::string> ids_of(Client& client, const std::string& path, const json::object& filter, const std::string& rows,
                             const std::string& id)
{
    std::set<std::string> found;
    const auto listed = client.ask(path, filter);
    for (const auto& row : listed.at(rows).as_array()) found.insert(text(row.as_object(), id));
    return found;
}

Account observe_account(Client& client, const json::object& user)
{
    Account account;
    account.id = text(user, "acs_user_id");
    account.suspended = user.at("is_suspended").as_bool();
    account.groups = ids_of(client, "/acs/access_groups/list", {{"acs_user_id", account.id}}, "acs_access_groups", "acs_access_group_id");
    const auto listed = client.ask("/acs/credentials/list", {{"acs_user_id", account.id}});
    for (const auto& row : listed.at("acs_credentials").as_array()) {
        Card card;
        card.id = text(row.as_object(), "acs_credential_id");
        card.entrances = ids_of(client, "/acs/entrances/list", {{"acs_credential_id", card.id}}, "acs_entrances", "acs_entrance_id");
        account.cards[text(row.as_object(), "card_uid")] = std::move(card);
    }
    return account;
}

bool same_id(const std::string& expected, const std::string& observed)
{
    return expected.empty() || expected == observed;
}

bool same_card(const std::pair<const std::string, Card>& expected, const std::pair<const std::string, Card>& observed)
{
    return expected.first == observed.first && same_id(expected.second.id, observed.second.id) &&
           expected.second.entrances == observed.second.entrances;
}

bool same_account(const std::pair<const std::string, Account>& expected, const std::pair<const std::string, Account>& observed)
{
    const auto& [name, left] = expected;
    const auto& right = observed.second;
    return name == observed.first && same_id(left.id, right.id) && left.suspended == right.suspended && left.groups == right.groups &&
           std::equal(left.cards.begin(), left.cards.end(), right.cards.begin(), right.cards.end(), same_card);
}

} // namespace

Person observe(Client& client, const std::string& key)
{
    Person person;
    person.key = key;
    const auto answer = client.post("/user_identities/get", {{"user_identity_key", key}});
    if (answer.status == 404) return person;
    if (!answer.ok()) throw std::runtime_error{"identity " + key + ": " + json::serialize(answer.body)};
    const auto& identity = answer.body.at("user_identity").as_object();
    person.exists = true;
    person.id = text(identity, "user_identity_id");
    for (const auto& id : identity.at("acs_user_ids").as_array()) {
        const auto user = client.ask("/acs/users/get", {{"acs_user_id", id}});
        const auto& row = user.at("acs_user").as_object();
        person.accounts[text(row, "full_name")] = observe_account(client, row);
    }
    return person;
}

bool stands(const Person& expected, const Person& observed)
{
    return expected.exists == observed.exists && same_id(expected.id, observed.id) &&
           std::equal(expected.accounts.begin(), expected.accounts.end(), observed.accounts.begin(), observed.accounts.end(), same_account);
}

std::string describe(const Person& person)
{
    auto said = person.key + (person.exists ? " " + person.id : " (nobody)");
    for (const auto& [name, account] : person.accounts) {
        said += "\n    " + name + " " + account.id + (account.suspended ? " suspended" : "") + " groups";
        for (const auto& group : account.groups) said += " " + group.substr(0, 8);
        for (const auto& [uid, card] : account.cards) {
            said += "\n        " + uid + " " + card.id + " entrances";
            for (const auto& entrance : card.entrances) said += " " + entrance.substr(0, 8);
        }
    }
    return said;
}

std::size_t count(Client& client, const std::string& path, const std::string& rows)
{
    std::size_t found = 0;
    json::object page{{"limit", 500}};
    for (;;) {
        const auto listed = client.ask(path, page);
        found += listed.at(rows).as_array().size();
        const auto& more = listed.at("pagination").as_object();
        if (!more.at("has_next_page").as_bool()) return found;
        page["page_cursor"] = more.at("next_page_cursor");
    }
}

} // namespace gatehouse::walks
