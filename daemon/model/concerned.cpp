#include "model/concerned.hpp"

#include <charconv>

namespace gatehouse::model {

namespace {

struct Visitor {
    const Directory& directory;
    Concerned& into;

    void add(const Credential& credential)
    {
        into.credentials.push_back(credential.id);
        for (auto& key : placement_keys(credential)) into.keys.push_back(std::move(key));
    }
    bool credential(const WorkspaceId& workspace, const CredentialId& id)
    {
        const auto* tenant = directory.workspace(workspace);
        if (const auto* node = tenant == nullptr ? nullptr : tenant->credentials.find(id)) add(node->row);
        return true;
    }
    bool user(const WorkspaceId& workspace, const UserId& id)
    {
        const auto* tenant = directory.workspace(workspace);
        const auto* node = tenant == nullptr ? nullptr : tenant->users.find(id);
        if (node == nullptr) return true;
        for (const auto& held : node->credentials) add(tenant->credentials.find(held)->row);
        return true;
    }
    bool identity(const WorkspaceId& workspace, const IdentityId& id)
    {
        const auto* tenant = directory.workspace(workspace);
        const auto* node = tenant == nullptr ? nullptr : tenant->identities.find(id);
        if (node == nullptr) return true;
        for (const auto& account : node->users) user(workspace, account);
        return true;
    }

    bool operator()(const Identity& row) { return identity(row.workspace, row.id); }
    bool operator()(const User& row) { return user(row.workspace, row.id); }
    bool operator()(const Membership& row) { return user(row.workspace, row.user); }
    bool operator()(const DirectGrant& row) { return user(row.workspace, row.user); }
    bool operator()(const DeviceGrant& row) { return identity(row.workspace, row.identity); }
    bool operator()(const Credential& row) { return credential(row.workspace, row.id); }
    bool operator()(const CredentialEntrance& row) { return credential(row.workspace, row.credential); }
    bool operator()(const CredentialDoor& row) { return credential(row.workspace, row.credential); }
    bool operator()(const PinClaim& row) ///< of everybody who has that code
    {
        for (const auto& [id, tenant] : directory.workspaces()) {
            const auto same = tenant->credentials_by_code.find(row.pin);
            if (same == tenant->credentials_by_code.end()) continue;
            for (const auto& held : same->second) add(tenant->credentials.find(held)->row);
        }
        into.keys.push_back("pin:" + row.pin);
        into.credentials.push_back(row.credential);
        into.keys.push_back("code:" + to_string(row.credential));
        return true;
    }

    template <class Row>
    bool operator()(const Row&) // doors, and what stands between them and people
    {
        return false;
    }
};

} // namespace

bool concerned(const Directory& directory, const Mutation& mutation, Concerned& into)
{
    Visitor visitor{directory, into};
    return std::visit(visitor, mutation.row);
}

std::vector<std::string> placement_keys(const Credential& credential)
{
    std::vector<std::string> keys;
    if (credential.card_uid) keys.push_back("card_uid_hex:" + std::string{*credential.card_uid});
    if (credential.card_number && credential.facility_code) {
        std::uint64_t number = 0;
        std::from_chars(credential.card_number->data(), credential.card_number->data() + credential.card_number->size(), number);
        const auto key = static_cast<std::uint64_t>(*credential.facility_code) * numbers_per_facility + number;
        keys.push_back("card_number:" + std::to_string(key));
    }
    if (credential.code) {
        keys.push_back("pin:" + std::string{*credential.code});
        keys.push_back("code:" + to_string(credential.id));
    }
    return keys;
}

} // namespace gatehouse::model
