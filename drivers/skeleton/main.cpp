/// The smallest complete driver: its devices are controllers that live in this process. Start a new driver from here.
///
/// Parameters of a device: `capacity` (entries, 0: no limit), `step_ms` (time the device takes for each entry read or step written),
/// `acknowledge_only` (says yes and stores nothing), `holds` (card uids found in its table at first contact).
#include "sdk/run.hpp"

#include <algorithm>
#include <map>

namespace gatehouse::skeleton {

using namespace sdk;

struct Controller {
    std::map<std::string, Entry> table;
    std::uint64_t changes = 0;
    std::size_t capacity = 0;
    Milliseconds step{0};
    bool acknowledge_only = false;
};

class SkeletonLine final : public Line {
public:
    using Line::Line;

    Verdict open(const Endpoint&, Deadline) override
    {
        report().line_online();
        return Verdict::acknowledged();
    }

    Attached attach(const Attachment& attachment, Deadline deadline) override
    {
        if (!attachment.profile.empty() && attachment.profile != "skeleton/memory")
            return Verdict::refused("no_such_profile", attachment.profile);
        auto [found, first_contact] = controllers_.try_emplace(attachment.at.device);
        auto& controller = found->second;
        if (first_contact)
            for (const auto& key : list_of(attachment.params, "holds")) controller.table[key] = {.key = key};
        controller.capacity = static_cast<std::size_t>(std::max<std::int64_t>(0, number_of(attachment.params, "capacity").value_or(0)));
        controller.step = Milliseconds{std::clamp<std::int64_t>(number_of(attachment.params, "step_ms").value_or(0), 0, 60'000)};
        controller.acknowledge_only = flag_of(attachment.params, "acknowledge_only");
        for (const auto& door : attachment.doors) set_door({attachment.at.device, attachment.at.unit, door.door}, door.mode, deadline);
        report().online(attachment.at.device, SignOfLife::attached);
        Attached attached;
        attached.capabilities = capabilities(controller);
        return attached;
    }

    Table read_table(const Address& at, Turn& turn) override
    {
        const auto& controller = controllers_.at(at.device);
        Table table;
        for (const auto& [key, entry] : controller.table) {
            if (!turn.wait(controller.step)) {
                table.reason = turn.yield_requested() ? "yielded" : "late";
                return table;
            }
            table.entries.push_back(entry);
        }
        table.complete = true;
        table.digest = digest_of(controller);
        return table;
    }

    Digest digest(const Address& at, Deadline) override { return digest_of(controllers_.at(at.device)); }

    Applied apply(const Address& at, std::span<const Step> steps, Turn& turn) override
    {
        auto& controller = controllers_.at(at.device);
        Applied applied;
        for (const auto& step : steps) {
            turn.wait(controller.step);
            applied.steps.push_back(turn.deadline().passed() ? Verdict::late() : write(controller, step));
        }
        return applied;
    }

    Verdict strike(const Address& door, Milliseconds pulse, Deadline deadline) override
    {
        set_door(door, DoorMode::unlocked, deadline);
        relock_at(door, now() + pulse);
        return Verdict::acknowledged();
    }

    Verdict set_door(const Address& door, DoorMode mode, Deadline) override
    {
        if (mode == DoorMode::leave) return Verdict::acknowledged();
        report().door(door.device, door.door, {.lock = mode == DoorMode::locked ? LockState::locked : LockState::unlocked});
        return Verdict::acknowledged();
    }

    void lock_all_outputs(std::span<const Address> doors, Deadline deadline) override
    {
        for (const auto& door : doors) set_door(door, DoorMode::locked, deadline);
    }

private:
    static Capabilities capabilities(const Controller& controller)
    {
        return {.stores_credentials = true,
                .credential_kinds = {CredentialKind::card_number, CredentialKind::card_uid_hex, CredentialKind::pin},
                .capacity = static_cast<std::uint32_t>(controller.capacity),
                .supports_validity = Validity::seconds,
                .doors_per_credential = 64,
                .supports_readback = Readback::list_counted,
                .readback_shows_secret = true,
                .absent_after = 1,
                .ack = Ack::correlated,
                .idempotent_put = true,
                .digest = true,
                .unlock_pulse = UnlockPulse::host_timed,
                .pulse_ms = {.min = 1, .max = 600'000},
                .set_door = true};
    }

    static Verdict write(Controller& controller, const Step& step)
    {
        if (controller.acknowledge_only) return Verdict::acknowledged();
        ++controller.changes;
        controller.table.erase(step.entry.key);
        if (step.op == Op::put && controller.capacity != 0 && controller.table.size() >= controller.capacity) return Verdict::full();
        if (step.op == Op::put) controller.table[step.entry.key] = step.entry;
        return Verdict::acknowledged();
    }

    static std::string digest_of(const Controller& controller) { return "changes:" + std::to_string(controller.changes); }

    std::map<std::string, Controller> controllers_;
};

} // namespace gatehouse::skeleton

int main(int argc, char** argv)
{
    return gatehouse::sdk::run<gatehouse::skeleton::SkeletonLine>(argc, argv, {.name = "skeleton", .lines_per_process = 64});
}
