#include "reconcile/reconciler.hpp"

#include "base/vital.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <set>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using model::Truth;

namespace {

constexpr base::seconds alarm_after{9}; // bound B7 is 10 s, from the answer to the alarm

/// Whether the device may still open what it should not, with no acknowledgement of its removal: of a whole entry or of some of its doors.
/// An acknowledgement counts for as long as a read-back may take; then it owes the proof.
bool owed(const Tools& tools, const model::Placement& placement, base::Instant now)
{
    const auto& directory = tools.directory;
    if (placement.truth == Truth::assumed) {
        const auto* status = tools.fleet.status(placement.device);
        const auto patience = status == nullptr ? base::milliseconds{} : status->capabilities.readback_time * 2;
        return placement.leaving && placement.since + patience + alarm_after <= now;
    }
    if (placement.leaving) return true;
    if (placement.truth == Truth::verified) return false;
    const auto* device = directory.device(placement.device);
    if (device == nullptr) return false;
    return (static_cast<devices::Doors>(placement.doors) & ~entitled(directory, *device, placement, {now, true})) != 0;
}

} // namespace

Reconciler::Reconciler(Tools tools) : tools_{tools}, residual_{tools.ledger.executor()} {}

void Reconciler::refresh(std::span<const ledger::Cursor> cursors)
{
    for (const auto& [id, device] : tools_.directory.devices()) {
        auto& lane = lanes_[id];
        if (lane) continue;
        std::string contact;
        for (const auto& cursor : cursors)
            if (cursor.name == "contact:" + to_string(id)) contact = cursor.value;
        lane = std::make_unique<Lane>(tools_, id, std::move(contact));
        asio::co_spawn(tools_.ledger.executor(), lane->run(), base::vital("lane"));
    }
}

void Reconciler::touch(std::span<const model::DoorId> doors, bool urgent)
{
    std::set<model::DeviceId> touched;
    for (const auto& id : doors)
        if (const auto* door = tools_.directory.door(id)) touched.insert(door->row.device);
    for (const auto& id : touched)
        if (const auto lane = lanes_.find(id); lane != lanes_.end()) lane->second->touch(urgent);
    if (urgent) residual_.notify();
}

void Reconciler::heard(const devices::Notification& notification)
{
    const auto lane = lanes_.find(notification.device);
    if (lane == lanes_.end()) return;
    // One that was out of reach may have lost its table on the way; an answer after a slow command says nothing of that kind.
    if (const auto* online = std::get_if<devices::Online>(&notification.what)) {
        if (online->reason == "boot" || online->reason == "connected")
            lane->second->look();
        else
            lane->second->alive();
    }
    if (std::holds_alternative<devices::LineUp>(notification.what)) lane->second->look();
    if (std::holds_alternative<devices::Attached>(notification.what)) lane->second->look();
    if (std::holds_alternative<devices::Restarted>(notification.what)) lane->second->look();
}

base::Result<void> Reconciler::adopt(const model::DeviceId& device, Foreign word)
{
    const auto lane = lanes_.find(device);
    if (lane == lanes_.end()) return base::fail(base::Fault::not_found, "no such controller", "controller_not_found");
    lane->second->adopt(word);
    return {};
}

const LaneStatus* Reconciler::status(const model::DeviceId& device) const
{
    const auto lane = lanes_.find(device);
    return lane == lanes_.end() ? nullptr : &lane->second->status();
}

std::optional<base::Instant> Reconciler::overdue(const model::DeviceId& device) const
{
    for (auto at = alarmed_.lower_bound({device, {}}); at != alarmed_.end() && at->first.first == device; ++at) {
        const auto* placement = tools_.directory.placements().find(device, at->first.second);
        if (placement != nullptr && placement->since == at->second && owed(tools_, *placement, tools_.clock.wall())) return at->second;
    }
    return std::nullopt;
}

asio::awaitable<void> Reconciler::watch_residuals()
{
    for (;;) {
        auto next = base::no_end;
        const auto now = tools_.clock.wall();
        std::map<std::pair<model::DeviceId, std::string>, base::Instant> standing;
        for (const auto& [device, entries] : tools_.directory.placements().all())
            for (const auto& [key, placement] : entries) {
                if (!owed(tools_, placement, now)) continue;
                const auto at = std::pair{device, key};
                const auto raised = alarmed_.find(at);
                if (raised != alarmed_.end() && raised->second == placement.since)
                    standing[at] = placement.since;
                else if (placement.since + alarm_after <= now)
                    alarm(placement), standing[at] = placement.since;
                else
                    next = std::min(next, placement.since + alarm_after);
            }
        alarmed_ = std::move(standing);
        // What leaves after this look is alarmed a moment after the pause ends.
        const auto pause = next == base::no_end ? base::milliseconds{alarm_after} : std::max(next - now, base::milliseconds{50});
        const auto until = tools_.clock.now() + pause;
        co_await residual_.wait(tools_.clock, until);
    }
}

void Reconciler::alarm(const model::Placement& placement)
{
    const auto* device = tools_.directory.device(placement.device);
    const auto key = device == nullptr ? to_string(placement.device) : device->row.key;
    spdlog::error("residual_access device={} user={} truth=unproven", key, placement.user ? to_string(*placement.user) : "");
    model::Event event;
    event.workspace = placement.workspace;
    event.type = "gatehouse.residual_access";
    event.body = {{"controller_id", to_string(placement.device)}, {"acs_credential_id", to_string(placement.credential)}};
    event.refs = {placement.device.value, placement.credential.value};
    tools_.ledger.note({"gatehouse", "gateway"}, std::move(event));
}

} // namespace gatehouse::reconcile
