#pragma once

#include "model/directory.hpp"

namespace gatehouse::model {

/// How each row type enters and leaves the directory: the checks, the row, the indexes. Only Directory uses it.
/// Every `put` and `erase` answers with the row that stood there before, if any, and changes nothing when it refuses.
struct Applier {
    Directory& directory;

    template <class T>
    using Previous = base::Result<std::optional<T>>;

    Previous<WorkspaceRow> put(const WorkspaceRow& row);
    Previous<Hours> put(const Hours& row);
    Previous<Line> put(const Line& row);
    Previous<Device> put(const Device& row);
    Previous<Door> put(const Door& row);
    Previous<DoorShare> put(const DoorShare& row);
    Previous<Token> put(const Token& row);
    Previous<System> put(const System& row);
    Previous<Entrance> put(const Entrance& row);
    Previous<Group> put(const Group& row);
    Previous<GroupEntrance> put(const GroupEntrance& row);
    Previous<Identity> put(Identity&& row); ///< it is taken when the row is
    Previous<User> put(User&& row);
    Previous<Membership> put(const Membership& row);
    Previous<DirectGrant> put(const DirectGrant& row);
    Previous<DeviceGrant> put(const DeviceGrant& row);
    Previous<Credential> put(Credential&& row);
    Previous<CredentialEntrance> put(const CredentialEntrance& row);
    Previous<CredentialDoor> put(const CredentialDoor& row);
    Previous<AccessGrant> put(const AccessGrant& row);
    Previous<GrantEntrance> put(const GrantEntrance& row);
    Previous<GrantDoor> put(const GrantDoor& row);
    Previous<GrantMethod> put(const GrantMethod& row);
    Previous<MethodCredential> put(const MethodCredential& row);
    Previous<PinClaim> put(const PinClaim& row);
    Previous<ActionAttempt> put(const ActionAttempt& row);

    Previous<Identity> put(const Identity& row) { return put(Identity{row}); }
    Previous<User> put(const User& row) { return put(User{row}); }
    Previous<Credential> put(const Credential& row) { return put(Credential{row}); }

    Previous<WorkspaceRow> erase(const WorkspaceRow& row);
    Previous<Hours> erase(const Hours& row);
    Previous<Line> erase(const Line& row);
    Previous<Device> erase(const Device& row);
    Previous<Door> erase(const Door& row);
    Previous<DoorShare> erase(const DoorShare& row);
    Previous<Token> erase(const Token& row);
    Previous<System> erase(const System& row);
    Previous<Entrance> erase(const Entrance& row);
    Previous<Group> erase(const Group& row);
    Previous<GroupEntrance> erase(const GroupEntrance& row);
    Previous<Identity> erase(const Identity& row);
    Previous<User> erase(const User& row);
    Previous<Membership> erase(const Membership& row);
    Previous<DirectGrant> erase(const DirectGrant& row);
    Previous<DeviceGrant> erase(const DeviceGrant& row);
    Previous<Credential> erase(const Credential& row);
    Previous<CredentialEntrance> erase(const CredentialEntrance& row);
    Previous<CredentialDoor> erase(const CredentialDoor& row);
    Previous<AccessGrant> erase(const AccessGrant& row);
    Previous<GrantEntrance> erase(const GrantEntrance& row);
    Previous<GrantDoor> erase(const GrantDoor& row);
    Previous<GrantMethod> erase(const GrantMethod& row);
    Previous<MethodCredential> erase(const MethodCredential& row);
    Previous<PinClaim> erase(const PinClaim& row);
    Previous<ActionAttempt> erase(const ActionAttempt& row);

    /// Takes the door's mode from its owner's entrance anew.
    void refresh_mode(DoorNode& door);

    Workspace* tenant(const WorkspaceId& id) { return directory.tenant(id); }
    std::map<WorkspaceId, std::unique_ptr<Workspace>>& workspaces() { return directory.workspaces_; }
    HoursMap& hours() { return *directory.hours_; }
    std::map<LineId, Line>& lines() { return directory.lines_; }
    std::map<DeviceId, DeviceNode>& devices() { return directory.devices_; }
    std::map<LineId, std::set<DeviceId>>& devices_on() { return directory.devices_on_; }
    void take_off_line(const Device& row);
    std::map<DoorId, DoorNode>& doors() { return directory.doors_; }
    std::map<TokenId, Token>& tokens() { return directory.tokens_; }
    std::map<base::Digest, TokenId>& token_by_digest() { return directory.token_by_digest_; }
    auto& claims(const CredentialId& id) { return directory.claims_.part(IdHash{}(id)); }
    bool restoring() const { return directory.restoring_; }
    /// The directory has held this row before, so rules about how it came to be are not asked again.
    bool known() const { return directory.restoring_ || directory.reverting_; }
};

inline base::Error missing(std::string_view kind)
{
    return base::fail(base::Fault::not_found, "no such " + std::string{kind}, std::string{kind} + "_not_found");
}

inline base::Error in_use(std::string_view kind)
{
    return base::fail(base::Fault::conflict, "the " + std::string{kind} + " is still in use", std::string{kind} + "_in_use");
}

/// What the file leaves out keeps what it gave, and gives nothing more.
inline base::Error left_out(std::string_view kind)
{
    return base::fail(base::Fault::conflict,
                      "the " + std::string{kind} +
                          " was left out of the configuration: it opens as before, and gives access to nobody else",
                      std::string{kind} + "_absent");
}

template <class Links, class IdType>
bool linked(const Links& links, const IdType& id)
{
    return std::any_of(links.begin(), links.end(), [&id](const Link<IdType>& link) { return link.id == id; });
}

/// Adds or refreshes a link; answers the change that had made it, if it was there.
template <class IdType>
std::optional<ChangeNumber> put_link(List<Link<IdType>>& links, const IdType& id, ChangeNumber touched)
{
    for (auto& link : links)
        if (link.id == id) return std::exchange(link.touched, touched);
    links.push_back({id, touched});
    return std::nullopt;
}

/// A row of a relation as it stood, made by the change `touched`.
template <class Row>
std::optional<Row> as_it_stood(Row row, ChangeNumber touched)
{
    row.touched = touched;
    return row;
}

template <class IdType>
std::optional<ChangeNumber> erase_link(List<Link<IdType>>& links, const IdType& id)
{
    for (auto at = links.begin(); at != links.end(); ++at)
        if (at->id == id) {
            const auto touched = at->touched;
            links.erase(at);
            return touched;
        }
    return std::nullopt;
}

template <class Values>
void take_out(Values& values, const typename Values::value_type& value)
{
    const auto found = std::find(values.begin(), values.end(), value);
    if (found == values.end()) return;
    *found = values.back();
    values.pop_back();
}

} // namespace gatehouse::model
