#include "house.hpp"

namespace gatehouse::model {

namespace {

/// Systems of brightline begin with its name; all else is harbour's.
WorkspaceId owner(std::string_view name)
{
    return {base::declared_uuid("test", "thing", name.starts_with("brightline") ? "brightline" : "harbour")};
}

} // namespace

House::House()
{
    put(WorkspaceRow{.id = of<WorkspaceId>("harbour"), .key = "harbour"});
    put(WorkspaceRow{.id = of<WorkspaceId>("brightline"), .key = "brightline"});
    put(Line{.id = of<LineId>("line")});
    put(Device{.id = of<DeviceId>("panel"), .line = of<LineId>("line")});
    put(door("lobby", "harbour", 0)), put(door("bikes", "harbour", 1)), put(door("archive", "harbour", 2));
    put(door("east", "brightline", 3));
    put(DoorShare{.door = of<DoorId>("lobby"), .workspace = of<WorkspaceId>("brightline")});
    for (const auto* system : {"house", "boats", "brightline office"})
        put(System{.id = of<SystemId>(system), .workspace = owner(system), .key = system});
    put(entrance("lobby", "house", "lobby")), put(entrance("bikes", "house", "bikes")), put(entrance("archive", "house", "archive"));
    put(entrance("brightline lobby", "brightline office", "lobby")), put(entrance("brightline east", "brightline office", "east"));
    put(group("residents", "house")), put(path("residents", "lobby")), put(path("residents", "bikes"));
    put(group("brightline staff", "brightline office"));
    put(path("brightline staff", "brightline lobby")), put(path("brightline staff", "brightline east"));
}

ChangeNumber House::apply(Mutation mutation)
{
    ++head_;
    std::visit([this](auto& row) { row.touched = head_; }, mutation.row);
    const auto applied = directory_.apply(mutation);
    if (!applied) ADD_FAILURE() << applied.error().detail;
    return head_;
}

std::string House::refused(Mutation mutation)
{
    const auto applied = directory_.apply(mutation);
    if (applied) return "";
    return applied.error().code.empty() ? applied.error().detail : applied.error().code;
}

Identity House::person(const std::string& name) const
{
    return {.id = of<IdentityId>(name), .workspace = owner(name), .full_name = name};
}

User House::user(const std::string& name, const std::string& system, const std::string& identity) const
{
    User row{.id = of<UserId>(name), .workspace = owner(system), .system = of<SystemId>(system), .full_name = name};
    if (!identity.empty()) row.identity = of<IdentityId>(identity);
    return row;
}

Credential House::card(const std::string& name, const std::string& system, const std::string& whose, const std::string& uid) const
{
    Credential row{.id = of<CredentialId>(name), .workspace = owner(system), .system = of<SystemId>(system)};
    if (!whose.empty()) row.user = of<UserId>(whose);
    if (!uid.empty()) row.card_uid = uid;
    return row;
}

Membership House::member(const std::string& whose, const std::string& in) const
{
    return {.user = of<UserId>(whose), .group = of<GroupId>(in), .workspace = owner(in)};
}

DirectGrant House::direct(const std::string& whose, const std::string& at) const
{
    return {.user = of<UserId>(whose), .entrance = of<EntranceId>(at), .workspace = owner(at)};
}

CredentialEntrance House::listed(const std::string& which, const std::string& at) const
{
    return {.credential = of<CredentialId>(which), .entrance = of<EntranceId>(at), .workspace = owner(at)};
}

DeviceGrant House::device_grant(const std::string& identity, const std::string& at) const
{
    return {.identity = of<IdentityId>(identity), .door = of<DoorId>(at), .workspace = owner(identity)};
}

Group House::group(const std::string& name, const std::string& system) const
{
    return {.id = of<GroupId>(name), .workspace = owner(system), .system = of<SystemId>(system), .key = name};
}

GroupEntrance House::path(const std::string& through, const std::string& to) const
{
    return {.group = of<GroupId>(through), .entrance = of<EntranceId>(to), .workspace = owner(to)};
}

Entrance House::entrance(const std::string& name, const std::string& system, const std::string& at) const
{
    return {.id = of<EntranceId>(name), .workspace = owner(system), .system = of<SystemId>(system), .key = name, .door = of<DoorId>(at)};
}

Door House::door(const std::string& name, const std::string& whose, std::int64_t output) const
{
    return {.id = of<DoorId>(name), .key = name, .owner = of<WorkspaceId>(whose), .device = of<DeviceId>("panel"), .output = output};
}

Opening House::opens(const std::string& which, const std::string& at, Instant when) const
{
    for (const auto& [id, workspace] : directory_.workspaces())
        if (const auto* node = workspace->credentials.find(of<CredentialId>(which)))
            return model::opens(*workspace, *node, *directory_.door(of<DoorId>(at)), {when});
    ADD_FAILURE() << "no card " << which;
    return {};
}

} // namespace gatehouse::model
