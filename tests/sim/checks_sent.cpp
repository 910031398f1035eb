#include "sim/world.hpp"

// What may leave the daemon, judged at the moment it does.

namespace gatehouse::sim {

namespace {

constexpr base::seconds patience{15}; // a disk that hangs may keep a record that long

} // namespace

using base::Instant;

Instant instant_of(const std::optional<std::int64_t>& epoch, Instant open)
{
    return epoch ? Instant{base::seconds{*epoch}} : open;
}

Row row_of_step(const json::object& step)
{
    Row row{.key = text_in(step, "key"), .kind = text_in(step, "key_kind")};
    if (const auto from = text_in(step, "from"); !from.empty()) row.from = std::stoll(from);
    if (const auto* slot = step.if_contains("slot")) row.slot = slot->to_number<std::int64_t>();
    if (const auto until = text_in(step, "until"); !until.empty()) row.until = std::stoll(until);
    if (const auto* doors = step.if_contains("doors"))
        for (const auto& door : doors->as_array()) row.doors |= std::uint64_t{1} << door.as_int64();
    return row;
}

void Checks::sent(Controller& controller, const json::object& request)
{
    const auto* steps = request.if_contains("steps");
    if (steps == nullptr) return;
    if (controller.proof_at && controller.proof_at > controller.restarted_at) controller.restarted_at.reset();
    if (controller.restarted_at) controller.restarted_at = world_.clock.now(); // a write that cannot wait ends a read
    std::vector<Row> puts;
    std::set<std::string> drops;
    for (const auto& value : steps->as_array()) {
        auto row = controller.traits.named(row_of_step(value.as_object()));
        const auto* placement = record_of(controller, row);
        if (placement != nullptr) row.record = placement->key;
        if (text_in(value.as_object(), "op") == "drop") {
            drops.insert(row.id());
            drop_sent(controller, row.id(), placement);
            slot_dropped(controller, row, placement);
        } else {
            puts.push_back(row);
            put_sent(controller, row, placement);
        }
    }
    order_sent(controller, puts, drops);
}

void Checks::put_sent(Controller& controller, const Row& row, const model::Placement* placement)
{
    if (placement == nullptr) return fail("placement", row.name() + " goes to " + controller.key + " without a record");
    const auto& before = watches_[controller.key].before;
    const auto old = before.find(row.name()); // what it may have held by then: less than that is a denial, which may run ahead
    const bool gives = old == before.end() || wider(row, old->second);
    if (gives && placement->number > durable_ && placement->number > world_.daemon->ledger.durable())
        fail("durable", row.name() + " goes to " + controller.key + " by a change that is not on the disk");
    never_wider(controller, row);
    nothing_by_doubtful_time(controller, row);
    if (row.kind == "pin") codes_.sent(id_of(controller), row.key, row.doors, world_.books(), world_.clock.now());
    slot_sent(controller, row);
    lease_written(controller, row);
    start_left_to_it(controller, row);
    record_durable(controller, row);
    sent_for_nothing(controller, row, placement);
}

/// With a clock in doubt nothing is given that needs a time: what stands may be written narrower, and what was lost is not written again.
void Checks::nothing_by_doubtful_time(Controller& controller, const Row& row)
{
    const auto now = world_.now();
    if (now.trusted) return;
    const auto until = controller.traits.validity == "none" ? now.instant : instant_of(row.until, base::no_end);
    std::uint64_t doubtful = 0;
    for (std::uint64_t bit = 1; bit != 0 && bit <= row.doors; bit <<= 1)
        if ((row.doors & bit) != 0 && !world_.rights().surely(id_of(controller), row.right(), bit, now, until)) doubtful |= bit;
    if (doubtful == 0) return;
    const auto& before = watches_[controller.key].before;
    const auto old = before.find(row.id());
    const bool stood = old != before.end() && (doubtful & ~old->second.may_open()) == 0 && old->second.until >= until;
    if (!stood) fail("S3", row.name() + " goes to " + controller.key + " by a time that is in doubt: " + json::serialize(row.json()));
}

/// Every entry that is written is allowed by the policy as it is when the write leaves.
void Checks::never_wider(Controller& controller, const Row& row)
{
    const auto now = world_.now().instant;
    const auto device = id_of(controller);
    const auto& rights = world_.rights();
    const auto wide = [&](std::string_view why) {
        fail("never wider", row.name() + " goes to " + controller.key + " " + std::string{why} + ": " + json::serialize(row.json()));
    };
    if (!controller.traits.separable && row.doors != rights.outputs(device)) wide("without all its doors");
    if (world_.stepped_back && world_.clock.now() - world_.stepped_at < base::seconds{10}) return; // open by the clock as it went before
    if (controller.traits.validity == "none") {
        if ((row.doors & ~rights.served(device, row.right(), now)) != 0) wide("and opens what is shut");
        return;
    }
    const auto from = std::max(instant_of(row.from, now), now), until = instant_of(row.until, base::no_end);
    if (!rights.open_all(device, row.right(), row.doors, from, until)) wide("and opens at times when it should not");
}

/// How far its clock is ahead of the site's, as the daemon was told long enough ago to go by it; nothing when it need not know.
std::optional<base::milliseconds> Checks::known_ahead(const Controller& controller) const
{
    const auto now = world_.clock.now();
    const bool told = controller.told_clock && now - controller.told_clock->at > base::seconds{2};
    if (!told || !world_.now().trusted || now - world_.stepped_at < base::seconds{10}) return std::nullopt;
    return world_.field.right_time() + controller.told_clock->ahead - world_.now().instant;
}

/// What begins later waits for its time at the gateway where the controller's clock is off.
void Checks::start_left_to_it(Controller& controller, const Row& row)
{
    const auto now = world_.now().instant, from = instant_of(row.from, now);
    if (from <= now + base::seconds{1}) return;
    if (world_.rights().open_all(id_of(controller), row.right(), row.doors, now, from)) return; // it may open at once, by what came since
    const auto ahead = known_ahead(controller);
    if (ahead && std::chrono::abs(*ahead) > base::seconds{63})
        fail("clock", row.name() + " goes to " + controller.key + ", whose clock is off, and begins later: " + json::serialize(row.json()));
}

void Checks::lease_written(Controller& controller, const Row& row)
{
    const auto lease = lease_of(controller);
    if (controller.traits.validity == "none" || !lease) return;
    if (world_.clock.now() - world_.stepped_at < base::seconds{10}) return; // counted by the clock as it went before
    const auto now = world_.now().instant;
    const auto from = std::max(instant_of(row.from, now), now), until = instant_of(row.until, base::no_end);
    if (until <= now + *lease) return;
    if (!world_.rights().leaseless(id_of(controller), row.right(), row.doors, from, until))
        fail("lease", row.name() + " goes to " + controller.key + " for longer than its lease");
}

/// The record of what a controller may hold is on the disk before it is told to hold it.
void Checks::record_durable(Controller& controller, const Row& row)
{
    if (stored_at_ != world_.commits) {
        stored_.clear();
        const store::Sink sink{.row = [](model::Row&&) {},
                               .placement =
                                   [this](model::Placement&& placement) {
                                       const auto at = std::pair{placement.device, placement.key};
                                       stored_.emplace(at, std::move(placement));
                                   }};
        if (const auto loaded = world_.store.load(sink); !loaded) fail("store", loaded.error().detail);
        stored_at_ = world_.commits;
    }
    const auto found = stored_.find({id_of(controller), row.id()});
    const bool covered = found != stored_.end() && found->second.slot == row.slot && !another_code(row, found->second) &&
                         (row.doors & ~found->second.may_open()) == 0 && found->second.from <= instant_of(row.from, base::no_start) &&
                         found->second.until >= instant_of(row.until, base::no_end);
    if (!covered) fail("placement", row.name() + " goes to " + controller.key + " and its record is not on the disk");
}

/// Nothing is written where nothing differs, and no lease is renewed much before its half.
void Checks::sent_for_nothing(Controller& controller, const Row& row, const model::Placement* placement)
{
    if (!world_.healing || !watches_[controller.key].settled || placement->truth == model::Truth::refused) return;
    const auto before = watches_[controller.key].before.find(row.id());
    if (before == watches_[controller.key].before.end() || before->second.leaving) return; // taken over; or it was to go, and came back
    const auto held = controller.rows.find(row.name());
    if (held == controller.rows.end() || held->second.doors != row.doors || held->second.key != row.key) return;
    const auto lease = lease_of(controller);
    const bool ends = held->second.until && row.until && lease && *held->second.until != *row.until;
    if (!ends && (held->second.until != row.until || held->second.from != row.from)) return; // an edge came
    if (ends && instant_of(held->second.until, base::no_end) <= world_.now().instant + *lease * 5 / 8 + base::seconds{2}) return;
    const auto now = world_.now().instant, until = instant_of(row.until, base::no_end), held_until = instant_of(held->second.until, until);
    const bool too_long = held_until > until + std::chrono::minutes{2} ||
                          !world_.rights().open_all(id_of(controller), row.right(), row.doors, now, held_until + base::seconds{2});
    if (ends && held_until > until && too_long) return;
    if (ends && !world_.rights().open_all(id_of(controller), row.right(), row.doors, now, until + base::seconds{2})) return; // its own end
    fail("nothing differs", row.name() + " goes to " + controller.key + ", which holds it; its record says " +
                                std::string{reconcile::to_string(placement->truth)} + ", until " +
                                std::to_string(std::chrono::floor<base::seconds>(placement->until).time_since_epoch().count()));
}

void Checks::drop_sent(Controller& controller, const std::string& key, const model::Placement* placement)
{
    if (placement != nullptr) return;
    const auto* status = world_.daemon->reconciler.status(id_of(controller));
    const auto& policy = world_.daemon->directory.device(id_of(controller))->row.policy;
    const bool told = policy.find("\"on_first_contact\":\"remove\"") != std::string::npos || world_.words(controller.key);
    if (status->first_contact && !told) fail("foreign", key + " is removed from " + controller.key + " at first contact without a word");
}

/// Whether the put takes something away from what the record said before it was made ready for the put.
bool Checks::narrows(const Controller& controller, const Row& row)
{
    const auto& before = watches_[controller.key].before;
    const auto old = before.find(row.id());
    if (old == before.end()) return false;
    if (row.slot && (old->second.superseded || another_code(row, old->second))) return true; // the earlier code goes
    return (old->second.may_open() & ~row.doors) != 0 || old->second.until > instant_of(row.until, base::no_end) ||
           old->second.from < instant_of(row.from, base::no_start);
}

/// All that is to be taken away was at least tried before anything is given by a lowering that knew of it.
void Checks::order_sent(Controller& controller, const std::vector<Row>& puts, const std::set<std::string>& drops)
{
    auto& watch = watches_[controller.key];
    const auto& placements = world_.daemon->directory.placements();
    note_owed(controller, world_.daemon->ledger.head() + 1); // what ended by time alone, no lowering need know of
    bool revokes = !drops.empty();
    for (auto& [key, owed] : watch.owed) owed.attempted = owed.attempted || drops.contains(key);
    for (const auto& put : puts) {
        if (const auto owed = watch.owed.find(put.id()); owed != watch.owed.end()) owed->second.attempted = true;
        revokes = revokes || narrows(controller, put);
    }
    if (revokes) ++watch.revokes_sent;
    for (auto& [key, owed] : watch.owed) owed.among = std::max(owed.among, watch.owed.size());
    for (const auto& [key, owed] : watch.owed) // whatever becomes of the others, its turn comes
        if (!owed.attempted && watch.revokes_sent - owed.mark > 3 * owed.among + 24 && world_.clock.now() - owed.since > patience)
            fail("R6", key + " on " + controller.key + " is never tried");
    for (const auto& put : puts) {
        const auto* placement = placements.find(id_of(controller), put.id());
        if (placement == nullptr || narrows(controller, put)) continue;
        for (const auto& [leaving, owed] : watch.owed) {
            if (owed.attempted || owed.number > placement->number || watch.revokes_sent > owed.mark) continue;
            fail("R6", put.id() + " is given by " + controller.key + " before " + leaving + " is taken away");
        }
    }
}

/// Nobody asked for a door to open in a run, so nothing may ever open one.
void Checks::other(const json::object& request)
{
    const auto type = text_in(request, "type");
    if (type != "attach") return fail("S2", "the daemon sends " + type + " though nobody asked");
    for (const auto& door : request.at("doors").as_array())
        if (text_in(door.as_object(), "mode") != "locked") fail("S2", "a door is attached unlocked");
}

} // namespace gatehouse::sim
