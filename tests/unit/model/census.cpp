#include "census.hpp"

#include <set>

namespace gatehouse::model {

namespace {

using Said = std::vector<std::string>;

template <class Values>
std::multiset<typename Values::value_type> set_of(const Values& values)
{
    return {values.begin(), values.end()};
}

/// Collects what differs in one workspace.
struct Tenant {
    const Workspace& workspace;
    const Books& books;
    Said& said;

    void expect(bool same, const std::string& what) const
    {
        if (!same) said.push_back(workspace.row.key + ": " + what);
    }

    /// Rows of one type: each is found, as the books have it, and walked once in order of creation.
    template <class T, class TableType>
    void table(const TableType& table) const
    {
        const auto name = std::string{T::table};
        const auto rows = books.where<T>([this](const T& row) { return row.workspace == workspace.row.id; });
        expect(rows.size() == table.size(), name + ": " + std::to_string(table.size()) + " rows");
        for (const auto& row : rows) {
            const auto* node = table.find(row.id);
            expect(node != nullptr && node->row == row, name + " " + to_string(row.id));
        }
        std::optional<Position> last;
        std::size_t walked = 0;
        table.walk(nullptr, [&](const auto& node) {
            const Position here{node.row.created_at, node.row.id.value};
            expect(!last || *last < here, name + " out of order");
            expect(table.find(node.row.id) == &node, name + " walked, not found");
            last = here;
            return ++walked <= rows.size();
        });
        expect(walked == rows.size(), name + ": " + std::to_string(walked) + " walked");
    }

    /// The ids of the rows that fit, each by one of its fields.
    template <class T, class Field, class Fits>
    auto ids(Field field, Fits fits) const
    {
        std::multiset<std::remove_cvref_t<decltype(std::declval<T>().*field)>> found;
        for (const auto& row : books.where<T>(fits)) found.insert(row.*field);
        return found;
    }

    /// Links agree with the rows of a relation, their change numbers included.
    template <class T, class IdType, class Links, class Fits>
    void links(const Links& links, IdType T::*field, Fits fits, const std::string& what) const
    {
        std::multiset<std::pair<IdType, ChangeNumber>> expected, found;
        for (const auto& row : books.where<T>(fits)) expected.insert({row.*field, row.touched});
        for (const auto& link : links) found.insert({link.id, link.touched});
        expect(expected == found, what);
    }

    void people() const
    {
        for (const auto& [key, row] : books.all<Identity>()) {
            const auto* node = workspace.identities.find(row.id);
            if (node == nullptr) continue;
            const auto mine = ids<User>(&User::id, [&row](const User& user) { return user.identity == row.id; });
            expect(set_of(node->users) == mine, "users of " + key);
            const auto grants = ids<AccessGrant>(&AccessGrant::id, [&row](const AccessGrant& grant) { return grant.identity == row.id; });
            expect(set_of(node->grants) == grants, "grants of " + key);
            links(
                node->doors, &DeviceGrant::door, [&row](const DeviceGrant& grant) { return grant.identity == row.id; }, "doors of " + key);
        }
        for (const auto& [key, row] : books.all<User>()) {
            const auto* node = workspace.users.find(row.id);
            if (node == nullptr) continue;
            links(
                node->groups, &Membership::group, [&row](const Membership& member) { return member.user == row.id; }, "groups of " + key);
            links(
                node->direct, &DirectGrant::entrance, [&row](const DirectGrant& grant) { return grant.user == row.id; }, "direct " + key);
            const auto cards = ids<Credential>(&Credential::id, [&row](const Credential& card) { return card.user == row.id; });
            expect(set_of(node->credentials) == cards, "credentials of " + key);
            const auto codes =
                books.where<Credential>([&row](const Credential& one) { return one.user == row.id && one.method == AccessMethod::code; });
            expect(node->codes == codes.size(), "codes of " + key);
            expect(node->identity == (row.identity ? workspace.identities.find(*row.identity) : nullptr), "identity of " + key);
        }
        for (const auto& [key, row] : books.all<Credential>())
            if (const auto* node = workspace.credentials.find(row.id))
                expect(node->user == (row.user ? workspace.users.find(*row.user) : nullptr), "user of " + key);
        for (const auto& [key, row] : books.all<Credential>())
            if (const auto* node = workspace.credentials.find(row.id))
                links(
                    node->list, &CredentialEntrance::entrance,
                    [&row](const CredentialEntrance& listed) { return listed.credential == row.id; }, "list of " + key);
        for (const auto& [key, row] : books.all<Credential>())
            if (const auto* node = workspace.credentials.find(row.id))
                links(
                    node->doors, &CredentialDoor::door, [&row](const CredentialDoor& listed) { return listed.credential == row.id; },
                    "doors listed by " + key);
    }

    void grants() const
    {
        std::map<std::string, AccessGrantId> keys;
        for (const auto& [key, row] : books.all<AccessGrant>()) {
            const auto* node = workspace.grants.find(row.id);
            if (node == nullptr) continue;
            if (row.key) keys[std::string{*row.key}] = row.id;
            const auto mine = [&row](const auto& part) { return part.grant == row.id; };
            links(node->entrances, &GrantEntrance::entrance, mine, "entrances of grant " + key);
            links(node->doors, &GrantDoor::door, mine, "doors of grant " + key);
            expect(set_of(node->methods) == ids<GrantMethod>(&GrantMethod::id, mine), "methods of grant " + key);
        }
        const std::map<std::string, AccessGrantId> indexed{workspace.grant_by_key.begin(), workspace.grant_by_key.end()};
        expect(keys == indexed, "index of grant keys");
        for (const auto& [key, row] : books.all<GrantMethod>())
            if (const auto* node = workspace.methods.find(row.id))
                links(
                    node->credentials, &MethodCredential::credential,
                    [&row](const MethodCredential& link) { return link.method == row.id; }, "credentials of method " + key);
        std::map<CredentialId, MethodId> methods;
        for (const auto& row : books.where<MethodCredential>([this](const auto& link) { return link.workspace == workspace.row.id; }))
            methods[row.credential] = row.method;
        const std::map<CredentialId, MethodId> by_credential{workspace.method_by_credential.begin(), workspace.method_by_credential.end()};
        expect(methods == by_credential, "index of methods");
    }

    void places() const
    {
        for (const auto& [key, row] : books.all<Group>()) {
            const auto* node = workspace.groups.find(row.id);
            if (node == nullptr) continue;
            const auto members = ids<Membership>(&Membership::user, [&row](const Membership& member) { return member.group == row.id; });
            expect(set_of(node->members) == members, "members of " + key);
            const auto paths = books.where<GroupEntrance>([&row](const GroupEntrance& path) { return path.group == row.id; });
            bool same = paths.size() == node->entrances.size();
            for (const auto& path : paths)
                same = same && std::find(node->entrances.begin(), node->entrances.end(), path) != node->entrances.end();
            expect(same, "paths of " + key);
        }
        for (const auto& [key, row] : books.all<Entrance>()) {
            const auto* node = workspace.entrances.find(row.id);
            if (node == nullptr) continue;
            const auto leads_here = [&row](const auto& link) { return link.entrance == row.id; };
            expect(set_of(node->groups) == ids<GroupEntrance>(&GroupEntrance::group, leads_here), "groups of " + key);
            expect(set_of(node->direct) == ids<DirectGrant>(&DirectGrant::user, leads_here), "direct users of " + key);
            expect(set_of(node->listed) == ids<CredentialEntrance>(&CredentialEntrance::credential, leads_here), "listed at " + key);
            expect(set_of(node->grants) == ids<GrantEntrance>(&GrantEntrance::grant, leads_here), "grants at " + key);
        }
    }

    void counters() const
    {
        for (const auto& [key, row] : books.all<System>()) {
            const auto* node = workspace.systems.find(row.id);
            if (node == nullptr) continue;
            const auto here = [&row](const auto& part) { return part.system == row.id; };
            expect(node->users == books.where<User>(here).size(), "users counted in " + key);
            expect(node->groups == books.where<Group>(here).size(), "groups counted in " + key);
            expect(node->entrances == books.where<Entrance>(here).size(), "entrances counted in " + key);
            expect(node->credentials == books.where<Credential>(here).size(), "credentials counted in " + key);
        }
    }

    void names() const
    {
        std::map<std::string, IdentityId> emails, phones, keys;
        for (const auto& row : books.where<Identity>([this](const Identity& person) { return person.workspace == workspace.row.id; })) {
            if (row.email_address) emails[folded(*row.email_address)] = row.id;
            if (row.phone_number) phones[std::string{*row.phone_number}] = row.id;
            if (row.key) keys[std::string{*row.key}] = row.id;
        }
        const auto same = [](const base::TextMap<IdentityId>& index, const std::map<std::string, IdentityId>& expected) {
            return std::map<std::string, IdentityId>{index.begin(), index.end()} == expected;
        };
        bool found = workspace.identities_by_email.size() == emails.size();
        for (const auto& [email, id] : emails) {
            const auto* node = identity_by_email(workspace, email);
            found = found && node == workspace.identities.find(id);
        }
        expect(found, "index of e-mail addresses");
        expect(same(workspace.identity_by_phone, phones), "index of telephone numbers");
        expect(same(workspace.identity_by_key, keys), "index of keys");

        std::map<std::string, std::multiset<CredentialId>> forms, indexed;
        std::size_t entries = 0;
        for (const auto& row : books.where<Credential>([this](const Credential& card) { return card.workspace == workspace.row.id; }))
            for (const auto& form : presentations(row)) forms[form].insert(row.id), ++entries;
        for (const auto& [form, cards] : forms)
            each_presented(workspace, form, [&cards = indexed[form]](const CredentialNode& node) { cards.insert(node.row.id); });
        expect(forms == indexed && workspace.credentials_by_presentation.size() == entries, "index of presentations");
    }

    void all() const
    {
        table<System>(workspace.systems), table<Group>(workspace.groups), table<Entrance>(workspace.entrances);
        table<Identity>(workspace.identities), table<User>(workspace.users), table<Credential>(workspace.credentials);
        table<ActionAttempt>(workspace.attempts), table<AccessGrant>(workspace.grants), table<GrantMethod>(workspace.methods);
        people(), grants(), places(), counters(), names();
    }
};

template <class IdType>
std::multiset<std::pair<WorkspaceId, IdType>> set_of(const std::vector<Owned<IdType>>& owned)
{
    std::multiset<std::pair<WorkspaceId, IdType>> found;
    for (const auto& one : owned) found.insert({one.workspace, one.id});
    return found;
}

void compare_door(const Door& row, const DoorNode& node, const Books& books, Said& said)
{
    const auto here = [&row](const auto& link) { return link.door == row.id; };
    std::multiset<WorkspaceId> shared;
    std::multiset<std::pair<WorkspaceId, EntranceId>> entrances;
    std::multiset<std::pair<WorkspaceId, IdentityId>> identities;
    for (const auto& share : books.where<DoorShare>(here)) shared.insert(share.workspace);
    for (const auto& entrance : books.where<Entrance>(here)) entrances.insert({entrance.workspace, entrance.id});
    for (const auto& grant : books.where<DeviceGrant>(here)) identities.insert({grant.workspace, grant.identity});
    std::multiset<std::pair<WorkspaceId, AccessGrantId>> grants;
    std::multiset<std::pair<WorkspaceId, CredentialId>> listed;
    for (const auto& grant : books.where<GrantDoor>(here)) grants.insert({grant.workspace, grant.grant});
    for (const auto& one : books.where<CredentialDoor>(here)) listed.insert({one.workspace, one.credential});
    if (set_of(node.grants) != grants) said.push_back("grants of door " + to_string(row.id));
    if (set_of(node.listed) != listed) said.push_back("credentials listed at door " + to_string(row.id));
    if (!(node.row == row)) said.push_back("row of door " + to_string(row.id));
    if (set_of(node.shared_with) != shared) said.push_back("shares of door " + to_string(row.id));
    if (set_of(node.entrances) != entrances) said.push_back("entrances of door " + to_string(row.id));
    if (set_of(node.identities) != identities) said.push_back("identities of door " + to_string(row.id));
}

void compare_site(const Directory& directory, const Books& books, Said& said)
{
    if (directory.lines().size() != books.all<Line>().size() || directory.devices().size() != books.all<Device>().size() ||
        directory.doors().size() != books.all<Door>().size() || directory.tokens().size() != books.all<Token>().size())
        said.push_back("count of lines, devices, doors or tokens");
    for (const auto& [key, row] : books.all<Line>())
        if (const auto* line = directory.line(row.id); line == nullptr || !(*line == row)) said.push_back("line " + key);
    for (const auto& [key, row] : books.all<Device>()) {
        const auto* device = directory.device(row.id);
        std::multiset<DoorId> doors;
        for (const auto& door : books.where<Door>([&row](const Door& one) { return one.device == row.id; })) doors.insert(door.id);
        if (device == nullptr || !(device->row == row) || set_of(device->doors) != doors) said.push_back("device " + key);
    }
    for (const auto& [key, row] : books.all<Line>()) {
        std::multiset<DeviceId> devices;
        for (const auto& device : books.where<Device>([&row](const Device& one) { return one.line == row.id; })) devices.insert(device.id);
        if (set_of(directory.devices_on(row.id)) != devices) said.push_back("devices on " + key);
    }
    for (const auto& [key, row] : books.all<Door>()) {
        const auto* door = directory.door(row.id);
        if (door == nullptr)
            said.push_back("door " + key);
        else
            compare_door(row, *door, books, said);
    }
    for (const auto& [key, row] : books.all<Token>())
        if (const auto* token = directory.token(row.digest); token == nullptr || !(*token == row)) said.push_back("token " + key);
}

} // namespace

std::vector<std::string> differences(const Directory& directory, const Books& books)
{
    Said said;
    if (directory.workspaces().size() != books.all<WorkspaceRow>().size()) said.push_back("count of workspaces");
    for (const auto& [key, row] : books.all<WorkspaceRow>()) {
        const auto* workspace = directory.workspace(row.id);
        if (workspace == nullptr || !(workspace->row == row))
            said.push_back("workspace " + key);
        else
            Tenant{*workspace, books, said}.all();
    }
    compare_site(directory, books, said);
    for (int at = 0; at < 8; ++at) { // digests nobody has any more lead nowhere
        const auto digest = base::sha256(std::to_string(at));
        if (books.where<Token>([&digest](const Token& token) { return token.digest == digest; }).empty() &&
            directory.token(digest) != nullptr)
            said.push_back("a digest without a token");
    }
    return said;
}

std::vector<std::string> orphans(const Books& books)
{
    Said said;
    const auto need = [&said](bool holds, std::string_view what) {
        if (!holds) said.emplace_back(what);
    };
    const auto workspace = [&books](const WorkspaceId& of) { return books.find<WorkspaceRow>(of) != nullptr; };
    for (const auto& [key, row] : books.all<Device>()) need(books.find<Line>(row.line) != nullptr, "device without line");
    for (const auto& [key, row] : books.all<Door>())
        need(workspace(row.owner) && books.find<Device>(row.device) != nullptr, "door without owner or device");
    for (const auto& [key, row] : books.all<DoorShare>()) need(workspace(row.workspace) && books.find<Door>(row.door) != nullptr, "share");
    for (const auto& [key, row] : books.all<Token>()) need(workspace(row.workspace), "token without workspace");
    for (const auto& [key, row] : books.all<System>()) need(workspace(row.workspace), "system without workspace");
    for (const auto& [key, row] : books.all<Entrance>())
        need(books.find<System>(row.system) != nullptr && books.find<Door>(row.door) != nullptr, "entrance without system or door");
    for (const auto& [key, row] : books.all<Group>()) need(books.find<System>(row.system) != nullptr, "group without system");
    const auto same_system = [](const auto* left, const auto* right) {
        return left != nullptr && right != nullptr && left->system == right->system;
    };
    for (const auto& [key, row] : books.all<GroupEntrance>())
        need(same_system(books.find<Group>(row.group), books.find<Entrance>(row.entrance)), "path between systems");
    for (const auto& [key, row] : books.all<User>())
        need(books.find<System>(row.system) != nullptr && (!row.identity || books.find<Identity>(*row.identity) != nullptr), "user");
    for (const auto& [key, row] : books.all<Membership>())
        need(same_system(books.find<User>(row.user), books.find<Group>(row.group)), "membership between systems");
    for (const auto& [key, row] : books.all<DirectGrant>())
        need(same_system(books.find<User>(row.user), books.find<Entrance>(row.entrance)), "direct grant between systems");
    for (const auto& [key, row] : books.all<DeviceGrant>())
        need(books.find<Identity>(row.identity) != nullptr && books.find<Door>(row.door) != nullptr, "device grant");
    for (const auto& [key, row] : books.all<Credential>())
        need(!row.user ? books.find<System>(row.system) != nullptr : same_system(books.find<User>(*row.user), &row), "credential");
    for (const auto& [key, row] : books.all<CredentialEntrance>())
        need(same_system(books.find<Credential>(row.credential), books.find<Entrance>(row.entrance)), "list entry between systems");
    return said;
}

} // namespace gatehouse::model
