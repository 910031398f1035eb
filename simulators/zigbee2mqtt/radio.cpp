#include "zigbee2mqtt/radio.hpp"

#include "zigbee2mqtt/conversions.hpp"
#include "zigbee2mqtt/messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gatehouse::simulators::zigbee2mqtt {
namespace {

/// The first that waits goes out at `from`.
void send_first(Bridge& bridge, Member& member, std::chrono::milliseconds from)
{
    member.fails = bridge.radio_dice.chance(bridge.radio_fails);
    member.unheard = !member.fails && bridge.radio_dice.chance(bridge.radio_loses_answers);
    const auto pace = bridge.faults.ops_per_s > 0 ? std::chrono::milliseconds{static_cast<std::int64_t>(1000 / bridge.faults.ops_per_s)}
                                                  : bridge.installation.radio;
    member.done_at = from + (member.fails || member.unheard ? bridge.installation.radio_timeout : pace);
}

void log_failure(Bridge& bridge, const Member& member, const Request& request, common::Effects& out)
{
    std::uint32_t number = 0;
    for (const auto c : member.lock.name) number = number * 31 + static_cast<unsigned char>(c);
    const auto why = fmt::format("Error: ZCL command 0x000d6f00{:08x}/1 {} failed (Timeout after {}ms)", number, spelled(request),
                                 bridge.installation.radio_timeout.count());
    out.messages.push_back(logged_error(bridge, failure(request.reads, request.key, member.lock.name, why)));
}

/// True when this write happens. The lock says yes in any case.
bool write_happens(Bridge& bridge, const Member& member, std::size_t slot)
{
    const auto has_room =
        !bridge.faults.table_full || member.lock.slots.contains(slot) || member.lock.slots.size() < *bridge.faults.table_full;
    if (has_room && !bridge.faults.write_fails && !bridge.dice.chance(bridge.faults.ack_but_not_stored)) return true;
    ++bridge.counters.writes_lost;
    return false;
}

void move_bolt(Bridge& bridge, Member& member, bool locked, common::Moment now, common::Effects& out)
{
    move(member.lock, locked, now, bridge.installation.auto_relock);
    heard(bridge, member, Event{.action = locked ? "lock" : "unlock", .user = std::nullopt, .source = 1}, out);
    heard_bolt(bridge, member, out);
}

void put_code(Bridge& bridge, Member& member, const Request& request, common::Effects& out)
{
    if (!write_happens(bridge, member, request.slot)) return;
    const auto stored = store(member.lock, request.slot, request.content, bridge.installation.refuses_duplicates);
    if (stored == Stored::refused || !bridge.installation.programming_events) return;
    heard(bridge, member, Event{.action = stored == Stored::added ? "pin_code_added" : "pin_code_changed", .user = request.slot}, out);
}

void clear_code(Bridge& bridge, Member& member, const Request& request, common::Effects& out)
{
    if (!write_happens(bridge, member, request.slot)) return;
    if (clear(member.lock, request.slot) && bridge.installation.programming_events)
        heard(bridge, member, Event{.action = "pin_code_deleted", .user = request.slot}, out);
}

void put_status(Bridge& bridge, Member& member, const Request& request)
{
    const auto slot = member.lock.slots.find(request.slot);
    // A slot that holds nothing has no status to change, and one that holds a code is not freed this way.
    if (slot == member.lock.slots.end() || request.content.status == SlotStatus::available) return;
    if (write_happens(bridge, member, request.slot)) slot->second.status = request.content.status;
}

void carry_out(Bridge& bridge, Member& member, const Request& request, common::Moment now, common::Effects& out)
{
    ++bridge.counters.commands;
    switch (request.order) {
    case Order::lock:
        return move_bolt(bridge, member, true, now, out);
    case Order::unlock:
        return move_bolt(bridge, member, false, now, out);
    case Order::toggle:
        return move_bolt(bridge, member, !member.lock.locked, now, out);
    case Order::read_state:
        return heard_bolt(bridge, member, out);
    case Order::put_code:
        return put_code(bridge, member, request, out);
    case Order::clear_code:
        return clear_code(bridge, member, request, out);
    case Order::put_status:
        return put_status(bridge, member, request);
    case Order::read_code:
    case Order::read_status:
        return heard_slot(bridge, member, request.slot, request.order == Order::read_code, out);
    }
}

} // namespace

void ask(Bridge& bridge, Member& member, Request request, common::Moment now)
{
    member.waiting.push_back(std::move(request));
    if (member.waiting.size() == 1) send_first(bridge, member, now.running);
}

void run_radio(Bridge& bridge, Member& member, common::Moment now, common::Effects& out)
{
    constexpr auto lateness = std::chrono::milliseconds{50}; // a late turn does not slow the pace
    while (next_answer_at(bridge, member) <= now.running) {
        auto request = std::move(member.waiting.front());
        member.waiting.pop_front();
        const auto failed = member.fails || member.unheard;
        const auto reads = request.order == Order::read_code || request.order == Order::read_status || request.order == Order::read_state;
        if (!member.fails && !(member.unheard && reads)) carry_out(bridge, member, request, now, out);
        if (failed) log_failure(bridge, member, request, out); // and the slots that were still to be asked are forgotten
        const auto more = request.goes_on && !failed && request.slot + 1 < member.lock.slot_count;
        if (more) {
            ++request.slot;
            member.waiting.push_back(std::move(request));
        }
        if (!member.waiting.empty()) send_first(bridge, member, std::max(member.done_at, now.running - lateness));
    }
}

std::chrono::milliseconds next_answer_at(const Bridge& bridge, const Member& member)
{
    return member.waiting.empty() || bridge.faults.busy ? never : member.done_at;
}

} // namespace gatehouse::simulators::zigbee2mqtt
