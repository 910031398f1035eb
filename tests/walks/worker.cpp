#include "worker.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>

namespace gatehouse::walks {

namespace json = boost::json;

namespace {

constexpr std::size_t most_people = 8, most_accounts = 3, most_cards = 3;

json::array array_of(const std::set<std::string>& texts)
{
    json::array array;
    for (const auto& one : texts) array.emplace_back(one);
    return array;
}

/// An id out of the answer; empty when there is none because nobody answered.
std::string id_in(const json::object& answer, std::string_view object, std::string_view member)
{
    const auto* found = answer.if_contains(object);
    return found == nullptr ? "" : text(found->as_object(), member);
}

} // namespace

Worker::Worker(int number, unsigned seed, Ground ground)
    : number_{number}, random_{seed * 16 + static_cast<unsigned>(number)}, ground_{std::move(ground)}
{
}

void Worker::run(Client client)
{
    try {
        while (one(client) && refusals_.empty()) {
        }
    } catch (const Gone&) { // what was under way stays in flight
    }
}

bool Worker::one(Client& client)
{
    auto& person = pick();
    const auto step = plan(person);
    in_flight_ = person;
    step.effect(*in_flight_, {});
    const auto answer = client.post(step.path, step.body);
    in_flight_.reset();
    if (!answer.ok()) {
        refusals_.push_back(step.path + " " + json::serialize(step.body) + ": " + json::serialize(answer.body));
        return false;
    }
    step.effect(person, answer.body);
    learn(person);
    ++acknowledged_;
    return true;
}

/// Somebody who is there, or somebody new.
Person& Worker::pick()
{
    std::vector<std::size_t> there;
    for (std::size_t i = 0; i < people_.size(); ++i)
        if (people_[i].exists) there.push_back(i);
    if (there.size() < most_people && choose(4) == 0) there.clear();
    if (!there.empty()) return people_[there[choose(there.size())]];
    people_.push_back({.key = "w" + std::to_string(number_) + "-" + std::to_string(++made_), .id = {}, .exists = false, .accounts = {}});
    return people_.back();
}

Worker::Step Worker::plan(const Person& person)
{
    if (!person.exists) return create_person(person);
    if (choose(12) == 0)
        return {"/user_identities/delete", {{"user_identity_id", person.id}, {"cascade", true}}, [](Person& gone, const json::object&) {
                    gone = Person{.key = gone.key, .id = {}, .exists = false, .accounts = {}};
                }};
    if (person.accounts.empty() || (person.accounts.size() < most_accounts && choose(4) == 0)) return create_account(person);
    const auto account = std::next(person.accounts.begin(), static_cast<std::ptrdiff_t>(choose(person.accounts.size())));
    return plan_account(account->first, account->second);
}

Worker::Step Worker::plan_account(const std::string& name, const Account& account)
{
    if (account.cards.size() < most_cards && choose(3) == 0) return create_card(name, account);
    switch (choose(6)) {
    case 0:
        return suspend(name, account);
    case 1:
        if (!account.cards.empty()) return delete_card(name, account);
        return move_group(name, account);
    case 2:
        return end_access(name, account);
    case 3:
        return {"/acs/users/delete", {{"acs_user_id", account.id}}, [name](Person& person, const json::object&) {
                    person.accounts.erase(name);
                }};
    default:
        return move_group(name, account);
    }
}

/// A person and an account in one change.
Worker::Step Worker::create_person(const Person& person)
{
    return {"/user_identities/create",
            {{"full_name", person.key}, {"user_identity_key", person.key}, {"acs_system_ids", json::array{json::string{ground_.system}}}},
            [](Person& made, const json::object& answer) {
                made.exists = true;
                made.id = id_in(answer, "user_identity", "user_identity_id");
                auto& account = made.accounts[made.key];
                if (!made.id.empty()) account.id = std::string{answer.at("user_identity").at("acs_user_ids").at(0).as_string()};
            }};
}

/// An account with its identity and its groups in one change.
Worker::Step Worker::create_account(const Person& person)
{
    auto name = person.key + "-" + std::to_string(++made_);
    auto groups = some(ground_.groups);
    json::object body{{"acs_system_id", ground_.system},
                      {"full_name", name},
                      {"user_identity_id", person.id},
                      {"acs_access_group_ids", array_of(groups)}};
    return {"/acs/users/create", std::move(body), [name, groups](Person& owner, const json::object& answer) {
                auto& account = owner.accounts[name];
                account.id = id_in(answer, "acs_user", "acs_user_id");
                account.groups = groups;
            }};
}

/// A card with its list in one change.
Worker::Step Worker::create_card(const std::string& name, const Account& account)
{
    char uid[16];
    std::snprintf(uid, sizeof uid, "%x%07x", static_cast<unsigned>(number_ + 1), static_cast<unsigned>(++made_));
    auto entrances = some(ground_.entrances);
    json::object body{
        {"access_method", "card"}, {"acs_user_id", account.id}, {"card_uid", uid}, {"allowed_acs_entrance_ids", array_of(entrances)}};
    return {"/acs/credentials/create", std::move(body),
            [name, entrances, key = std::string{uid}](Person& owner, const json::object& answer) {
                owner.accounts.at(name).cards[key] = {id_in(answer, "acs_credential", "acs_credential_id"), entrances};
            }};
}

Worker::Step Worker::move_group(const std::string& name, const Account& account)
{
    const auto group = ground_.groups[choose(ground_.groups.size())];
    const bool leaves = account.groups.contains(group);
    return {leaves ? "/acs/access_groups/remove_user" : "/acs/access_groups/add_user",
            {{"acs_access_group_id", group}, {"acs_user_id", account.id}},
            [name, group, leaves](Person& person, const json::object&) {
                auto& groups = person.accounts.at(name).groups;
                if (leaves)
                    groups.erase(group);
                else
                    groups.insert(group);
            }};
}

Worker::Step Worker::suspend(const std::string& name, const Account& account) const
{
    const bool suspended = !account.suspended;
    return {suspended ? "/acs/users/suspend" : "/acs/users/unsuspend",
            {{"acs_user_id", account.id}},
            [name, suspended](Person& person, const json::object&) { person.accounts.at(name).suspended = suspended; }};
}

Worker::Step Worker::delete_card(const std::string& name, const Account& account)
{
    const auto card = std::next(account.cards.begin(), static_cast<std::ptrdiff_t>(choose(account.cards.size())));
    return {"/acs/credentials/delete",
            {{"acs_credential_id", card->second.id}},
            [name, uid = card->first](Person& person, const json::object&) { person.accounts.at(name).cards.erase(uid); }};
}

/// Memberships and lists end in one change.
Worker::Step Worker::end_access(const std::string& name, const Account& account) const
{
    return {"/acs/users/revoke_access_to_all_entrances", {{"acs_user_id", account.id}}, [name](Person& person, const json::object&) {
                person.accounts.at(name).groups.clear();
                for (auto& [uid, card] : person.accounts.at(name).cards) card.entrances.clear();
            }};
}

/// At least one.
std::set<std::string> Worker::some(const std::vector<std::string>& of)
{
    std::set<std::string> chosen{of[choose(of.size())]};
    for (const auto& one : of)
        if (choose(2) == 0) chosen.insert(one);
    return chosen;
}

void Worker::learn(const Person& person)
{
    for (const auto& [name, account] : person.accounts) users_ever_.insert(account.id);
}

std::vector<std::string> Worker::check(Client& client)
{
    auto wrong = std::exchange(refusals_, {});
    for (auto& person : people_) {
        const auto observed = observe(client, person.key);
        const bool under_way = in_flight_ && in_flight_->key == person.key;
        if (!stands(person, observed) && !(under_way && stands(*in_flight_, observed)))
            wrong.push_back("acknowledged: " + describe(person) + (under_way ? "\n  or " + describe(*in_flight_) : "") +
                            "\n  found: " + describe(observed));
        person = observed;
        learn(person);
    }
    in_flight_.reset();
    std::erase_if(people_, [](const Person& person) { return !person.exists; });
    return wrong;
}

std::size_t Worker::identities() const
{
    return people_.size();
}

std::size_t Worker::accounts() const
{
    std::size_t found = 0;
    for (const auto& person : people_) found += person.accounts.size();
    return found;
}

std::size_t Worker::cards() const
{
    std::size_t found = 0;
    for (const auto& person : people_)
        for (const auto& [name, account] : person.accounts) found += account.cards.size();
    return found;
}

} // namespace gatehouse::walks
