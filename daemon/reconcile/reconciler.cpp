#include "reconcile/reconciler.hpp"

#include "base/turn.hpp"
#include "base/vital.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <set>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using model::Truth;

namespace {

constexpr base::seconds look_at_time{1};
constexpr base::milliseconds a_step{500};
constexpr base::seconds nobodys_every{60};
constexpr std::size_t clocks_a_turn = 16; // one that is judged otherwise touches its lane
constexpr base::seconds put_within{60};   // besides what reads take: then what is not proven is told
constexpr base::seconds alarm_after{9};   // bound B7 is 10 s, from the answer to the alarm

/// How long a device may owe the proof that it no longer opens what it should not, a whole entry or some of its doors, before the alarm is
/// raised; nothing when it owes none. An acknowledgement counts for as long as a read-back may take.
std::optional<base::milliseconds> patience_with(const Tools& tools, const model::Placement& placement)
{
    if (placement.truth == Truth::verified && !placement.leaving) return std::nullopt;
    const auto* device = tools.directory.device(placement.device);
    if (device == nullptr) return std::nullopt;
    const auto granted = entitled(tools.directory, *device, placement, tools.clock.site(), tools.honours_start(placement.device)).doors;
    if ((placement.may_open() & ~granted) == 0 && !placement.superseded) return std::nullopt;
    const auto* status = placement.truth == Truth::assumed ? tools.fleet.status(placement.device) : nullptr;
    return alarm_after + (status == nullptr ? base::milliseconds{} : status->capabilities.readback_time * 2);
}

/// Whether something is still to come of an entry that is to be there. What the device refused stands as an error on what it is for.
bool waits_for_proof(const model::Placement& placement, const devices::Capabilities& capabilities)
{
    if (placement.leaving || placement.truth == Truth::verified || placement.truth == Truth::refused) return false;
    return placement.truth != Truth::assumed || capabilities.readback != devices::Readback::none;
}

} // namespace

Reconciler::Reconciler(Tools tools) : tools_{tools}, residual_{tools.ledger.executor()}
{
    tools_.ledger.on_placed([this](const model::DeviceId& device, std::string_view key) {
        const auto* placement = tools_.directory.placements().find(device, key);
        if (unproven_.follow(device, key, placement, tools_.clock.now())) proven(*placement);
    });
}

void Reconciler::refresh(std::span<const ledger::Cursor> cursors)
{
    std::erase_if(lanes_, [](const auto& lane) { return lane.second->at_rest(); });
    for (const auto& [id, lane] : lanes_) {
        if (tools_.directory.device(id) == nullptr) lane->touch(true); // it sees that its device is gone, and ends
        lane->mind_address();
    }
    std::map<std::string_view, const std::string*> marks;
    for (const auto& cursor : cursors) marks[cursor.name] = &cursor.value;
    const auto mark_of = [&marks](std::string_view kind, const model::DeviceId& device) {
        const auto found = marks.find(std::string{kind} + to_string(device));
        return found == marks.end() ? std::string{} : *found->second;
    };
    for (const auto& [id, device] : tools_.directory.devices()) {
        auto& lane = lanes_[id];
        if (lane) continue;
        auto contact = mark_of("contact:", id), address = mark_of("address:", id);
        const auto word = mark_of("word:", id), attested = mark_of("attested:", id);
        tools_.fleet.remember_clock(id, devices::device_clock_from(mark_of("clock:", id)));
        if (mark_of("setup:", id) == "differs") tools_.fleet.remember_difference(id);
        attestations_.erase(id);
        if (!attested.empty()) attestations_[id] = attestations_from(attested);
        for (const auto& [key, placement] : tools_.directory.placements().of(id)) unproven_.follow(id, key, &placement, tools_.clock.now());
        lane = std::make_unique<Lane>(tools_, id, std::move(contact), std::move(address), with_strangers_, unproven_);
        lane->mind_address();
        if (auto given = word_from(word)) lane->adopt(std::move(*given));
        asio::co_spawn(tools_.ledger.executor(), lane->run(), base::vital("lane"));
    }
}

std::set<model::DeviceId> Reconciler::devices_of(std::span<const model::DoorId> doors) const
{
    std::set<model::DeviceId> devices;
    for (const auto& id : doors)
        if (const auto* door = tools_.directory.door(id)) devices.insert(door->row.device);
    return devices;
}

void Reconciler::applied(const ledger::TouchedDoors& doors)
{
    const auto everybody = devices_of(doors.everybody), narrowed = devices_of(doors.narrowed);
    const auto who = std::make_shared<const model::Concerned>(doors.concerned);
    for (const auto& id : devices_of(doors.all))
        if (const auto lane = lanes_.find(id); lane != lanes_.end())
            lane->second->concern(everybody.contains(id) ? nullptr : who, narrowed.contains(id));
    wake(narrowed, true);
}

void Reconciler::durable(const ledger::TouchedDoors& doors)
{
    wake(devices_of(doors.all), false);
}

void Reconciler::touch(std::span<const model::DoorId> doors, bool urgent)
{
    const auto touched = devices_of(doors);
    const std::vector<model::DeviceId> devices{touched.begin(), touched.end()};
    touch(devices, urgent);
}

void Reconciler::touch(std::span<const model::DeviceId> devices, bool urgent)
{
    for (const auto& id : devices)
        if (const auto lane = lanes_.find(id); lane != lanes_.end()) lane->second->concern(nullptr, urgent);
    wake({devices.begin(), devices.end()}, urgent);
}

void Reconciler::wake(const std::set<model::DeviceId>& devices, bool urgent)
{
    for (const auto& id : devices)
        if (const auto lane = lanes_.find(id); lane != lanes_.end()) lane->second->touch(urgent);
    if (urgent) residual_.notify();
}

void Reconciler::heard(const devices::Notification& notification)
{
    const auto lane = lanes_.find(notification.device);
    if (lane == lanes_.end()) return;
    // One that was out of reach may have lost its table on the way; an answer after a slow command says nothing of that kind.
    if (const auto* online = std::get_if<devices::Online>(&notification.what)) {
        if (online->reason == "boot")
            lane->second->began_anew();
        else if (online->reason == "connected" || online->back)
            lane->second->was_away();
        else
            lane->second->alive();
    }
    if (const auto* judged = std::get_if<devices::ClockJudged>(&notification.what)) lane->second->clock_judged(*judged);
    if (const auto* settings = std::get_if<devices::SetupTold>(&notification.what)) lane->second->settings_told(*settings);
    if (std::holds_alternative<devices::LineUp>(notification.what)) lane->second->was_away();
    if (std::holds_alternative<devices::Attached>(notification.what)) lane->second->was_away();
    const auto* record = std::get_if<devices::Record>(&notification.what);
    if (record != nullptr && record->kind == "table_changed") lane->second->look();
    if (record != nullptr && record->kind == "granted" && record->key_kind && !record->key.empty()) {
        devices::Entry entry;
        entry.key = record->key, entry.kind = *record->key_kind, entry.slot = record->slot;
        lane->second->let_in(std::move(entry));
    }
    if (std::holds_alternative<devices::Restarted>(notification.what)) lane->second->began_anew();
}

asio::awaitable<base::Result<void>> Reconciler::adopt(model::DeviceId device, Word word)
{
    const auto lane = lanes_.find(device);
    if (lane == lanes_.end()) co_return base::fail(base::Fault::not_found, "no such controller", "controller_not_found");
    if (auto taken = tools_.ledger.takes_records(); !taken) co_return taken;
    spdlog::info("foreign_entries_word device={} word={} entries={}", to_string(device), word.what == Foreign::remove ? "remove" : "keep",
                 word.marks.size());
    ledger::PlacementBatch batch;
    batch.cursors.push_back({"word:" + to_string(device), to_text(word)});
    lane->second->adopt(std::move(word)); // in this turn, or the end of an earlier word would be written over it
    const auto stored = co_await tools_.ledger.record(std::move(batch));
    co_return stored;
}

const LaneStatus* Reconciler::status(const model::DeviceId& device) const
{
    const auto lane = lanes_.find(device);
    return lane == lanes_.end() ? nullptr : &lane->second->status();
}

const DevicePolicy& Reconciler::policy(const model::DeviceId& device) const
{
    static const DevicePolicy usual;
    const auto lane = lanes_.find(device);
    return lane == lanes_.end() ? usual : lane->second->policy();
}

const Strangers* Reconciler::strangers(const model::DeviceId& device) const
{
    const auto lane = lanes_.find(device);
    return lane == lanes_.end() ? nullptr : &lane->second->strangers();
}

std::optional<base::Instant> Reconciler::second_writer(const model::DeviceId& device) const
{
    const auto lane = lanes_.find(device);
    return lane == lanes_.end() ? std::nullopt : lane->second->second_writer();
}

std::optional<base::Instant> Reconciler::overdue(const model::DeviceId& device) const
{
    const auto marks = unproven_.all().find(device);
    if (marks == unproven_.all().end()) return std::nullopt;
    for (const auto& [key, mark] : marks->second) {
        const auto* placement = mark.alarmed ? tools_.directory.placements().find(device, key) : nullptr;
        if (placement != nullptr && patience_with(tools_, *placement)) return placement->since;
    }
    return std::nullopt;
}

std::optional<base::microseconds> Reconciler::waited(const model::DeviceId& device, std::string_view key) const
{
    const auto* mark = unproven_.find(device, key);
    if (mark == nullptr) return std::nullopt;
    return tools_.clock.now() - mark->from;
}

asio::awaitable<void> Reconciler::watch_time()
{
    auto& clock = tools_.clock;
    auto before = clock.site();
    auto ahead = before.instant.time_since_epoch() - clock.now().time_since_epoch();
    for (;;) {
        co_await clock.wait_for(look_at_time);
        const auto now = clock.site();
        const auto goes = now.instant.time_since_epoch() - clock.now().time_since_epoch();
        const bool stepped = std::chrono::abs(goes - ahead) > a_step;
        ahead = goes;
        const bool other_trust = std::exchange(before, now).trusted != now.trusted;
        std::optional<model::DeviceId> behind;
        do {
            behind = tools_.fleet.look_at_clocks(behind, clocks_a_turn);
            if (behind) co_await base::next_turn();
        } while (behind);
        if (!stepped && !other_trust) continue;
        co_await everybody_anew();
        residual_.notify();
    }
}

/// By the time as it goes now, everything is to be looked at.
asio::awaitable<void> Reconciler::everybody_anew()
{
    std::size_t touched = 0;
    for (auto lane = lanes_.begin(); lane != lanes_.end();) {
        const auto last = lane->first;
        lane->second->concern(nullptr, true);
        lane->second->touch(true);
        if (++lane == lanes_.end() || ++touched % tools_.slice != 0) continue;
        co_await base::next_turn();
        lane = lanes_.upper_bound(last);
    }
}

asio::awaitable<void> Reconciler::watch_residuals()
{
    for (;;) {
        const auto now = tools_.clock.now();
        auto next = now + alarm_after; // what leaves after this look is alarmed a moment after the pause ends
        for (const auto& [id, lane] : lanes_) {
            if (lane->claims_edge() <= tools_.clock.wall()) lane->mark_leaving();
            if (lane->claims_edge() != base::no_end)
                next = std::min(next, now + std::max(lane->claims_edge() - tools_.clock.wall(), base::milliseconds{50}));
        }
        next = co_await look_for_owed(now, next);
        co_await residual_.wait(tools_.clock, next);
    }
}

/// Raises the alarm for what is owed for too long, a slice a turn; answers the moment the next one is due.
asio::awaitable<base::Monotonic> Reconciler::look_for_owed(base::Monotonic now, base::Monotonic next)
{
    std::size_t looked = 0;
    std::pair<model::DeviceId, std::string> behind;
    for (auto device = unproven_.all().begin(); device != unproven_.all().end();) {
        auto& marks = device->second;
        auto at = behind.second.empty() || device->first != behind.first ? marks.begin() : marks.upper_bound(behind.second);
        for (; at != marks.end() && looked < tools_.slice; ++at, ++looked) {
            look_at(device->first, at->first, at->second, now, next);
            behind = {device->first, at->first};
        }
        if (at == marks.end()) {
            ++device;
            continue;
        }
        co_await base::next_turn();
        looked = 0;
        device = unproven_.all().lower_bound(behind.first);
    }
    co_return next;
}

void Reconciler::look_at(const model::DeviceId& device, const std::string& key, Unproven::Mark& mark, base::Monotonic now,
                         base::Monotonic& next)
{
    const auto* placement = mark.alarmed ? nullptr : tools_.directory.placements().find(device, key);
    if (placement == nullptr) return;
    const auto patience = patience_with(tools_, *placement);
    if (!patience) return look_at_put(*placement, mark, now, next);
    if (mark.from + *patience > now) {
        next = std::min(next, mark.from + *patience);
        return;
    }
    mark.alarmed = true;
    alarm(*placement);
}

/// What is to be there and is written in vain is told once for its device, where it holds the lane up.
void Reconciler::look_at_put(const model::Placement& placement, Unproven::Mark& mark, base::Monotonic now, base::Monotonic& next)
{
    const auto* status = tools_.fleet.status(placement.device);
    const auto lane = lanes_.find(placement.device);
    if (mark.told || status == nullptr || lane == lanes_.end() || !waits_for_proof(placement, status->capabilities)) return;
    const auto due = mark.from + put_within + status->capabilities.readback_time * 4;
    if (due > now) {
        next = std::min(next, due);
        return;
    }
    mark.told = true;
    lane->second->tell_of_late(placement);
}

/// Everybody whose access should have ended hears of it; who has a right to what the entry opens learns nothing of the others.
void Reconciler::alarm(const model::Placement& placement)
{
    const auto* device = tools_.directory.device(placement.device);
    if (device == nullptr) return;
    const auto& key = device->row.key;
    const auto granted = entitled(tools_.directory, *device, placement, tools_.clock.site(), tools_.honours_start(placement.device));
    const auto beyond = placement.may_open() & ~granted.doors;
    for (const auto& holder : holders_now(placement, granted.holders)) {
        if ((holder.doors & beyond) == 0 && !placement.superseded) continue;
        if (holder.credential.nil()) { // a whole table may come back: one word a minute tells as much
            const auto [told, first] = nobodys_told_.try_emplace({placement.device, holder.workspace}, tools_.clock.now());
            if (!first && tools_.clock.now() - told->second < nobodys_every) continue;
            told->second = tools_.clock.now();
        }
        spdlog::error("residual_access device={} user={} truth=unproven", key, holder.user ? to_string(*holder.user) : "");
        model::Event event;
        event.workspace = holder.workspace;
        event.type = "gatehouse.residual_access";
        event.body = {{"controller_id", to_string(placement.device)}};
        event.refs = {placement.device.value};
        if (!holder.credential.nil()) { // else of what came back, and is nobody's any more
            event.body.emplace_back("acs_credential_id", to_string(holder.credential));
            event.refs.push_back(holder.credential.value);
        }
        tools_.ledger.note({"gatehouse", "gateway"}, std::move(event));
    }
}

} // namespace gatehouse::reconcile
