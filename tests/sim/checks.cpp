#include "sim/world.hpp"

#include "reconcile/device_policy.hpp"

// What the daemon knows and says, judged after every step.

namespace gatehouse::sim {

using base::Instant;
using base::microseconds;
using base::seconds;
using model::Truth;

namespace {

std::string text_of(const model::Placement& placement)
{
    const auto seconds_of = [](Instant at) { return std::to_string(std::chrono::floor<seconds>(at).time_since_epoch().count()); };
    return " " + std::string{reconcile::to_string(placement.truth)} + (placement.leaving ? " leaving" : "") + " doors " +
           std::to_string(placement.doors) + " of " + std::to_string(placement.may_open()) + " from " + seconds_of(placement.from) +
           " until " + seconds_of(placement.until) + " number " + std::to_string(placement.number) + " " + placement.reason;
}

/// Whether the change puts the user of the credential, or the user's person.
bool stops(const model::Change& change, const model::Credential& credential, const model::Books& books)
{
    const auto* user = credential.user ? books.find<model::User>(*credential.user) : nullptr;
    return user != nullptr && std::any_of(change.rows.begin(), change.rows.end(), [user](const model::Mutation& mutation) {
               const auto* person = std::get_if<model::Identity>(&mutation.row);
               const auto* same = std::get_if<model::User>(&mutation.row);
               return (person != nullptr && user->identity == person->id) || (same != nullptr && same->id == user->id);
           });
}

} // namespace

Checks::Checks(World& world) : world_{world}, codes_{[this](std::string what) { fail("codes", std::move(what)); }} {}

void Checks::fail(std::string_view rule, std::string what)
{
    world_.trace.add("VIOLATION", std::string{rule} + ": " + what);
    violations_.push_back(std::string{rule} + ": " + std::move(what));
}

model::DeviceId Checks::id_of(const Controller& controller) const
{
    return world_.site.devices().at(controller.key);
}

std::optional<base::milliseconds> Checks::lease_of(const Controller& controller) const
{
    const auto policy = reconcile::parse_device_policy(world_.daemon->directory.device(id_of(controller))->row.policy);
    return policy->lease ? std::optional{base::milliseconds{*policy->lease}} : std::nullopt;
}

void Checks::daemon_started()
{
    if (world_.daemon->ledger.head() < durable_) fail("R1", "a change that was acknowledged is lost");
    durable_ = world_.daemon->ledger.durable();
    codes_.begin(world_.books());
    for (const auto& [key, device] : world_.site.devices()) {
        watches_[key].records.clear(), watches_[key].before.clear();
        for (const auto& [name, placement] : world_.daemon->directory.placements().of(device)) watches_[key].records[name] = placement;
    }
    note_owed(world_.daemon->ledger.head());
    for (auto& [key, controller] : world_.field.controllers()) {
        for (auto& [name, row] : controller.rows) { // what was read of it may not have come to the disk before the end
            const auto* placement = record_of(controller, row);
            row.unseen = row.unseen || (row.slipped && placement != nullptr && wider(row, *placement));
        }
        rows_recorded(controller);
    }
}

void Checks::daemon_killed()
{
    const auto now = world_.clock.now();
    for (auto& [key, watch] : watches_) {
        watch.settled = false;
        watch.owed.clear();
        watch.clean_since = watch.answers_since = std::nullopt;
        world_.field.controllers().at(key).told_clock.reset();
        watch.read_at = std::nullopt;
        for (auto* rows : {&watch.opens, &watch.gone})
            for (auto& [name, since] : *rows) since = now;
    }
    for (auto& [key, controller] : world_.field.controllers()) // what is nobody's has no record, and the next daemon has not seen it
        for (auto& [name, row] : controller.rows) row.unseen = row.unseen || record_of(controller, row) == nullptr;
}

void Checks::durable(std::span<const model::Change> changes)
{
    for (const auto& change : changes) durable_ = std::max(durable_, change.number);
}

void Checks::applied(const model::Change& change)
{
    ++changes_;
    for (const auto& [key, controller] : world_.field.controllers()) codes_shown(controller);
    codes_.applied(change, world_.books(), world_.rights(), world_.now().instant);
    decisions(change);
    note_owed(change.number);
    if (world_.daemon->up()) residuals_told();
}

/// A decision that starts now goes by what was just changed: all that bears on who was stopped, or let go on, and a part of the others.
void Checks::decisions(const model::Change& change)
{
    const auto now = world_.now();
    const auto& directory = world_.daemon->directory;
    const auto every = world_.dice.below(4); // a part of them each time
    std::uint64_t at = 0;
    for (const auto& [key, credential] : world_.books().all<model::Credential>()) {
        if (at++ % 4 != every && !stops(change, credential, world_.books())) continue;
        const auto* workspace = directory.workspace(credential.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->credentials.find(credential.id);
        if (node == nullptr) {
            fail("S4", "a credential of the books is not in the directory");
            continue;
        }
        const base::Now then{another_moment(now.instant, change.number + at), true};
        for (const auto& [door_id, door] : directory.doors())
            for (const auto& when : {now, then})
                if (model::opens(*workspace, *node, door, when).open != world_.rights().open(credential.id, door_id, when))
                    fail("S4",
                         "the policy and its oracle differ on a credential at door " + door.row.key + " at " + base::to_iso(when.instant));
    }
}

/// Within nine days, and half of the time next to where something begins or ends: a whole minute, an edge of a right on some controller.
Instant Checks::another_moment(Instant now, std::uint64_t number) const
{
    base::SeededRandom random{world_.seed * 1'000'003 + number};
    const auto any = now + base::milliseconds{static_cast<std::int64_t>(random.pick(9 * 24 * 3'600'000))};
    if (random.pick(2) == 0) return any;
    const auto beside = base::milliseconds{static_cast<std::int64_t>(random.pick(3)) - 1};
    const auto& devices = world_.site.devices();
    const auto device = std::next(devices.begin(), static_cast<std::ptrdiff_t>(random.pick(devices.size())))->second;
    const auto& keys = world_.rights().keys(device);
    if (keys.empty() || random.pick(2) == 0) return std::chrono::floor<std::chrono::minutes>(any) + beside;
    const auto& key = *std::next(keys.begin(), static_cast<std::ptrdiff_t>(random.pick(keys.size())));
    const auto edges = world_.rights().edges(device, key, now, now + std::chrono::hours{9 * 24});
    if (edges.empty()) return any;
    return *std::next(edges.begin(), static_cast<std::ptrdiff_t>(random.pick(edges.size()))) + beside;
}

/// What the daemon owes to take away by the changes so far.
void Checks::note_owed(model::ChangeNumber number)
{
    for (const auto& [key, controller] : world_.field.controllers()) note_owed(controller, number);
}

void Checks::note_owed(const Controller& controller, model::ChangeNumber number)
{
    const auto now = world_.now().instant;
    const auto device = id_of(controller);
    auto& watch = watches_[controller.key];
    std::map<std::string, Owed> owed;
    for (const auto& [name, placement] : world_.daemon->directory.placements().of(device)) {
        bool in_place = false; // another code is to be written over it
        const auto right = right_of(controller, placement, in_place);
        const auto open = world_.rights().open(device, right, std::max(now, placement.from));
        const bool acknowledged = placement.leaving && placement.truth == Truth::assumed;
        if ((static_cast<std::uint64_t>(placement.doors) & ~open) == 0 || acknowledged || placement.until <= now) continue;
        const auto known = watch.owed.find(name);
        const bool goes = !in_place && !world_.rights().keys(device).contains(right);
        const bool now_due = goes && number <= world_.daemon->ledger.head() && idle(controller); // what narrows waits for its record
        const Owed fresh{
            number, watch.revokes_sent, world_.clock.now(), false, right, 0, now_due ? std::optional{world_.clock.now()} : std::nullopt};
        owed[name] = known != watch.owed.end() ? known->second : fresh;
    }
    watch.owed = std::move(owed);
}

void Checks::remember(const std::string& controller, const std::string& key, const model::Placement* placement)
{
    auto& watch = watches_[controller];
    ++watch.placements;
    if (const auto known = watch.records.find(key); known != watch.records.end())
        watch.before[key] = known->second;
    else
        watch.before.erase(key);
    if (placement == nullptr)
        watch.records.erase(key);
    else
        watch.records[key] = *placement;
}

/// `verified` is said of what a read showed, and of nothing else.
void Checks::placed(const model::DeviceId& device, std::string_view key)
{
    const auto* placement = world_.daemon->directory.placements().find(device, key);
    for (auto& [name, controller] : world_.field.controllers()) {
        if (id_of(controller) != device) continue;
        remember(name, std::string{key}, placement);
        world_.trace.add("record", name + " " + std::string{key} + (placement == nullptr ? " gone" : text_of(*placement)));
        if (placement == nullptr) {
            const auto& before = watches_[name].before;
            const auto old = before.find(std::string{key});
            const auto where = old == before.end() ? std::string{key} : row_name(old->second);
            if (!controller.proof_at || controller.proof.contains(where))
                fail("R8", std::string{key} + " on " + name + " is called gone though no read says so");
            continue;
        }
        if (placement->truth != Truth::verified || placement->leaving || placement->verified_at != world_.now().instant) continue;
        const auto row = controller.shown.find(row_name(*placement));
        if (row == controller.shown.end())
            fail("R8", std::string{key} + " on " + name + " is called verified though no read showed it");
        else if (row->second.doors != static_cast<std::uint64_t>(placement->doors) || row->second.state != "active" ||
                 instant_of(row->second.until, base::no_end) != placement->until)
            fail("R8", std::string{key} + " on " + name + " is called verified though it was shown differently");
        slot_verified(controller, *placement);
    }
}

/// Outputs that a row opens, or will open, though the policy says no.
std::uint64_t Checks::beyond(const Controller& controller, const Row& row) const
{
    const auto now = world_.now().instant;
    auto shows = now; // by its own clock, where that is off and the daemon knows
    if (const auto ahead = known_ahead(controller); ahead && std::chrono::abs(*ahead) > seconds{63}) shows += *ahead;
    if (row.until && instant_of(row.until, now) <= shows) return 0;
    const auto& rights = world_.rights();
    const bool later =
        instant_of(row.from, now) > std::max(now, shows); // it opens nothing yet; that nobody may ever open by it is told at once
    if (later && rights.keys(id_of(controller)).contains(row.right())) return 0;
    const auto shut = row.doors & ~rights.open(id_of(controller), row.right(), now);
    if (shut == 0 || world_.now().trusted) return shut;
    const auto* placement = record_of(controller, row);
    return placement == nullptr ? shut : shut & ~rights.open(id_of(controller), row.right(), placement->from); // it may have begun
}

/// Whether the row opens more than its record says it may.
bool Checks::wider(const Row& row, const model::Placement& placement) const
{
    if (another_code(row, placement)) return true;
    if ((row.doors & ~placement.may_open()) != 0 || placement.until < instant_of(row.until, base::no_end)) return true;
    return !world_.stepped_back && placement.from > std::max(world_.now().instant, instant_of(row.from, base::no_start));
}

/// Whatever a controller holds of ours stands in the records with all it opens, and with somebody whose it is.
void Checks::rows_recorded(Controller& controller)
{
    const auto* strangers = world_.daemon->reconciler.strangers(id_of(controller));
    if (controller.unprovable) return; // it acknowledged what it did not do, and nobody can look
    for (const auto& [name, row] : controller.rows) {
        if (!row.ours || row.unseen || row.state != "active" || not_to_be_known(controller, row)) continue;
        const auto* placement = record_of(controller, row);
        if (placement == nullptr && strangers != nullptr && strangers->all().contains(name)) continue; // gone once, and back again
        const auto* status = world_.daemon->reconciler.status(id_of(controller));
        if (placement == nullptr && row.slot && (status == nullptr || !status->settled)) continue; // it was reserved when it was read
        if (placement == nullptr) {
            if (beyond(controller, row) == 0) continue; // taken over, its record is on the way
            fail("residual", controller.key + " holds " + name + " and no record says so");
            continue;
        }
        if (wider(row, *placement))
            fail("residual", controller.key + " holds " + name + " wider than its record: " + json::serialize(row.json()));
    }
}

/// What a controller may open and should not stands on the residual list.
void Checks::residuals_told()
{
    const auto& directory = world_.daemon->directory;
    std::set<std::pair<model::DeviceId, model::DoorId>> told; // of a door: to whoever owns it
    for (std::uint64_t workspace = 1; workspace <= 2; ++workspace)
        for (const auto& row : reconcile::residuals(world_.daemon->reconciler, model::id<model::WorkspaceId>(workspace))) {
            const auto* door = directory.door(row.access.door);
            if (door == nullptr || door->row.owner == model::id<model::WorkspaceId>(workspace))
                told.insert({row.access.controller, row.access.door});
        }
    for (const auto& [key, controller] : world_.field.controllers()) {
        const auto device = id_of(controller);
        if (controller.unprovable) continue;
        for (const auto& [name, row] : controller.rows) {
            if (!row.ours || row.unseen || not_to_be_known(controller, row) || record_of(controller, row) == nullptr)
                continue; // or a stranger's, and known as such
            const auto wide = beyond(controller, row);
            auto doorless = wide;
            for (const auto& door : directory.device(device)->doors) {
                const auto bit = std::uint64_t{1} << directory.door(door)->row.output;
                doorless &= ~bit;
                if ((wide & bit) != 0 && !told.contains({device, door}))
                    fail("residual", std::string{key}.append(" may open a door by ").append(name).append(" and the list does not tell"));
            }
            if (doorless != 0 && !told.contains({device, {}}))
                fail("residual",
                     std::string{key}.append(" may open an output without a door by ").append(name).append(" and the list does not tell"));
        }
    }
}

/// A revoke is in effect in five seconds on a controller that nothing is wrong with; behind trouble, in ten more. What is to go altogether
/// waits for no disk; what is written narrower may wait for its record.
void Checks::revokes_in_effect(Controller& controller)
{
    auto& watch = watches_[controller.key];
    const auto now = world_.clock.now();
    const auto& rights = world_.rights().keys(id_of(controller));
    const bool answers = world_.daemon->up() && world_.field.reachable(controller) && controller.troubles == Troubles{} &&
                         now >= controller.mute_until && world_.daemon->fleet.status(id_of(controller))->attached;
    const auto since_when = [now](bool so, std::optional<base::Monotonic>& since) {
        if (!so) since = std::nullopt;
        if (so && !since) since = now;
    };
    since_when(answers, watch.answers_since);
    since_when(answers && world_.at_rest(), watch.clean_since);
    for (auto* known : {&watch.opens, &watch.gone})
        std::erase_if(*known, [&](const auto& one) {
            const auto row = controller.rows.find(one.first);
            return row == controller.rows.end() || beyond(controller, row->second) == 0 ||
                   (known == &watch.gone && rights.contains(row->second.right()));
        });
    for (const auto& [name, row] : controller.rows)
        if (row.ours && !row.unseen && !not_to_be_known(controller, row) && beyond(controller, row) != 0 &&
            record_of(controller, row) != nullptr) {
            watch.opens.try_emplace(name, now);
            if (!rights.contains(row.right())) watch.gone.try_emplace(name, now);
        }
    if (controller.unprovable || now - world_.stepped_at < seconds{5}) return;
    const auto wire = microseconds{controller.traits.op_timeout} + seconds{4} +
                      microseconds{controller.traits.step} * static_cast<std::int64_t>(watch.opens.size() + 2);
    const auto late = [&](const auto& rows, const std::optional<base::Monotonic>& clean) -> const std::string* {
        for (const auto& [name, since] : rows)
            if (clean && now > since + seconds{5} + wire && now > *clean + seconds{15} + wire) return &name;
        return nullptr;
    };
    if (const auto* name = late(watch.opens, watch.clean_since)) return fail("B1", *name + " still opens doors of " + controller.key);
    if (const auto* name = late(watch.gone, watch.answers_since))
        fail("B1", *name + " still opens doors of " + controller.key + ", whatever the disk does");
}

/// A restart that was reported is reason to read the table at once.
void Checks::restart_noticed(Controller& controller)
{
    const auto& watch = watches_[controller.key];
    if (!controller.restarted_at || !controller.traits.readable || !watch.clean_since) return;
    if (controller.proof_at && *controller.proof_at > *controller.restarted_at) return controller.restarted_at.reset();
    const auto span = seconds{45} + microseconds{controller.traits.readback} * 2 + // a read that began in trouble goes on to its deadline
                      microseconds{controller.traits.read} * 3 +
                      microseconds{controller.traits.step} * static_cast<std::int64_t>(controller.rows.size() + 20);
    if (world_.clock.now() - std::max(*controller.restarted_at, *watch.clean_since) < span) return;
    controller.restarted_at.reset();
    fail("B5", controller.key + " restarted and its table is not read");
}

/// Settled for a while, with nothing wrong: its lane waits for a reason to work.
bool Checks::idle(const Controller& controller)
{
    const auto& watch = watches_[controller.key];
    const auto* status = world_.daemon->fleet.status(id_of(controller));
    const bool rests = watch.settled && world_.clock.now() - watch.settled_at > seconds{7};
    const bool by_time = world_.clock.now() - world_.stepped_at < seconds{5}; // what a step ended waits for a look at the clock
    return rests && !by_time && status != nullptr && status->attached && world_.field.reachable(controller) &&
           controller.troubles == Troubles{};
}

/// A revoke runs ahead of the disk: on an idle lane it leaves at once, however slow the disk is.
void Checks::revokes_at_once(const Controller& controller)
{
    auto& watch = watches_[controller.key];
    const bool reachable = world_.field.reachable(controller) && controller.troubles == Troubles{};
    if (!reachable)
        watch.reached_since = std::nullopt;
    else if (!watch.reached_since)
        watch.reached_since = world_.clock.now();
    for (auto& [key, owed] : watch.owed) {
        const bool back =
            world_.rights().keys(id_of(controller)).contains(owed.right);    // granted again meanwhile: no longer to go altogether
        if (back || watch.revokes_sent > owed.mark) owed.due = std::nullopt; // or its turn comes
        if (!owed.due || owed.attempted || world_.clock.now() - *owed.due < base::milliseconds{10}) continue;
        const bool all_along = watch.reached_since && *watch.reached_since <= *owed.due; // what a hung driver was sent it answers later
        owed.due = std::nullopt;
        if (all_along) fail("B1", key + " on " + controller.key + " is not taken away at once");
    }
}

/// Synced means that a read-back equals what the policy says, and nothing else.
void Checks::watch_settled(Controller& controller)
{
    const auto* status = world_.daemon->reconciler.status(id_of(controller));
    if (status == nullptr) return;
    auto& watch = watches_[controller.key];
    if (std::exchange(watch.settled, status->settled) || !status->settled) return;
    watch.settled_at = world_.clock.now();
    if (world_.clock.now() - world_.stepped_at < seconds{10}) return; // lowered by the clock as it went before
    if (!controller.traits.readable || !controller.proof_at) return fail("R3", controller.key + " is called synced without a read");
    if (status->number > world_.daemon->ledger.head()) fail("R3", "synced up to a change that does not exist");
    if (status->number < world_.daemon->ledger.head()) return; // rights are those of the newest
    if (!world_.now().trusted) return;                         // what stands may stay, what is not there may be missing
    if (const auto wrong = difference(controller, controller.proof); !wrong.empty())
        fail("R3", controller.key + " is called synced and its read-back differs: " + wrong);
}

void Checks::codes_shown(const Controller& controller)
{
    auto& watch = watches_[controller.key];
    if (!controller.shown_from || watch.shown_from == controller.shown_from) return;
    watch.shown_from = controller.shown_from;
    const bool complete = controller.proof_at && *controller.proof_at >= *controller.shown_from;
    std::map<std::string, std::uint64_t> codes;
    for (const auto& [name, row] : controller.shown)
        if (row.kind == "pin" && ours_in_slot(controller, row)) codes[row.key] |= row.doors;
    codes_.shown(id_of(controller), codes, complete, *controller.shown_from);
}

/// A code that is free goes to whoever waits for it with the change that freed it.
void Checks::codes_passed_on(const Controller& controller)
{
    if (world_.stepped_back) return;                                  // who was late by a wrong clock asks anew
    if (world_.daemon->ledger.mode() != ledger::Mode::normal) return; // no change is made before the disk is back
    const auto& records = world_.daemon->directory.placements().of(id_of(controller));
    const auto untold = [](const auto& record) { return record.second.superseded; }; // which code stands in its slot is on no record
    if (std::any_of(records.begin(), records.end(), untold)) return;
    const auto recorded = [&records](const std::string& code) { return records.contains("pin:" + code); };
    auto waits = codes_.waits_for_free(id_of(controller), world_.books(), world_.rights(), world_.now().instant, recorded);
    if (!waits.empty()) fail("codes", std::move(waits));
}

void Checks::after_step()
{
    if (world_.daemon) (void)world_.now(); // whoever asks for the time is told the same
    if (!world_.daemon || !world_.daemon->up()) return;
    const bool look = world_.steps % 64 == 0;
    if (world_.steps % 500 == 0) residuals_told();
    for (auto& [key, controller] : world_.field.controllers()) {
        auto& watch = watches_[key];
        const auto* status = world_.daemon->reconciler.status(id_of(controller));
        if (status != nullptr && status->read_at && watch.read_at != status->read_at) controller.known(), slots_read(controller);
        if (status != nullptr) watch.read_at = status->read_at;
        codes_shown(controller);
        watch_settled(controller);
        revokes_at_once(controller);
        restart_noticed(controller);
        const bool moved = watch.seen_table != controller.version || watch.seen_placements != watch.placements;
        const bool changed = std::exchange(watch.changes, changes_) != changes_;
        if (moved || changed || look) rows_recorded(controller), revokes_in_effect(controller);
        if (moved || changed) codes_passed_on(controller);
        watch.seen_table = controller.version;
        watch.seen_placements = watch.placements;
    }
}

} // namespace gatehouse::sim
