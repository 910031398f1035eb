#include "unit/store/journal.hpp"

#include "store/sqlite.hpp"

namespace gatehouse::tests {

base::Uuid uuid(std::uint64_t number)
{
    base::Uuid value{};
    for (int at = 0; at < 8; ++at) value.data[15 - at] = static_cast<std::uint8_t>(number >> (8 * at));
    return value;
}

model::Identity identity(std::uint64_t number, model::ChangeNumber touched, const std::string& name)
{
    model::Identity row;
    row.id = id<model::IdentityId>(number);
    row.workspace = id<model::WorkspaceId>(1);
    row.full_name = name;
    row.created_at = base::Instant{base::milliseconds{1'800'000'000'000}};
    row.touched = touched;
    return row;
}

model::Event event(std::uint64_t number, std::string type)
{
    model::Event made;
    made.id = id<model::EventId>(1'000'000 + number);
    made.workspace = id<model::WorkspaceId>(1);
    made.type = std::move(type);
    made.occurred_at = base::Instant{base::milliseconds{1'800'000'000'000 + static_cast<std::int64_t>(number)}};
    made.body = {{"user_identity_id", base::to_string(uuid(number))}, {"count", std::int64_t{3}}, {"first", true}};
    made.refs = {uuid(number), uuid(7)};
    return made;
}

model::Change change(model::ChangeNumber number, std::uint64_t who, std::string name)
{
    model::Change made;
    made.number = number;
    made.at = base::Instant{base::milliseconds{1'800'000'000'000}};
    made.actor = {"front desk", "api"};
    made.request = "request-" + std::to_string(number);
    made.rows = {model::put(identity(who, number, name))};
    made.events = {event(who)};
    return made;
}

Contents contents(store::Store& store)
{
    Contents found;
    const store::Sink sink{
        .row = [&found](model::Row&& row) { found.rows.push_back(std::move(row)); },
        .placement = [&found](model::Placement&& placement) { found.placements.push_back(std::move(placement)); },
        .damaged = [&found](store::Damage&& damage) { found.damages.push_back(std::move(damage)); },
    };
    auto loaded = store.load(sink);
    if (loaded)
        found.loaded = std::move(*loaded);
    else
        ADD_FAILURE() << loaded.error().detail;
    return found;
}

std::vector<model::Identity> identities(store::Store& store)
{
    std::vector<model::Identity> found;
    for (auto& row : contents(store).rows)
        if (auto* identity = std::get_if<model::Identity>(&row)) found.push_back(std::move(*identity));
    return found;
}

store::Store opened(const std::filesystem::path& directory, const store::Options& options)
{
    auto store = store::open(directory, options);
    if (!store) throw std::runtime_error{store.error().detail};
    return std::move(*store);
}

void damage(const std::filesystem::path& file, const std::string& sql)
{
    auto connection = store::Connection::open(file.string(), store::Connection::Mode::write);
    ASSERT_TRUE(connection);
    const auto done = connection->execute(sql);
    ASSERT_TRUE(done) << done.error().detail;
}

} // namespace gatehouse::tests
