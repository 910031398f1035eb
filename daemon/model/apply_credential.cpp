#include "model/applier.hpp"

#include <array>
#include <charconv>

namespace gatehouse::model {

using base::fail;
using base::Fault;

std::vector<std::string> presentations(const Credential& credential)
{
    std::vector<std::string> forms;
    if (credential.method != AccessMethod::card) return forms;
    if (credential.card_number) {
        const auto facility = credential.facility_code ? std::to_string(*credential.facility_code) : std::string{};
        forms.push_back("number:" + credential.card_format.value_or("") + ":" + facility + ":" + credential.card_number.value_or(""));
    }
    if (credential.card_uid) forms.push_back("uid:" + credential.card_uid.value_or(""));
    return forms;
}

bool presents(const Credential& credential, std::string_view form)
{
    if (credential.method != AccessMethod::card) return false;
    if (form.starts_with("uid:")) return credential.card_uid == form.substr(4);
    if (!credential.card_number) return false;
    const auto passed = [&form](std::string_view piece) {
        const bool next = form.starts_with(piece);
        if (next) form.remove_prefix(piece.size());
        return next;
    };
    std::array<char, 24> digits{};
    auto* end = digits.data();
    if (credential.facility_code) end = std::to_chars(end, digits.data() + digits.size(), *credential.facility_code).ptr;
    return passed("number:") && passed(credential.card_format.value_or("")) && passed(":") &&
           passed({digits.data(), static_cast<std::size_t>(end - digits.data())}) && passed(":") && form == *credential.card_number;
}

namespace {

Uuid holder(const UserNode& user)
{
    return user.row.identity ? user.row.identity->value : user.row.id.value;
}

} // namespace

std::optional<Uuid> holder(const CredentialNode& credential)
{
    if (credential.user == nullptr) return std::nullopt;
    return holder(*credential.user);
}

namespace {

void enter(Workspace& workspace, const CredentialNode& node)
{
    const auto& row = node.row;
    for (const auto& form : presentations(row)) workspace.credentials_by_presentation.add(form, node);
    if (row.code) workspace.credentials_by_code[std::string{*row.code}].push_back(row.id);
}

void leave(Workspace& workspace, const CredentialNode& node)
{
    const auto& row = node.row;
    for (const auto& form : presentations(row)) workspace.credentials_by_presentation.take_out(form, node);
    if (!row.code) return;
    const auto same = workspace.credentials_by_code.find(*row.code);
    take_out(same->second, row.id);
    if (same->second.empty()) workspace.credentials_by_code.erase(same);
}

void give_to(UserNode& user, const Credential& row)
{
    user.credentials.push_back(row.id);
    if (row.method == AccessMethod::code) ++user.codes;
}

void take_from(UserNode& user, const Credential& row)
{
    take_out(user.credentials, row.id);
    if (row.method == AccessMethod::code) --user.codes;
}

} // namespace

/// A system holds a presentation once; two holders of one workspace may not share one.
base::Result<void> check_presentations(const Workspace& workspace, const Credential& credential, const std::optional<Uuid>& mine)
{
    bool taken = false;
    for (const auto& form : presentations(credential))
        each_presented(workspace, form, [&](const CredentialNode& node) {
            const auto& other = node.row;
            if (other.id == credential.id) return;
            const auto theirs = holder(node);
            taken = taken || other.system == credential.system || (mine && theirs && *mine != *theirs);
        });
    if (taken) return fail(Fault::conflict, "this card is already in use", "card_number_in_use");
    return {};
}

Applier::Previous<Credential> Applier::put(Credential&& row)
{
    auto* workspace = tenant(row.workspace);
    auto* system = workspace == nullptr ? nullptr : workspace->systems.find(row.system);
    if (system == nullptr) return missing("acs_system");
    auto* user = row.user ? workspace->users.find(*row.user) : nullptr;
    if (row.user && user == nullptr) return missing("acs_user");
    if (user != nullptr && user->row.system != row.system) return fail(Fault::invalid, "the user belongs to another system");
    const auto* stands = workspace->credentials.find(row.id);
    if (stands != nullptr && stands->row.system != row.system) return fail(Fault::invalid, "a credential never changes its system");
    const bool more = stands == nullptr || stands->row.user != row.user || presentations(stands->row) != presentations(row) ||
                      stands->row.code != row.code;
    if (!known() && user != nullptr && more && (workspace->row.absent || system->row.absent)) return left_out("acs_system");
    if (!known())
        if (auto checked = check_presentations(*workspace, row, user == nullptr ? std::nullopt : std::optional{holder(*user)}); !checked)
            return checked.error();

    std::optional<Credential> previous;
    auto* node = workspace->credentials.find(row.id);
    if (node != nullptr) {
        leave(*workspace, *node);
        previous = workspace->credentials.replace(*node, std::move(row));
        if (previous->user) take_from(*workspace->users.find(*previous->user), *previous);
    } else {
        node = &workspace->credentials.add({std::move(row), {}, {}, nullptr});
        ++system->credentials;
    }
    node->user = user;
    enter(*workspace, *node);
    if (user != nullptr) give_to(*user, node->row);
    return previous;
}

Applier::Previous<Credential> Applier::erase(const Credential& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->credentials.find(row.id);
    if (node == nullptr) return missing("acs_credential");
    if (!node->list.empty() || !node->doors.empty()) return in_use("acs_credential");
    auto previous = node->row;
    leave(*workspace, *node);
    if (previous.user) take_from(*workspace->users.find(*previous.user), previous);
    --workspace->systems.find(previous.system)->credentials;
    workspace->credentials.erase(row.id);
    return std::optional{std::move(previous)};
}

Applier::Previous<CredentialEntrance> Applier::put(const CredentialEntrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* credential = workspace == nullptr ? nullptr : workspace->credentials.find(row.credential);
    if (credential == nullptr) return missing("acs_credential");
    auto* entrance = workspace->entrances.find(row.entrance);
    if (entrance == nullptr) return missing("acs_entrance");
    if (entrance->row.system != credential->row.system) return fail(Fault::invalid, "the entrance belongs to another system");
    if (entrance->row.absent && !known() && !linked(credential->list, row.entrance)) return left_out("acs_entrance");
    if (const auto before = put_link(credential->list, row.entrance, row.touched)) return as_it_stood(row, *before);
    entrance->listed.push_back(row.credential);
    return std::optional<CredentialEntrance>{};
}

Applier::Previous<CredentialEntrance> Applier::erase(const CredentialEntrance& row)
{
    auto* workspace = tenant(row.workspace);
    auto* credential = workspace == nullptr ? nullptr : workspace->credentials.find(row.credential);
    if (credential == nullptr) return missing("acs_credential");
    const auto touched = erase_link(credential->list, row.entrance);
    if (!touched) return missing("acs_entrance");
    take_out(workspace->entrances.find(row.entrance)->listed, row.credential);
    return as_it_stood(row, *touched);
}

Applier::Previous<CredentialDoor> Applier::put(const CredentialDoor& row)
{
    auto* workspace = tenant(row.workspace);
    auto* credential = workspace == nullptr ? nullptr : workspace->credentials.find(row.credential);
    if (credential == nullptr) return missing("acs_credential");
    const auto door = doors().find(row.door);
    if (door == doors().end() || (door->second.row.owner != row.workspace && !known())) return missing("device");
    if (door->second.row.absent && !known() && !linked(credential->doors, row.door)) return left_out("device");
    if (const auto before = put_link(credential->doors, row.door, row.touched)) return as_it_stood(row, *before);
    door->second.listed.push_back({row.workspace, row.credential});
    return std::optional<CredentialDoor>{};
}

Applier::Previous<CredentialDoor> Applier::erase(const CredentialDoor& row)
{
    auto* workspace = tenant(row.workspace);
    auto* credential = workspace == nullptr ? nullptr : workspace->credentials.find(row.credential);
    if (credential == nullptr) return missing("acs_credential");
    const auto touched = erase_link(credential->doors, row.door);
    if (!touched) return missing("device");
    take_out(doors().at(row.door).listed, {row.workspace, row.credential});
    return as_it_stood(row, *touched);
}

Applier::Previous<PinClaim> Applier::put(const PinClaim& row)
{
    const auto door = doors().find(row.door);
    if (door == doors().end()) return missing("device");
    const auto [at, added] = door->second.pins.try_emplace(row.pin, row);
    std::optional<PinClaim> previous;
    if (!added) {
        previous = std::exchange(at->second, row);
        take_out(claims(previous->credential)[previous->credential], {row.door, row.pin});
        if (claims(previous->credential)[previous->credential].empty()) claims(previous->credential).erase(previous->credential);
    }
    claims(row.credential)[row.credential].push_back({row.door, row.pin});
    return previous;
}

Applier::Previous<PinClaim> Applier::erase(const PinClaim& row)
{
    const auto door = doors().find(row.door);
    if (door == doors().end()) return missing("device");
    const auto found = door->second.pins.find(row.pin);
    if (found == door->second.pins.end()) return missing("access_code");
    auto previous = std::move(found->second);
    door->second.pins.erase(found);
    take_out(claims(previous.credential)[previous.credential], {row.door, row.pin});
    if (claims(previous.credential)[previous.credential].empty()) claims(previous.credential).erase(previous.credential);
    return std::optional{std::move(previous)};
}

Applier::Previous<ActionAttempt> Applier::put(const ActionAttempt& row)
{
    auto* workspace = tenant(row.workspace);
    if (workspace == nullptr) return missing("workspace");
    if (auto* node = workspace->attempts.find(row.id)) return std::optional{workspace->attempts.replace(*node, row)};
    workspace->attempts.add({row});
    return std::optional<ActionAttempt>{};
}

Applier::Previous<ActionAttempt> Applier::erase(const ActionAttempt& row)
{
    auto* workspace = tenant(row.workspace);
    const auto* node = workspace == nullptr ? nullptr : workspace->attempts.find(row.id);
    if (node == nullptr) return missing("action_attempt");
    auto previous = node->row;
    workspace->attempts.erase(row.id);
    return std::optional{std::move(previous)};
}

} // namespace gatehouse::model
