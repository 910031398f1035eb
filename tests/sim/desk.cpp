#include "sim/desk.hpp"

#include "http/api/check.hpp"
#include "http/endpoints.hpp"
#include "sim/world.hpp"

#include <algorithm>
#include <stdexcept>

namespace gatehouse::sim {

using namespace std::chrono_literals;

namespace {

const http::Endpoint& endpoint(std::string_view path)
{
    static const auto table = [] {
        std::map<std::string, http::Endpoint, std::less<>> all;
        for (auto* of : {http::gatehouse_people_endpoints, http::access_grant_endpoints, http::access_method_endpoints,
                         http::acs_user_endpoints, http::user_identity_endpoints})
            for (auto& one : of()) all.emplace(one.route.path, std::move(one));
        return all;
    }();
    return table.find(path)->second;
}

http::Params params(const http::Endpoint& of, const json::object& body)
{
    std::string path;
    http::api::Issues issues;
    auto values = http::api::check_members(of.route.parameters, body, path, issues);
    if (!issues.empty()) throw std::logic_error{of.route.path + ": " + json::serialize(issues.answer().body)};
    http::api::fill_fallbacks(of.route.parameters, values);
    return {of.route.parameters, std::move(values)};
}

json::array texts(const std::vector<base::Uuid>& ids)
{
    json::array all;
    for (const auto& id : ids) all.emplace_back(base::to_string(id));
    return all;
}

template <class Row>
std::vector<Row> of_workspace(const model::Books& books, const model::WorkspaceId& workspace)
{
    return books.where<Row>([&workspace](const Row& row) { return row.workspace == workspace; });
}

} // namespace

Desk::Desk(World& world) : world_{world}, dice_{world.seed ^ 0xde5c}, open_{world.seed % 7 >= 3 && world.seed % 7 <= 5} {}

bool Desk::ask()
{
    if (!open_ || world_.daemon == nullptr || !world_.daemon->up() || !dice_.percent(35)) return false;
    const auto workspace = model::id<model::WorkspaceId>(1 + dice_.below(2));
    const auto kind = dice_.below(100);
    if (kind < 30)
        freeze(workspace);
    else if (kind < 48)
        suspend(workspace);
    else if (kind < 68)
        grant(workspace);
    else if (kind < 76)
        change_grant(workspace);
    else if (kind < 86)
        end_grant(workspace);
    else if (kind < 97)
        method(workspace);
    else
        leave(workspace);
    return true;
}

void Desk::send(const model::WorkspaceId& workspace, std::string_view path, json::object body, Told told)
{
    const auto& asked = endpoint(path);
    world_.trace.add("request", std::string{path} + " " + json::serialize(body));
    const auto id = std::string{path} + " " + std::to_string(++asked_);
    auto heard = [this, path, id, told = std::move(told)](const http::Answer& answer) {
        const auto& error = answer.body.contains("error") ? answer.body.at("error") : json::value();
        world_.trace.add("answer", std::string{path} + " " + std::to_string(answer.status) + " " + json::serialize(error));
        const bool stalled = answer.status == 503 && world_.daemon->ledger.mode() != ledger::Mode::normal; // whatever hangs, it is known
        if (answer.status >= 500 && !stalled) world_.checks.fail("API", std::string{path} + " " + json::serialize(error) + answer.trouble);
        if (answer.status != 200) return;
        if (const auto change = made_.find(id); change != made_.end() && change->second > world_.daemon->ledger.durable())
            world_.checks.fail("R1", id + " is answered before it is on the disk");
        told(answer);
    };
    world_.daemon->ask({&asked, params(asked, body), workspace, id, std::move(heard)});
}

std::uint64_t Desk::turned(const base::Uuid& id, bool to) const
{
    const auto known = turned_.find(id);
    return known == turned_.end() ? 0 : known->second[to ? 1 : 0];
}

/// What was answered holds, unless somebody wanted it otherwise meanwhile.
template <class Row, class Id>
void Desk::is_so(const Id& id, bool Row::*flag, bool wanted, std::uint64_t before)
{
    const auto* row = world_.books().find<Row>(id);
    if (row == nullptr || row->*flag == wanted || turned(id.value, !wanted) != before) return;
    world_.checks.fail("S4", std::string{Row::table} + " " + to_string(id) + (wanted ? " is not stopped" : " is not let go on") +
                                 ", as was answered");
}

/// Some people, by themselves or by a user of theirs.
void Desk::freeze(const model::WorkspaceId& workspace)
{
    const bool stop = dice_.percent(55);
    auto people = world_.books().where<model::Identity>(
        [&workspace, stop](const auto& row) { return row.workspace == workspace && (stop || row.frozen); });
    if (people.empty()) return;
    Ids named, users;
    std::vector<std::pair<model::IdentityId, std::optional<model::UserId>>> all; ///< and the user who stands for them
    for (auto times = dice_.between(1, 3); times > 0; --times) {
        const auto& person = dice_.one_of(people);
        auto& one = all.emplace_back(person.id, std::nullopt);
        const auto theirs = world_.books().where<model::User>([&person](const auto& row) { return row.identity == person.id; });
        if (!theirs.empty() && dice_.percent(40))
            users.push_back((one.second = dice_.one_of(theirs).id)->value);
        else
            named.push_back(person.id.value);
    }
    json::object body;
    if (!named.empty()) body["user_identity_ids"] = texts(named);
    if (!users.empty()) body["acs_user_ids"] = texts(users);
    std::map<base::Uuid, std::uint64_t> before;
    for (const auto& [person, user] : all) before[person.value] = turned(person.value, !stop);
    auto holds = [this, all, stop, before](const http::Answer&) {
        for (const auto& [person, user] : all) {
            const auto* stands = user ? world_.books().find<model::User>(*user) : nullptr;
            if (!user || (stands != nullptr && stands->identity == person)) // or they were somebody else's by then
                is_so(person, &model::Identity::frozen, stop, before.at(person.value));
        }
    };
    send(workspace, stop ? "/gatehouse/user_identities/freeze" : "/gatehouse/user_identities/unfreeze", std::move(body), std::move(holds));
}

/// All users of somebody, or some of anybody's.
void Desk::suspend(const model::WorkspaceId& workspace)
{
    const bool stop = dice_.percent(55);
    auto users = of_workspace<model::User>(world_.books(), workspace);
    if (users.empty()) return;
    const auto& one = dice_.one_of(users);
    Ids named;
    for (const auto& user : users)
        if (user.id == one.id || (one.identity && user.identity == one.identity) || dice_.percent(10)) named.push_back(user.id.value);
    std::map<base::Uuid, std::uint64_t> before;
    for (const auto& id : named) before[id] = turned(id, !stop);
    auto holds = [this, stop, before](const http::Answer&) {
        for (const auto& [id, times] : before) is_so(model::UserId{id}, &model::User::suspended, stop, times);
    };
    send(workspace, stop ? "/gatehouse/acs_users/suspend" : "/gatehouse/acs_users/unsuspend", {{"acs_user_ids", texts(named)}},
         std::move(holds));
}

json::value Desk::soon()
{
    const auto now = world_.now().instant;
    if (dice_.percent(10)) return json::value(base::to_iso(now + std::chrono::hours{dice_.between(1, 200)}));
    return json::value(base::to_iso(now + base::milliseconds{dice_.between(-5'000, 240'000)}));
}

json::object Desk::wanted_method()
{
    if (!world_.site.pins() || dice_.percent(40)) return {{"mode", "card"}};
    json::object method{{"mode", "code"}};
    if (dice_.percent(50)) method["code"] = std::to_string(4'711 + dice_.below(9) * 1'001); // of the pool that everybody's come from
    return method;
}

void Desk::grant(const model::WorkspaceId& workspace)
{
    const auto entrances = of_workspace<model::Entrance>(world_.books(), workspace);
    const auto doors = world_.books().where<model::Door>([&workspace](const auto& row) { return row.owner == workspace; });
    const auto people = of_workspace<model::Identity>(world_.books(), workspace);
    json::object body;
    json::array at, through, methods;
    for (auto times = dice_.between(0, 3); times > 0 && !entrances.empty(); --times) at.emplace_back(to_string(dice_.one_of(entrances).id));
    for (auto times = dice_.between(0, 1); times > 0 && !doors.empty(); --times) through.emplace_back(to_string(dice_.one_of(doors).id));
    for (auto times = dice_.between(1, 2); times > 0; --times) methods.emplace_back(wanted_method());
    if (people.size() < 3 || (people.size() < 8 && dice_.percent(15)))
        body["user_identity"] = json::object{{"full_name", "Grace"}};
    else
        body["user_identity_id"] = to_string(dice_.one_of(people).id);
    body["acs_entrance_ids"] = std::move(at), body["device_ids"] = std::move(through);
    body["requested_access_methods"] = std::move(methods);
    if (dice_.percent(40)) body["starts_at"] = soon();
    if (dice_.percent(60)) body["ends_at"] = soon();
    send(workspace, "/access_grants/create", std::move(body));
}

void Desk::change_grant(const model::WorkspaceId& workspace)
{
    const auto grants = of_workspace<model::AccessGrant>(world_.books(), workspace);
    if (grants.empty()) return;
    const auto id = to_string(dice_.one_of(grants).id);
    if (dice_.percent(30)) {
        json::array methods;
        methods.emplace_back(wanted_method());
        return send(workspace, "/access_grants/request_access_methods",
                    {{"access_grant_id", id}, {"requested_access_methods", std::move(methods)}});
    }
    json::object body{{"access_grant_id", id}};
    if (dice_.percent(50)) body["starts_at"] = soon();
    if (dice_.percent(70)) body["ends_at"] = dice_.percent(75) ? soon() : json::value(nullptr);
    if (body.size() == 1) body["name"] = "a visit";
    send(workspace, "/access_grants/update", std::move(body));
}

void Desk::end_grant(const model::WorkspaceId& workspace)
{
    const auto grants = of_workspace<model::AccessGrant>(world_.books(), workspace);
    if (!grants.empty()) send(workspace, "/access_grants/delete", {{"access_grant_id", to_string(dice_.one_of(grants).id)}});
}

/// A card for a method that is to have one, or a method's end.
void Desk::method(const model::WorkspaceId& workspace)
{
    const bool ends = dice_.percent(25);
    const auto methods = world_.books().where<model::GrantMethod>(
        [&](const auto& row) { return row.workspace == workspace && !row.deleting && (ends || row.mode == model::AccessMethod::card); });
    if (methods.empty()) return;
    const auto id = to_string(dice_.one_of(methods).id);
    if (ends) return send(workspace, "/access_methods/delete", {{"access_method_id", id}});
    const auto facility = std::to_string(dice_.between(110, 111)), number = std::to_string(dice_.between(1, 12) * 5'003);
    json::object body{{"access_method_id", id}, {"card_number", facility + "-" + number}};
    if (dice_.percent(70)) {
        char uid[16];
        const auto plastic = static_cast<unsigned>(dice_.below(24));
        std::snprintf(uid, sizeof uid, "04aa%02x%02x", plastic, plastic);
        body["card_uid"] = uid;
    }
    send(workspace, "/access_methods/assign_card", std::move(body));
}

/// A person goes with all that is theirs, or one of their users.
void Desk::leave(const model::WorkspaceId& workspace)
{
    const auto users = of_workspace<model::User>(world_.books(), workspace);
    const auto people = of_workspace<model::Identity>(world_.books(), workspace);
    if (dice_.percent(50) && people.size() > 2)
        return send(workspace, "/user_identities/delete",
                    {{"user_identity_id", to_string(dice_.one_of(people).id)}, {"cascade", dice_.percent(60)}});
    if (!users.empty()) send(workspace, "/acs/users/delete", {{"acs_user_id", to_string(dice_.one_of(users).id)}});
}

void Desk::applying(const model::Change& change)
{
    made_[change.request] = change.number;
    const bool lets_go_on = change.request.starts_with("/gatehouse/user_identities/unfreeze");
    for (const auto& mutation : change.rows) {
        const auto* person = std::get_if<model::Identity>(&mutation.row);
        const auto* user = std::get_if<model::User>(&mutation.row);
        if (lets_go_on && person == nullptr) world_.checks.fail("S4", "who is let go on gets more than that");
        if (mutation.erase) continue;
        const auto* before = person == nullptr ? nullptr : world_.books().find<model::Identity>(person->id);
        const auto* other = user == nullptr ? nullptr : world_.books().find<model::User>(user->id);
        if (before != nullptr && before->frozen != person->frozen) ++turned_[person->id.value][person->frozen ? 1 : 0];
        if (other != nullptr && other->suspended != user->suspended) ++turned_[user->id.value][user->suspended ? 1 : 0];
    }
}

/// Its credentials open when the grant does, and are gone with it or with the method.
void Desk::method_follows(const model::AccessGrant& grant, const model::GrantMethod& method)
{
    for (const auto& link : world_.books().where<model::MethodCredential>([&method](const auto& row) { return row.method == method.id; })) {
        const auto* credential = world_.books().find<model::Credential>(link.credential);
        if (credential == nullptr) continue;
        if (grant.deleting || method.deleting) world_.checks.fail("S4", "an access grant is taken away and leaves a credential");
        if (credential->starts_at != grant.starts_at || credential->ends_at != grant.ends_at)
            world_.checks.fail("S4", "a credential has other times than its access grant");
    }
}

void Desk::applied(const model::Change& change)
{
    const auto& books = world_.books();
    for (const auto& mutation : change.rows) {
        const auto* named = std::get_if<model::AccessGrant>(&mutation.row);
        const auto* one = std::get_if<model::GrantMethod>(&mutation.row);
        const auto* grant = named != nullptr ? named : one != nullptr ? books.find<model::AccessGrant>(one->grant) : nullptr;
        if (mutation.erase || grant == nullptr) continue;
        for (const auto& method : books.where<model::GrantMethod>([grant](const auto& row) { return row.grant == grant->id; }))
            method_follows(*grant, method);
    }
}

std::string Desk::remains() const
{
    const auto& books = world_.books();
    const auto held = [this, &books](const model::MethodId& method) {
        const auto links = books.where<model::MethodCredential>([&method](const auto& row) { return row.method == method; });
        return std::any_of(links.begin(), links.end(),
                           [this](const auto& link) { return !world_.daemon->directory.placements().of(link.credential).empty(); });
    };
    for (const auto& [key, method] : books.all<model::GrantMethod>())
        if (method.deleting && !held(method.id)) return "access_method " + to_string(method.id) + " is nowhere and remains";
    for (const auto& [key, grant] : books.all<model::AccessGrant>()) {
        const auto methods = books.where<model::GrantMethod>([&grant = grant](const auto& row) { return row.grant == grant.id; });
        const bool anywhere = std::any_of(methods.begin(), methods.end(), [&held](const auto& row) { return held(row.id); });
        if (grant.deleting && !anywhere) return "access_grant " + to_string(grant.id) + " is nowhere and remains";
    }
    return {};
}

} // namespace gatehouse::sim
