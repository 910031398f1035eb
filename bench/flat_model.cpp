#include "flat_model.hpp"

#include "base/hash.hpp"
#include "must.hpp"
#include "store/settings.hpp"
#include "store/sqlite.hpp"

#include <algorithm>

namespace gatehouse::bench {

namespace {

base::Uuid read_id(store::Columns& row)
{
    base::Uuid id{};
    std::span<const std::byte> bytes;
    if (row.blob(bytes) && bytes.size() == sizeof id.data) std::memcpy(id.data, bytes.data(), sizeof id.data);
    return id;
}

std::int64_t read_time(store::Columns& row)
{
    std::int64_t time = 0;
    if (!row.null()) row.integer(time);
    return time;
}

base::Uuid card_of(std::string_view uid)
{
    const auto low = base::xxhash(uid, 1), high = base::xxhash(uid, 2);
    base::Uuid card{};
    std::memcpy(card.data, &low, 8);
    std::memcpy(card.data + 8, &high, 8);
    return card;
}

/// Where `id` stands in a sorted array.
template <class Items, class Key>
std::uint32_t place_of(const Items& items, const base::Uuid& id, Key key)
{
    return static_cast<std::uint32_t>(std::ranges::lower_bound(items, id, {}, key) - items.begin());
}

template <class Visit>
void each_row(store::Connection& connection, std::string_view sql, Visit visit)
{
    auto statement = must(connection.prepare(sql));
    while (must(statement.step())) {
        auto row = statement.row();
        visit(row);
    }
}

void read_grants(store::Connection& connection, FlatModel& model)
{
    std::size_t user = 0;
    each_row(connection, "SELECT user, access_group FROM membership ORDER BY user, access_group", [&](store::Columns& row) {
        const auto id = read_id(row);
        while (model.users[user].id != id) ++user;
        if (model.users[user].grants++ == 0) model.users[user].first_grant = static_cast<std::uint32_t>(model.grants.size());
        model.grants.push_back(place_of(model.groups, read_id(row), std::identity{}));
    });
}

void read_credentials(store::Connection& connection, FlatModel& model)
{
    each_row(connection, "SELECT id, user, card_uid, starts_at, ends_at FROM credential ORDER BY id", [&](store::Columns& row) {
        FlatModel::Credential credential{.card = {}, .id = read_id(row)};
        credential.user = place_of(model.users, read_id(row), &FlatModel::User::id);
        std::string_view uid;
        row.text(uid);
        credential.card = card_of(uid);
        credential.starts_at = read_time(row);
        credential.ends_at = read_time(row);
        model.credentials.push_back(credential);
    });
    std::ranges::sort(model.credentials, {}, &FlatModel::Credential::card);
}

} // namespace

FlatModel read_flat_model(const std::string& database)
{
    auto connection = must(store::Connection::open(database, store::Connection::Mode::read));
    must(store::configure(connection, store::Role::reader, false));
    FlatModel model;
    each_row(connection, "SELECT id FROM access_group ORDER BY id", [&](store::Columns& row) { model.groups.push_back(read_id(row)); });
    each_row(connection, "SELECT id, starts_at, ends_at FROM user ORDER BY id", [&](store::Columns& row) {
        FlatModel::User user{.id = read_id(row)};
        user.starts_at = read_time(row);
        user.ends_at = read_time(row);
        model.users.push_back(user);
    });
    read_grants(connection, model);
    read_credentials(connection, model);
    return model;
}

} // namespace gatehouse::bench
