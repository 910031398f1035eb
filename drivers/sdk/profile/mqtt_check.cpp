#include "sdk/profile/mqtt_judged.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::profile {

namespace {

constexpr std::uint32_t shortest_uid = 8; // hex digits
constexpr std::chrono::seconds clock_told_within{300};

class Judge : public Judged {
public:
    using Judged::Judged;

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
        if (profile_.put && caps_.slot_based && !uses(profile_.put->send, "slot"))
            at("ops", "put", "`slot_based`, but `put` sends no `${slot}`");
        if (profile_.put && !uses(profile_.put->send, "key") && !(caps_.slot_based && uses(profile_.put->send, "pin")))
            at("ops", "put", "`put` sends no `${key}`");
        if (profile_.erase && !uses(profile_.erase->send, caps_.slot_based ? "slot" : "key"))
            at("ops", "erase", "does not say which entry");
        if (!profile_.hints.empty() && !caps_.slot_based) top_.child("hints")->problem("is for tables with slots");
    }

    void validity()
    {
        if (profile_.caps.end_inclusive && caps_.supports_validity != sdk::Validity::seconds)
            at("caps", "end_inclusive", "is for devices that keep an end in seconds");
        if (caps_.supports_validity == sdk::Validity::date)
            at("caps", "supports_validity", "validity by date is not served yet: an end of 17:00 would open to midnight");
        if (!profile_.put) return;
        const bool sends = uses(profile_.put->send, "until");
        if (caps_.supports_validity != sdk::Validity::none && !sends)
            at("caps", "supports_validity", "`put` sends no `${until}`: an entry would never end");
        if (caps_.supports_validity == sdk::Validity::none && (sends || uses(profile_.put->send, "from")))
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
        if (profile_.one) one(*profile_.one);
    }

    void one(const OneOperation& op)
    {
        if (!caps_.slot_based) at("ops", "one", "is for tables with slots");
        if (!op.map.contains("state")) at("ops", "one", "`map` has no `state`: a free slot could not be told from an occupied one");
        if (!op.fresh_after_request) at("ops", "one", "needs `fresh: after_request`: what was said before may be years old");
        if (!uses(op.send, "slot")) at("ops", "one", "does not say which slot");
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
        const bool correlated = caps_.ack == sdk::Ack::correlated;
        if (correlated != profile_.correlate.has_value()) at("caps", "ack", "`correlated` and the block `correlate` go together");
        for (const auto& [name, op] : {std::pair{"put", &profile_.put}, std::pair{"erase", &profile_.erase}}) {
            if (!*op) continue;
            const bool acknowledged = (*op)->ack.has_value();
            if (acknowledged != (caps_.ack != sdk::Ack::none)) at("ops", name, "`ack` here and `ack` in `caps` go together");
            if (!acknowledged && !(*op)->verify_one) at("ops", name, "has neither `ack` nor `verify`");
            if ((*op)->verify_one && (acknowledged || !profile_.one)) at("ops", name, "`verify: one` is for tables read slot by slot");
            if ((*op)->confirm) at("ops", name, "only `unlock` and `lock` are confirmed");
        }
        if (caps_.ack_proves_storage && !correlated)
            at("caps", "ack_proves_storage", "an answer that may belong to another command proves nothing");
        if (profile_.probe && !profile_.probe->ack) at("ops", "probe", "needs `ack`: a probe that is not answered tells nothing");
        for (const auto& [name, op] : operations()) {
            if (op->error && !correlated) at("ops", name, "`error` needs `correlate`: it may be meant for another command");
            if (op->ack && correlated && !uses(op->send, "corr")) at("ops", name, "sends no `${corr}`, so its answer would not be known");
        }
        for (const auto* sending : sendings())
            if (sending->to == SendTo::query && !sending->topic && !profile_.topics.query)
                return at("topics", "query", "an operation is sent to it, but it is missing");
    }

    void doors()
    {
        const bool pulses = caps_.unlock_pulse != sdk::UnlockPulse::none;
        if (pulses != profile_.unlock.has_value()) at("caps", "unlock_pulse", "`unlock_pulse` and the operation `unlock` go together");
        for (const auto& [name, op] : {std::pair{"unlock", &profile_.unlock}, std::pair{"lock", &profile_.lock}})
            if (*op && (*op)->ack.has_value() == (*op)->confirm.has_value()) at("ops", name, "needs `ack` or `confirm`, one of them");
        if (caps_.unlock_pulse == sdk::UnlockPulse::host_timed && !top_.node()["caps"]["failsafe"])
            at("caps", "unlock_pulse", "`host_timed` needs a `failsafe` statement: what locks the door when the box loses power?");
        if (caps_.unlock_pulse == sdk::UnlockPulse::host_timed && !profile_.lock)
            at("caps", "unlock_pulse", "`host_timed` needs the operation `lock`");
        if (caps_.unlock_pulse == sdk::UnlockPulse::per_command && profile_.unlock && !uses(profile_.unlock->send, "pulse_ms") &&
            !uses(profile_.unlock->send, "pulse_s"))
            at("ops", "unlock", "`per_command`, but `unlock` sends neither `${pulse_ms}` nor `${pulse_s}`");
        const auto sets_pulse = [](const SetupRule& rule) { return rule.set && uses(*rule.set, "pulse_ms"); };
        if (caps_.unlock_pulse == sdk::UnlockPulse::device_settable &&
            std::none_of(profile_.setup.begin(), profile_.setup.end(), sets_pulse))
            at("caps", "unlock_pulse", "`device_settable` needs a `setup` that sets `${pulse_ms}`: else the door would stay open");
        const auto tells = [this](auto part) { return std::any_of(profile_.door.begin(), profile_.door.end(), part); };
        if (caps_.door_contact != tells([](const DoorRule& rule) { return rule.contact.has_value(); }))
            at("caps", "door_contact", "`door_contact` and a `contact` in the block `door` go together");
        if (profile_.state && !tells([](const DoorRule& rule) { return rule.lock.has_value(); }))
            at("ops", "state", "nothing in the block `door` reads its answer");
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
        const bool present = !profile_.liveness.presences.empty();
        if ((caps_.liveness == sdk::Liveness::heartbeat) != beats)
            at("caps", "liveness", "`heartbeat` and the block `liveness.heartbeat` go together");
        if ((caps_.liveness == sdk::Liveness::poll) != profile_.liveness.poll.has_value())
            at("caps", "liveness", "`poll` and the block `liveness.poll` go together");
        if (profile_.liveness.poll && !profile_.state) at("liveness", "poll", "needs the operation `state`: that is what is asked");
        if (profile_.liveness.poll && beats) at("liveness", "poll", "there is a heartbeat: silence goes by one of the two");
        if (caps_.liveness == sdk::Liveness::will && !present) at("caps", "liveness", "`will` needs `liveness.topic`");
    }

private:
    bool takes(sdk::CredentialKind kind) const
    {
        return std::find(caps_.credential_kinds.begin(), caps_.credential_kinds.end(), kind) != caps_.credential_kinds.end();
    }
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
    check_slots(top, profile);
    check_safety(top, profile);
    check_openings(top, profile);
}

} // namespace gatehouse::profile
