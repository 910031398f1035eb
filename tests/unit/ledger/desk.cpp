#include "unit/ledger/desk.hpp"

namespace gatehouse::tests {

Desk::Desk(const std::filesystem::path& path, const store::Options& options)
    : store{opened(path, options)}, ledger{directory, store, clock, core.get_executor(), disk.get_executor(), random}
{
    auto loaded = ledger.load();
    if (!loaded) throw std::runtime_error{loaded.error().detail};
    cursors = std::move(*loaded);
}

void Desk::settle()
{
    core.restart();
    core.poll();
}

bool Desk::commit()
{
    settle();
    disk.restart();
    const bool did = disk.poll_one() == 1;
    settle();
    return did;
}

int Desk::commit_all()
{
    int count = 0;
    settle();
    for (disk.restart(); disk.poll_one() == 1; disk.restart()) {
        ++count;
        settle();
    }
    return count;
}

Desk::Answer Desk::start(asio::awaitable<base::Result<void>> work)
{
    auto answer = std::make_shared<std::optional<base::Result<void>>>();
    auto keep = [answer](const std::exception_ptr& thrown, base::Result<void> result) {
        if (!thrown) *answer = std::move(result);
    };
    asio::co_spawn(core, std::move(work), std::move(keep));
    settle();
    return answer;
}

model::ChangeNumber Desk::apply(std::vector<model::Mutation> rows, std::vector<model::Event> events)
{
    auto number = ledger.apply({.actor = {"front desk", "api"}, .request = "r", .rows = std::move(rows), .events = std::move(events)});
    if (!number) throw std::runtime_error{number.error().detail};
    return *number;
}

const model::Identity* Desk::person(std::uint64_t number) const
{
    const auto* workspace = directory.workspace(id<model::WorkspaceId>(1));
    const auto* node = workspace == nullptr ? nullptr : workspace->identities.find(id<model::IdentityId>(number));
    return node == nullptr ? nullptr : &node->row;
}

namespace {

model::Door door(std::uint64_t number, std::int64_t output)
{
    model::Door row;
    row.id = id<model::DoorId>(number);
    row.owner = id<model::WorkspaceId>(1);
    row.device = id<model::DeviceId>(21);
    row.output = output;
    return row;
}

model::Entrance entrance(std::uint64_t number, std::uint64_t on_door)
{
    model::Entrance row;
    row.id = id<model::EntranceId>(number);
    row.workspace = id<model::WorkspaceId>(1);
    row.system = id<model::SystemId>(2);
    row.door = id<model::DoorId>(on_door);
    return row;
}

} // namespace

std::vector<model::Mutation> small_site()
{
    const auto workspace = id<model::WorkspaceId>(1);
    model::GroupEntrance opens;
    opens.group = id<model::GroupId>(the_group);
    opens.entrance = id<model::EntranceId>(first_entrance);
    opens.workspace = workspace;
    model::Group group;
    group.id = id<model::GroupId>(the_group);
    group.workspace = workspace;
    group.system = id<model::SystemId>(2);
    model::User user;
    user.id = id<model::UserId>(the_user);
    user.workspace = workspace;
    user.system = id<model::SystemId>(2);
    model::Credential card;
    card.id = id<model::CredentialId>(70);
    card.workspace = workspace;
    card.system = id<model::SystemId>(2);
    card.user = user.id;
    card.card_uid = "04a1b2c3";
    model::Device device;
    device.id = id<model::DeviceId>(21);
    device.line = id<model::LineId>(20);
    return {
        model::put(model::WorkspaceRow{.id = workspace, .key = "harbour", .name = "Harbour"}),
        model::put(model::Line{.id = id<model::LineId>(20), .key = "broker", .driver = "mqtt"}),
        model::put(device),
        model::put(door(first_door, 0)),
        model::put(door(second_door, 1)),
        model::put(model::System{.id = id<model::SystemId>(2), .workspace = workspace, .key = "house", .name = "House"}),
        model::put(entrance(first_entrance, first_door)),
        model::put(entrance(second_entrance, second_door)),
        model::put(group),
        model::put(opens),
        model::put(user),
        model::put(card),
    };
}

model::Membership membership()
{
    return {.user = id<model::UserId>(the_user), .group = id<model::GroupId>(the_group), .workspace = id<model::WorkspaceId>(1)};
}

model::DirectGrant direct_grant(std::uint64_t entrance)
{
    return {.user = id<model::UserId>(the_user), .entrance = id<model::EntranceId>(entrance), .workspace = id<model::WorkspaceId>(1)};
}

model::Placement placement(std::uint64_t number)
{
    model::Placement row;
    row.device = id<model::DeviceId>(21);
    row.key = "card_uid_hex:" + std::to_string(10'000'000 + number);
    row.holders = {{.workspace = id<model::WorkspaceId>(1), .credential = id<model::CredentialId>(70)}};
    return row;
}

} // namespace gatehouse::tests
