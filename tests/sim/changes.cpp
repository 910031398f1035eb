#include "sim/changes.hpp"

namespace gatehouse::sim {

using model::Books;
using model::Mutation;
using Rows = std::vector<Mutation>;
using namespace std::chrono_literals;

namespace {

template <class T>
std::vector<T> all(const Books& books)
{
    return books.where<T>([](const T&) { return true; });
}

/// Everything that hangs on a credential, then the credential.
void erase_card(const Books& books, const model::Credential& card, Rows& rows)
{
    for (const auto& listed : books.where<model::CredentialEntrance>([&card](const auto& row) { return row.credential == card.id; }))
        rows.push_back(model::erase(listed));
    rows.push_back(model::erase(card));
}

/// Of an access grant: its endpoints alone change it.
bool of_grant(const Books& books, const model::Credential& card)
{
    return !books.where<model::MethodCredential>([&card](const auto& row) { return row.credential == card.id; }).empty();
}

bool of_grant(const Books& books, const model::User& user)
{
    return !books.where<model::Credential>([&](const auto& row) { return row.user == user.id && of_grant(books, row); }).empty();
}

std::vector<model::Credential> own_cards(const Books& books)
{
    return books.where<model::Credential>([&books](const auto& row) { return !of_grant(books, row); });
}

} // namespace

Rows Changes::grant(const Books& books)
{
    const auto users = all<model::User>(books);
    if (users.empty()) return {};
    const auto& user = dice_.one_of(users);
    const auto groups = books.where<model::Group>([&user](const auto& row) { return row.system == user.system; });
    const auto entrances = books.where<model::Entrance>([&user](const auto& row) { return row.system == user.system; });
    const auto doors = books.where<model::Door>([&user](const auto& row) { return row.owner == user.workspace; });
    const auto kind = dice_.below(5);
    if (kind < 2 && !groups.empty())
        return {model::put(model::Membership{.user = user.id, .group = dice_.one_of(groups).id, .workspace = user.workspace})};
    if (kind < 4 && !entrances.empty())
        return {model::put(model::DirectGrant{.user = user.id, .entrance = dice_.one_of(entrances).id, .workspace = user.workspace})};
    if (user.identity && !doors.empty())
        return {model::put(model::DeviceGrant{.identity = *user.identity, .door = dice_.one_of(doors).id, .workspace = user.workspace})};
    return {};
}

Rows Changes::revoke(const Books& books)
{
    const auto members = all<model::Membership>(books);
    const auto direct = all<model::DirectGrant>(books);
    const auto grants = all<model::DeviceGrant>(books);
    const auto kind = dice_.below(5);
    if (kind < 2 && !members.empty()) return {model::erase(dice_.one_of(members))};
    if (kind < 4 && !direct.empty()) return {model::erase(dice_.one_of(direct))};
    if (!grants.empty()) return {model::erase(dice_.one_of(grants))};
    return {};
}

/// A whole group or entrance at once.
Rows Changes::revoke_all(const Books& books)
{
    Rows rows;
    const auto groups = all<model::Group>(books);
    const auto& group = dice_.one_of(groups);
    for (const auto& row : books.where<model::Membership>([&group](const auto& member) { return member.group == group.id; }))
        rows.push_back(model::erase(row));
    if (dice_.percent(50))
        for (const auto& row : all<model::DirectGrant>(books))
            if (dice_.percent(60)) rows.push_back(model::erase(row));
    return rows;
}

Rows Changes::person(const Books& books, base::Instant now)
{
    const auto users = all<model::User>(books);
    if (users.empty()) return {};
    auto user = dice_.one_of(users);
    switch (dice_.below(4)) {
    case 0:
        user.suspended = !user.suspended;
        break;
    case 1:
        user.starts_at = dice_.percent(50) ? site_.soon(now) : std::nullopt;
        user.ends_at = dice_.percent(60) ? site_.soon(now + 1min) : std::nullopt;
        break;
    case 2: {
        if (of_grant(books, user)) return {};
        const auto people = books.where<model::Identity>([&user](const auto& row) { return row.workspace == user.workspace; });
        user.identity = dice_.percent(30) ? std::nullopt : std::optional{dice_.one_of(people).id};
        break;
    }
    default:
        user.suspended = false;
        user.full_name = "Ada " + std::to_string(dice_.below(100));
    }
    return {model::put(user)};
}

Rows Changes::remove_person(const Books& books)
{
    const auto users = all<model::User>(books);
    if (users.empty()) return {};
    const auto& user = dice_.one_of(users);
    if (of_grant(books, user)) return {};
    Rows rows;
    for (const auto& row : books.where<model::Membership>([&user](const auto& one) { return one.user == user.id; }))
        rows.push_back(model::erase(row));
    for (const auto& row : books.where<model::DirectGrant>([&user](const auto& one) { return one.user == user.id; }))
        rows.push_back(model::erase(row));
    for (const auto& card : books.where<model::Credential>([&user](const auto& one) { return one.user == user.id; }))
        erase_card(books, card, rows);
    rows.push_back(model::erase(user));
    return rows;
}

Rows Changes::card(const Books& books, base::Instant now)
{
    const auto cards = own_cards(books);
    const auto users = all<model::User>(books);
    if (cards.empty() || users.empty()) return {};
    auto card = dice_.one_of(cards);
    Rows rows;
    switch (dice_.below(5)) {
    case 0:
        erase_card(books, card, rows);
        return rows;
    case 1: // another plastic
        site_.imprint(card);
        break;
    case 2: { // taken from one, given to another
        const auto& user = dice_.one_of(users);
        if (user.system != card.system) return {};
        card.user = dice_.percent(25) ? std::nullopt : std::optional{user.id};
        break;
    }
    case 3:
        card.starts_at = dice_.percent(40) ? site_.soon(now) : std::nullopt;
        card.ends_at = dice_.percent(60) ? site_.soon(now + 1min) : std::nullopt;
        break;
    default: { // one more, on any plastic
        const auto& user = dice_.one_of(users);
        card = {.id = site_.card_id(), .workspace = user.workspace, .system = user.system};
        card.user = user.id;
        if (site_.pins() && dice_.percent(40)) card.method = model::AccessMethod::code;
        site_.imprint(card);
        card.created_at = now;
    }
    }
    return {model::put(card)};
}

Rows Changes::list(const Books& books)
{
    const auto cards = own_cards(books);
    if (cards.empty()) return {};
    auto card = dice_.one_of(cards);
    const auto entrances = books.where<model::Entrance>([&card](const auto& row) { return row.system == card.system; });
    const auto listed = books.where<model::CredentialEntrance>([&card](const auto& row) { return row.credential == card.id; });
    Rows rows;
    if (listed.empty() && !entrances.empty() && dice_.percent(60)) {
        card.list = model::ListState::listed;
        rows.push_back(model::put(card));
        rows.push_back(model::put(
            model::CredentialEntrance{.credential = card.id, .entrance = dice_.one_of(entrances).id, .workspace = card.workspace}));
        return rows;
    }
    for (const auto& row : listed) rows.push_back(model::erase(row));
    card.list = dice_.percent(50) ? model::ListState::emptied : model::ListState::follows_user;
    rows.push_back(model::put(card));
    return rows;
}

Rows Changes::group(const Books& books, base::Instant now)
{
    const auto groups = all<model::Group>(books);
    auto group = dice_.one_of(groups);
    if (dice_.percent(25)) group.lease_none = !group.lease_none;
    group.starts_at = dice_.percent(30) ? site_.soon(now) : std::nullopt;
    group.ends_at = dice_.percent(50) ? site_.soon(now + 1min) : std::nullopt;
    return {model::put(group)};
}

Rows Changes::path(const Books& books)
{
    const auto paths = all<model::GroupEntrance>(books);
    const char* words[] = {"always", "early", "late", "nobody-defined-these"};
    if (!paths.empty() && dice_.percent(60)) {
        auto path = dice_.one_of(paths);
        if (dice_.percent(40)) return {model::erase(path)};
        path.hours = words[dice_.below(4)];
        return {model::put(path)};
    }
    const auto groups = all<model::Group>(books);
    const auto& group = dice_.one_of(groups);
    const auto entrances = books.where<model::Entrance>([&group](const auto& row) { return row.system == group.system; });
    if (entrances.empty()) return {};
    model::GroupEntrance path{.group = group.id, .entrance = dice_.one_of(entrances).id, .workspace = group.workspace};
    path.hours = words[dice_.below(3)];
    return {model::put(path)};
}

Rows Changes::share(const Books& books)
{
    const auto shares = all<model::DoorShare>(books);
    const auto doors = all<model::Door>(books);
    if (!shares.empty() && dice_.percent(50)) return {model::erase(dice_.one_of(shares))};
    const auto& door = dice_.one_of(doors);
    const auto other = model::id<model::WorkspaceId>(1 + dice_.below(2));
    if (other == door.owner) return {};
    return {model::put(model::DoorShare{.door = door.id, .workspace = other})};
}

Rows Changes::next(const Books& books, base::Instant now)
{
    const auto kind = dice_.below(100);
    if (kind < 25) return grant(books);
    if (kind < 45) return revoke(books);
    if (kind < 49) return revoke_all(books);
    if (kind < 60) return person(books, now);
    if (kind < 64) return remove_person(books);
    if (kind < 74) return card(books, now);
    if (kind < 80) return list(books);
    if (kind < 87) return group(books, now);
    if (kind < 93) return path(books);
    if (kind < 95) return share(books);
    return site_.newcomer(books);
}

/// Hours, owners and strikes: what stands in the file.
Rows Changes::configured(const Books& books, base::Instant now)
{
    Rows rows;
    for (auto hours : all<model::Hours>(books))
        if (dice_.percent(40)) {
            hours = site_.hours(hours.key, now);
            rows.push_back(model::put(hours));
        }
    for (auto door : all<model::Door>(books)) {
        if (!dice_.percent(10)) continue;
        if (dice_.percent(40))
            door.owner = model::id<model::WorkspaceId>(1 + dice_.below(2));
        else if (!site_.is_lock(door.device)) // which has one
            door.output = dice_.between(0, 4);
        rows.push_back(model::put(door));
    }
    for (auto device : all<model::Device>(books)) { // cards are to be held in another form
        if (!site_.numbers() || !dice_.percent(15)) continue;
        auto policy = boost::json::parse(device.policy).as_object();
        policy["card_as"] = dice_.percent(50) ? "h10301" : "uid";
        device.policy = boost::json::serialize(policy);
        rows.push_back(model::put(device));
    }
    for (auto device : all<model::Device>(books)) { // other slots are the installer's
        if (!site_.is_lock(device.id) || !dice_.percent(30)) continue;
        auto policy = boost::json::parse(device.policy).as_object();
        boost::json::array slots;
        for (std::int64_t slot = 0; slot < 4; ++slot)
            if (dice_.percent(25)) slots.push_back(slot);
        policy["reserved_slots"] = std::move(slots);
        device.policy = boost::json::serialize(policy);
        rows.push_back(model::put(device));
    }
    for (auto entrance : all<model::Entrance>(books)) {
        if (!site_.pins() || !dice_.percent(15)) continue;
        entrance.mode = site_.mode();
        rows.push_back(model::put(entrance));
    }
    return rows;
}

} // namespace gatehouse::sim
