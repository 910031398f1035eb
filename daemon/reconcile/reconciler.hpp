#pragma once

#include "reconcile/attestations.hpp"
#include "reconcile/lane.hpp"
#include "reconcile/unproven.hpp"

#include <functional>

namespace gatehouse::reconcile {

struct ResidualRow;

/// Keeps every device of the site holding what the policy grants: a lane per device, touched by what changed. Core thread.
class Reconciler {
public:
    explicit Reconciler(Tools tools);

    /// Starts a lane for every device of the directory that has none, and ends those of devices that are gone; to be called again after
    /// devices changed. `cursors` are the marks the store was loaded with.
    void refresh(std::span<const ledger::Cursor> cursors);
    /// A change was applied in memory: devices look at the entries it bears on, those it took something from at once.
    void applied(const ledger::TouchedDoors& doors);
    /// Changes are on the disk: what they granted may be written.
    void durable(const ledger::TouchedDoors& doors);
    /// Something that bears on everybody's entries at these doors changed.
    void touch(std::span<const model::DoorId> doors, bool urgent);
    /// The same, of what no door says: a device that lost its door to another.
    void touch(std::span<const model::DeviceId> devices, bool urgent);
    /// What a driver reported.
    void heard(const devices::Notification& notification);
    /// The operator's word on a device's foreign entries, those it names; answered when it is on the disk, and heard again after a restart
    /// until it is carried out. Errors: not_found; transient  storage has failed.
    boost::asio::awaitable<base::Result<void>> adopt(model::DeviceId device, Word word);
    /// What ended with a unit that was exchanged.
    struct Replaced {
        std::size_t entries = 0; ///< of ours, on record
        std::vector<Attestation> residuals;
    };
    /// The device is another unit now, as `by` attests: what was on record of the old one ends, its residual access by that word and not by
    /// a proof, and the new one is at first contact. Answered when it is on the disk, with an event for everybody whose access it was.
    /// `as_shown` says whether what would end is what `by` was shown; nothing happens in between.
    /// Errors: not_found; conflict  it is not as it was shown (code confirmation_outdated); those of the ledger.
    using AsShown = std::function<bool(const std::vector<ResidualRow>&)>;
    boost::asio::awaitable<base::Result<Replaced>> replace(model::DeviceId device, std::string by, model::Actor actor, std::string request,
                                                           AsShown as_shown = {});

    /// How the device is treated; the defaults for one without a lane.
    const DevicePolicy& policy(const model::DeviceId& device) const;
    /// Entries of nobody on a device; null for an unknown one.
    const Strangers* strangers(const model::DeviceId& device) const;
    /// Devices that hold some.
    const std::set<model::DeviceId>& with_strangers() const { return with_strangers_; }
    /// Residual access that ended by somebody's word.
    const std::map<model::DeviceId, std::vector<Attestation>>& attestations() const { return attestations_; }
    /// Null for a device without a lane.
    const LaneStatus* status(const model::DeviceId& device) const;
    /// Since when the device owes the removal of an entry that the alarm was raised for; nothing when it owes none.
    std::optional<base::Instant> overdue(const model::DeviceId& device) const;
    /// Since when somebody else seems to write the device; nothing when nobody does.
    std::optional<base::Instant> second_writer(const model::DeviceId& device) const;
    /// How long an entry has not been verified, or has been leaving, or longer: since the start. Nothing when it is settled or unknown.
    std::optional<base::microseconds> waited(const model::DeviceId& device, std::string_view key) const;
    const Tools& tools() const { return tools_; }

    /// Raises the alarm for every revoke that is not in effect after ten seconds, by its own clock. Runs for ever; spawned once.
    boost::asio::awaitable<void> watch_residuals();
    /// Wakes every device when the clock is stepped, or is trusted or no longer: by then other things are due. Runs for ever; spawned once.
    boost::asio::awaitable<void> watch_time();

private:
    std::set<model::DeviceId> devices_of(std::span<const model::DoorId> doors) const;
    void wake(const std::set<model::DeviceId>& devices, bool urgent);
    boost::asio::awaitable<void> everybody_anew();
    boost::asio::awaitable<base::Monotonic> look_for_owed(base::Monotonic now, base::Monotonic next);
    void look_at(const model::DeviceId& device, const std::string& key, Unproven::Mark& mark, base::Monotonic now, base::Monotonic& next);
    void look_at_put(const model::Placement& placement, Unproven::Mark& mark, base::Monotonic now, base::Monotonic& next);
    void alarm(const model::Placement& placement);
    void proven(const model::Placement& placement);
    void tell_of_grants();

    Tools tools_;
    std::set<model::DeviceId> with_strangers_;
    Unproven unproven_;
    std::map<model::DeviceId, std::unique_ptr<Lane>> lanes_;
    std::map<model::DeviceId, std::vector<Attestation>> attestations_;
    std::set<std::pair<model::WorkspaceId, model::AccessGrantId>> proven_; ///< something of theirs was, for the first time
    std::map<std::pair<model::DeviceId, model::WorkspaceId>, base::Monotonic> nobodys_told_; ///< last alarm of an entry of nobody, to whom
    base::Wakeup residual_;
};

} // namespace gatehouse::reconcile
