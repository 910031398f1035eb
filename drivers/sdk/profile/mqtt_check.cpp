#include "sdk/profile/mqtt_check.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::profile {

namespace {

constexpr std::uint32_t shortest_uid = 8; // hex digits
constexpr std::chrono::seconds clock_told_within{300};

bool uses(const Operation& op, std::string_view name)
{
    const auto found = placeholders(op.send);
    return std::any_of(found.begin(), found.end(), [name](const Placeholder* one) { return one->name == name; });
}

class Judge {
public:
    Judge(Cursor& top, const MqttProfile& profile) : top_{top}, profile_{profile}, caps_{profile.caps.stated} {}

    void table()
    {
        if (caps_.stores_credentials) {
            if (!profile_.put) at("caps", "stores_credentials", "`stores_credentials` needs the operation `put`");
            if (!profile_.erase) at("caps", "stores_credentials", "`stores_credentials` needs the operation `erase`");
            if (caps_.credential_kinds.empty()) at("caps", "stores_credentials", "needs `credential_kinds`");
        } else if (profile_.put || profile_.erase || profile_.list || profile_.one) {
            at("caps", "stores_credentials", "there are table operations, but `stores_credentials` is not true");
        }
        if (takes(sdk::CredentialKind::card_uid_hex) && takes(sdk::CredentialKind::pin) && !caps_.slot_based &&
            (caps_.pin_length.max == 0 || caps_.pin_length.max >= shortest_uid || !caps_.pin_digits_only))
            at("caps", "pin_length", "codes and uids are keys of one table: a code may have 7 digits at most, or it could be a uid");
        if (profile_.put && caps_.slot_based && !uses(*profile_.put, "slot"))
            at("ops", "put", "`slot_based`, but `put` sends no `${slot}`");
        if (profile_.put && !caps_.slot_based && !uses(*profile_.put, "key")) at("ops", "put", "`put` sends no `${key}`");
        if (profile_.erase && !uses(*profile_.erase, caps_.slot_based ? "slot" : "key")) at("ops", "erase", "does not say which entry");
    }

    void validity()
    {
        if (profile_.caps.end_inclusive && caps_.supports_validity != sdk::Validity::seconds)
            at("caps", "end_inclusive", "is for devices that keep an end in seconds");
        if (caps_.supports_validity == sdk::Validity::date)
            at("caps", "supports_validity", "validity by date is not served yet: an end of 17:00 would open to midnight");
        if (!profile_.put) return;
        const bool sends = uses(*profile_.put, "until");
        if (caps_.supports_validity != sdk::Validity::none && !sends)
            at("caps", "supports_validity", "`put` sends no `${until}`: an entry would never end");
        if (caps_.supports_validity == sdk::Validity::none && (sends || uses(*profile_.put, "from")))
            at("ops", "put", "sends an end or a start, but `supports_validity` is none");
        if (caps_.supports_validity == sdk::Validity::none || !profile_.list) return;
        for (const char* part : {"from", "until"})
            if (!profile_.list->map.contains(part))
                at("ops", "list", std::string{"`map` has no `"} + part + "`: the end could not be proven");
    }

    void readback()
    {
        const bool lists =
            caps_.supports_readback == sdk::Readback::list_unbounded || caps_.supports_readback == sdk::Readback::list_counted;
        if (lists != profile_.list.has_value())
            at("caps", "supports_readback", "a list in `supports_readback` and the operation `list` go together");
        if ((caps_.supports_readback == sdk::Readback::one) != profile_.one.has_value())
            at("caps", "supports_readback", "`one` in `supports_readback` and the operation `one` go together");
        if (caps_.supports_readback == sdk::Readback::indexed) at("caps", "supports_readback", "`indexed` is for registers");
        const bool none = caps_.supports_readback == sdk::Readback::none;
        if (caps_.stores_credentials && none && !profile_.caps.accept_unverified)
            at("caps", "supports_readback", "a table that cannot be read back needs `accept_unverified: true`");
        if (profile_.list) list(*profile_.list);
    }

    void list(const ListOperation& op)
    {
        if (!op.map.contains("key") && !op.map.contains("slot")) at("ops", "list", "`map` names neither `key` nor `slot`");
        if (op.end.quiet.count() > 0 && op.absent_after < 2)
            at("ops", "list", "a list that ends by silence needs `absent_after: 2` or more: silence is also what a dead device says");
        if (op.end.quiet.count() > 0 && caps_.supports_readback == sdk::Readback::list_counted)
            at("caps", "supports_readback", "`list_counted`, but the list ends by silence");
        const auto proof = op.end.quiet * op.absent_after;
        if (profile_.limits.readback_s * 1000 < proof.count())
            at("limits", "readback_s", "shorter than the silent rounds of the list take");
    }

    void answers()
    {
        for (const auto& [name, op] : {std::pair{"put", &profile_.put}, std::pair{"erase", &profile_.erase}}) {
            if (!*op) continue;
            const bool acknowledged = (*op)->ack.has_value();
            if (acknowledged != (caps_.ack != sdk::Ack::none)) at("ops", name, "`ack` here and `ack` in `caps` go together");
            if (!acknowledged && !(*op)->verify_one) at("ops", name, "has neither `ack` nor `verify`");
        }
        if (caps_.ack == sdk::Ack::correlated) at("caps", "ack", "correlated answers are not part of this language yet");
        if (caps_.ack_proves_storage && caps_.ack != sdk::Ack::correlated)
            at("caps", "ack_proves_storage", "an answer that may belong to another command proves nothing");
        if (profile_.unlock && !profile_.unlock->ack && !profile_.unlock->confirm) at("ops", "unlock", "has neither `ack` nor `confirm`");
        if (profile_.probe && !profile_.probe->ack) at("ops", "probe", "needs `ack`: a probe that is not answered tells nothing");
        for (const auto* op : {&profile_.probe, &profile_.put, &profile_.erase, &profile_.unlock, &profile_.lock})
            if (*op && (*op)->send_to == SendTo::query && !profile_.topics.query)
                at("topics", "query", "an operation is sent to it, but it is missing");
        if (profile_.one && profile_.one->send_to == SendTo::query && !profile_.topics.query)
            at("topics", "query", "an operation is sent to it, but it is missing");
    }

    void doors()
    {
        const bool pulses = caps_.unlock_pulse != sdk::UnlockPulse::none;
        if (pulses != profile_.unlock.has_value()) at("caps", "unlock_pulse", "`unlock_pulse` and the operation `unlock` go together");
        if (caps_.unlock_pulse == sdk::UnlockPulse::host_timed && !top_.node()["caps"]["failsafe"])
            at("caps", "unlock_pulse", "`host_timed` needs a `failsafe` statement: what locks the door when the box loses power?");
        if (caps_.unlock_pulse == sdk::UnlockPulse::host_timed && !profile_.lock)
            at("caps", "unlock_pulse", "`host_timed` needs the operation `lock`");
        if (caps_.unlock_pulse == sdk::UnlockPulse::per_command && profile_.unlock && !uses(*profile_.unlock, "pulse_ms") &&
            !uses(*profile_.unlock, "pulse_s"))
            at("ops", "unlock", "`per_command`, but `unlock` sends neither `${pulse_ms}` nor `${pulse_s}`");
    }

    void reports()
    {
        if ((caps_.events != sdk::Events::none) != !profile_.events.empty())
            at("caps", "events", "`events` in `caps` and the block `events` go together");
        if (caps_.events == sdk::Events::fifo) at("caps", "events", "`fifo` is for registers");
        if ((caps_.clock != sdk::DeviceClock::none) != profile_.liveness.clock.has_value())
            at("caps", "clock", "`clock` in `caps` and the block `liveness.clock` go together");
        if (caps_.clock == sdk::DeviceClock::settable) at("caps", "clock", "`settable` is not part of this language yet");
        const bool beats = profile_.liveness.heartbeat.has_value();
        if (profile_.liveness.clock && beats && profile_.liveness.heartbeat->every > clock_told_within)
            at("liveness", "clock", "told with heartbeats more than 300 s apart, the clock counts as unknown in between");
        const bool present = profile_.liveness.presence.has_value();
        if ((caps_.liveness == sdk::Liveness::heartbeat) != beats)
            at("caps", "liveness", "`heartbeat` and the block `liveness.heartbeat` go together");
        if (caps_.liveness == sdk::Liveness::will && !present) at("caps", "liveness", "`will` needs `liveness.topic`");
    }

private:
    bool takes(sdk::CredentialKind kind) const
    {
        return std::find(caps_.credential_kinds.begin(), caps_.credential_kinds.end(), kind) != caps_.credential_kinds.end();
    }

    /// At the key when it is there, else at its block, else at the top.
    void at(const char* block, const char* key, std::string text)
    {
        auto found = top_.child(block);
        if (!found) return top_.problem(std::move(text));
        const auto inner = found->child(key);
        (inner ? *inner : *found).problem(std::move(text));
    }

    Cursor& top_;
    const MqttProfile& profile_;
    const sdk::Capabilities& caps_;
};

} // namespace

void check_mqtt(Cursor& top, const MqttProfile& profile)
{
    Judge judge{top, profile};
    judge.table();
    judge.validity();
    judge.readback();
    judge.answers();
    judge.doors();
    judge.reports();
}

} // namespace gatehouse::profile
