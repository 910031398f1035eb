#include "reconcile/residuals.hpp"

#include "base/hash.hpp"
#include "reconcile/bearers.hpp"
#include "reconcile/plan.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace gatehouse::reconcile {

using model::Truth;

namespace {

/// The name people know a user by; of one who is gone, the last.
std::string name_of(const model::Directory& directory, const model::Holder& holder)
{
    const auto* workspace = directory.workspace(holder.workspace);
    const auto* user = workspace != nullptr && holder.user ? workspace->users.find(*holder.user) : nullptr;
    return user == nullptr ? holder.label : person_of(user->row);
}

/// Collects what devices may open beyond what is granted: a row for each holder and door.
class Residuals {
public:
    explicit Residuals(const Reconciler& reconciler) : reconciler_{reconciler}, tools_{reconciler.tools()} {}

    /// `wants` says of a holder and a door (null: none uses the output any more) whether, and as whose, the row is wanted.
    enum class Shown : std::uint8_t { no, as_own, as_tenant };
    template <class Wants>
    void add(const model::Placement& placement, Wants wants)
    {
        const auto* device = tools_.directory.device(placement.device);
        if (device == nullptr) return;
        const auto granted = entitled(tools_.directory, *device, placement, tools_.clock.site(), tools_.honours_start(placement.device));
        const bool earlier = placement.superseded || has_another_code(tools_.directory, placement);
        const auto beyond = earlier ? placement.may_open() : placement.may_open() & ~granted.doors;
        if (beyond == 0) return; // on its way out, maybe, and granted again meanwhile
        const auto holders = with_bearers(tools_.directory, placement, holders_now(placement, granted.holders), beyond);
        auto doorless = beyond; // the door moved to another output or controller, and the old one may still let people in
        for (const auto& id : device->doors) {
            const auto& door = *tools_.directory.door(id);
            doorless &= ~(std::uint64_t{1} << door.row.output);
            for (const auto& holder : holders)
                if (((holder.doors & beyond) >> door.row.output & 1) != 0) add(placement, holder, &door, wants(holder, &door));
        }
        for (const auto& holder : holders)
            if ((holder.doors & doorless) != 0) add(placement, holder, nullptr, wants(holder, nullptr));
    }
    /// Entries that the gateway did not write and people of ours carry the card of: all keys of a device, or one.
    template <class Wants>
    void add_foreign(const model::DeviceId& id, const std::string* key, Wants wants)
    {
        const auto* device = tools_.directory.device(id);
        const auto* strangers = reconciler_.strangers(id);
        if (device == nullptr || strangers == nullptr) return;
        const auto add_one = [&](const Strangers::Stranger& stranger) {
            auto claimed = as_placement(tools_.directory, *device, stranger.entry);
            if (!claimed) return;
            claimed->since = stranger.since;
            claimed->reason = strangers->kept(stranger.entry) ? "an entry that Gatehouse did not write, kept by the operator's word"
                                                              : "an entry that Gatehouse did not write is still to be removed";
            add(*claimed, wants);
        };
        if (key == nullptr) {
            for (const auto& [name, stranger] : strangers->all()) add_one(stranger);
        } else if (const auto found = strangers->all().find(*key); found != strangers->all().end()) {
            add_one(found->second);
        }
    }
    template <class Wants>
    void add_foreign(const model::Credential& credential, Wants wants)
    {
        for (const auto& id : reconciler_.with_strangers())
            for (const auto& key : placement_keys(credential)) add_foreign(id, &key, wants);
    }
    std::vector<ResidualRow> take() { return std::move(rows_); }

private:
    /// `door` is null for an output that no door uses any more.
    void add(const model::Placement& placement, const model::Holder& holder, const model::DoorNode* door, Shown shown)
    {
        if (shown == Shown::no) return;
        auto& row = rows_.emplace_back();
        row.entry = base::xxhash(placement.key);
        row.of_tenant = shown == Shown::as_tenant;
        row.person = row.of_tenant ? tenant_name(tools_.directory, holder.workspace) : name_of(tools_.directory, holder);
        row.access.workspace = row.of_tenant && door != nullptr ? door->row.owner : holder.workspace;
        row.access.credential = holder.credential;
        row.access.user = holder.user;
        row.access.identity = holder.identity;
        if (const auto* own = tools_.directory.workspace(holder.workspace); own != nullptr && !holder.identity)
            row.access.identity = identity_of(*own, holder.user);
        if (door != nullptr) row.access.door = door->row.id;
        row.access.controller = placement.device;
        take_from(row.access, placement);
    }
    void take_from(AccessRow& row, const model::Placement& placement) const
    {
        tell(row, placement, tools_.fleet.ends_by_itself(placement.device));
        row.state = placement.truth == Truth::verified ? Truth::pending : placement.truth; // the revoke is not yet marked
        if (row.state == Truth::assumed && row.reason == still_held) row.state = Truth::unknown;
        if (placement.superseded && !placement.leaving) row.reason = "the earlier code is not proven gone";
        if (!row.reason.empty()) return;
        row.reason = row.state == Truth::assumed ? "removal acknowledged, not yet proven" : "removal not yet acknowledged";
    }

    const Reconciler& reconciler_;
    const Tools& tools_;
    std::vector<ResidualRow> rows_;
};

} // namespace

std::string tenant_name(const model::Directory& directory, const model::WorkspaceId& id)
{
    const auto* workspace = directory.workspace(id);
    return "tenant " + (workspace == nullptr ? to_string(id) : workspace->row.name.empty() ? workspace->row.key : workspace->row.name);
}

std::vector<ResidualRow> residuals_of(const Reconciler& reconciler, const model::WorkspaceId& workspace,
                                      const model::CredentialId& credential)
{
    const auto& directory = reconciler.tools().directory;
    const auto wants = [&workspace, &credential](const model::Holder& holder, const model::DoorNode*) {
        const bool wanted = holder.workspace == workspace && holder.credential == credential;
        return wanted ? Residuals::Shown::as_own : Residuals::Shown::no;
    };
    Residuals found{reconciler};
    const auto* tenant = directory.workspace(workspace);
    const auto* node = tenant == nullptr ? nullptr : tenant->credentials.find(credential);
    Entries held;
    if (node != nullptr) gather_entries(directory, node->row, held);
    if (node == nullptr)
        for (const auto* placement : directory.placements().of(credential)) held.insert(placement);
    for (const auto* placement : held) found.add(*placement, wants);
    if (node != nullptr) found.add_foreign(node->row, wants);
    return found.take();
}

std::vector<ResidualRow> residuals_of(const Reconciler& reconciler, const model::WorkspaceId& workspace, const model::UserNode& user)
{
    const auto& directory = reconciler.tools().directory;
    const auto* tenant = directory.workspace(workspace);
    Entries held;
    for (const auto* placement : directory.placements().of(user.row.id)) held.insert(placement);
    for (const auto& credential : user.credentials)
        if (tenant != nullptr) gather_entries(directory, tenant->credentials.find(credential)->row, held);
    const auto wants = [&workspace, &user](const model::Holder& holder, const model::DoorNode*) {
        const bool holds = std::find(user.credentials.begin(), user.credentials.end(), holder.credential) != user.credentials.end();
        return holder.workspace == workspace && (holds || holder.user == user.row.id) ? Residuals::Shown::as_own : Residuals::Shown::no;
    };
    Residuals found{reconciler};
    for (const auto* placement : held) found.add(*placement, wants);
    for (const auto& credential : user.credentials)
        if (tenant != nullptr) found.add_foreign(tenant->credentials.find(credential)->row, wants);
    return found.take();
}

std::vector<ResidualRow> residuals_of_gone(const Reconciler& reconciler, const model::Workspace& workspace, const model::IdentityId& person)
{
    const auto wants = [&workspace, &person](const model::Holder& holder, const model::DoorNode*) {
        const bool was = holder.workspace == workspace.row.id && holder.identity == person;
        const bool gone = was && (!holder.user || workspace.users.find(*holder.user) == nullptr);
        return gone ? Residuals::Shown::as_own : Residuals::Shown::no;
    };
    Residuals found{reconciler};
    for (const auto* placement : reconciler.tools().directory.placements().of(person)) found.add(*placement, wants);
    return found.take();
}

std::vector<ResidualRow> residuals(const Reconciler& reconciler, const model::WorkspaceId& workspace)
{
    ResidualWalk walk{reconciler, workspace};
    while (walk.step(std::numeric_limits<std::size_t>::max())) {
    }
    return walk.take();
}

/// First what is on record, in order of device and key; then, device by device, what others wrote.
bool ResidualWalk::step(std::size_t entries)
{
    const auto wants = [this](const model::Holder& holder, const model::DoorNode* door) {
        if (holder.workspace == workspace_) return Residuals::Shown::as_own;
        return door != nullptr && door->row.owner == workspace_ ? Residuals::Shown::as_tenant : Residuals::Shown::no;
    };
    Residuals found{reconciler_};
    const auto& all = reconciler_.tools().directory.placements().all();
    auto device = !placed_ ? all.end() : device_ ? all.lower_bound(*device_) : all.begin();
    for (; entries > 0 && device != all.end(); ++device, behind_.clear()) {
        const bool same = device_ == device->first;
        device_ = device->first;
        auto at = same && !behind_.empty() ? device->second.upper_bound(behind_) : device->second.begin();
        for (; entries > 0 && at != device->second.end(); --entries, ++at) {
            found.add(at->second, wants);
            behind_ = at->first;
        }
        if (at != device->second.end()) break;
    }
    if (placed_ && device == all.end()) placed_ = false, device_.reset();
    const auto& strange = reconciler_.with_strangers();
    auto stranger = placed_ ? strange.end() : device_ ? strange.upper_bound(*device_) : strange.begin();
    for (; entries > 0 && stranger != strange.end(); --entries, ++stranger) {
        found.add_foreign(*stranger, nullptr, wants);
        device_ = *stranger;
    }
    auto rows = found.take();
    std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
    return placed_ || stranger != strange.end();
}

std::vector<ResidualRow> residuals_on(const Reconciler& reconciler, const model::DeviceId& device)
{
    ResidualsOn walk{reconciler, device};
    while (walk.step(std::numeric_limits<std::size_t>::max())) {
    }
    return walk.take();
}

bool ResidualsOn::step(std::size_t entries)
{
    Residuals found{reconciler_};
    const auto wants = [](const model::Holder&, const model::DoorNode*) { return Residuals::Shown::as_own; };
    const auto begin_in = [this](const auto& all) { return behind_ ? all.upper_bound(*behind_) : all.begin(); };
    const auto& placed = reconciler_.tools().directory.placements().of(device_);
    if (placed_) {
        auto at = begin_in(placed);
        for (; entries > 0 && at != placed.end(); --entries, ++at) {
            found.add(at->second, wants);
            behind_ = at->first;
        }
        if (at == placed.end()) placed_ = false, behind_.reset();
    }
    bool more = placed_;
    if (const auto* strangers = placed_ ? nullptr : reconciler_.strangers(device_)) {
        auto at = begin_in(strangers->all());
        for (; entries > 0 && at != strangers->all().end(); --entries, ++at) {
            found.add_foreign(device_, &at->first, wants);
            behind_ = at->first;
        }
        more = at != strangers->all().end();
    }
    auto rows = found.take();
    std::move(rows.begin(), rows.end(), std::back_inserter(rows_));
    return more;
}

std::vector<ResidualRow> attested(const Reconciler& reconciler, const model::WorkspaceId& workspace)
{
    const auto& directory = reconciler.tools().directory;
    std::vector<ResidualRow> rows;
    for (const auto& [device, attestations] : reconciler.attestations())
        for (const auto& one : attestations) {
            const auto* door = directory.door(one.door);
            const bool own = one.workspace == workspace;
            if (!own && (door == nullptr || door->row.owner != workspace)) continue;
            auto& row = rows.emplace_back();
            row.of_tenant = !own;
            row.person = own ? one.person : tenant_name(directory, one.workspace);
            row.access = {.workspace = workspace, .credential = one.credential, .user = one.user, .door = one.door, .controller = device};
            if (const auto* tenant = directory.workspace(workspace)) row.access.identity = identity_of(*tenant, one.user);
            row.access.since = one.since;
            row.access.reason = "attested by " + one.by + ": the controller was replaced";
            row.attested = Attested{one.by, one.at};
        }
    return rows;
}

} // namespace gatehouse::reconcile
