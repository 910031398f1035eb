#include "mqtt/firmware.hpp"

#include "mqtt/commands.hpp"
#include "mqtt/inbox.hpp"
#include "mqtt/messages.hpp"
#include "mqtt/relays.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

constexpr std::size_t inbox_room = 12; ///< about 2 KiB a waiting command, and little memory to spare

/// What really leaves: nothing while silent or without a connection.
Output sent(const Board& board, Output out)
{
    if (board.silent || !board.connected) out.messages.clear();
    return out;
}

/// How long a command takes: at the pace of a slow controller, or while the loop looks for a time server.
std::chrono::milliseconds duration_of_command(Board& board)
{
    if (board.faults.clock_unset) return std::chrono::milliseconds{board.dice.below(10'000)};
    if (board.faults.ops_per_s > 0) return std::chrono::milliseconds{static_cast<std::int64_t>(1000 / board.faults.ops_per_s)};
    return std::chrono::milliseconds{0};
}

void run_inbox(Board& board, common::Moment now, Output& out)
{
    constexpr auto lateness = std::chrono::milliseconds{50}; // a late turn does not slow the pace
    while (next_command_at(board) <= now.running && !out.restarts) {
        const auto command = std::move(board.inbox.front());
        board.inbox.pop_front();
        board.command_done_at = std::max(board.command_done_at, now.running - lateness) + duration_of_command(board);
        run_command(board, command, now, out);
    }
}

void crash(Board& board, Output& out)
{
    ++board.counters.crashes;
    out.restarts = true;
}

void beat(Board& board, common::Moment now, Output& out)
{
    const auto time = epoch(board, now);
    if (!board.connected || time <= board.next_beat) return;
    out.messages.push_back(heartbeat_message(board, now));
    board.next_beat = time + static_cast<std::uint32_t>(board.settings.heartbeat.count());
}

void watch_door(Board& board, common::Moment now, Output& out)
{
    const auto longest = board.settings.longest_open;
    if (!board.door_open || board.door_alarmed || longest.count() == 0 || !board.settings.has_contact) return;
    if (now.running - board.door_opened_at < longest) return;
    board.door_alarmed = true;
    write_log(board, out, {"WARN", "tamper", "Door wasn't closed within max open time!"}, now);
}

json::value access_of(const Board& board, const Verdict& verdict)
{
    const auto let_in = verdict.access == Access::always || verdict.access == Access::admin;
    if (!let_in || board.relays.size() == 1) return json::value(text(verdict.access));
    json::array words; // account types other than these three add no word at all
    for (const auto account : verdict.accounts) {
        if (account == 0) words.emplace_back("Disabled");
        if (account == 1) words.emplace_back("Always");
        if (account == 99) words.emplace_back("Admin");
    }
    return words;
}

} // namespace

std::chrono::milliseconds next_command_at(const Board& board)
{
    const auto runs = !board.inbox.empty() && board.connected && !board.faults.busy;
    return runs ? board.command_done_at : std::chrono::milliseconds::max();
}

Output connected(Board& board, common::Moment now)
{
    board.connected = true;
    ++board.counters.connects;
    Output out;
    out.messages.push_back(boot_message(board, now));
    return sent(board, std::move(out));
}

void disconnected(Board& board)
{
    board.connected = false;
}

Output receive(Board& board, std::string_view payload, common::Moment now)
{
    Output out;
    if (!board.powered) return out;
    if (board.silent) {
        ++board.counters.requests_dropped;
        return out;
    }
    auto received = read_message(payload, board.ip, board.leftover);
    if (received.reception == Reception::crash) {
        crash(board, out);
        return out;
    }
    if (received.reception == Reception::ignored) {
        ++board.counters.ignored;
        return out;
    }
    if (board.inbox.size() >= inbox_room) {
        ++board.counters.ignored;
        write_log(board, out, {"ERRO", "mqtt", "Dropping MQTT message, out of memory"}, now);
        return sent(board, std::move(out));
    }
    board.leftover = received.command;
    if (board.inbox.empty()) board.command_done_at = now.running + duration_of_command(board);
    board.inbox.push_back(std::move(received.command));
    run_inbox(board, now, out);
    return sent(board, std::move(out));
}

Output turn(Board& board, common::Moment now)
{
    Output out;
    if (!board.powered) return out;
    watch_door(board, now, out);
    release_due(board, now);
    const auto restart_after = board.settings.restart_after;
    if (restart_after.count() > 0 && uptime(board, now) > restart_after.count()) {
        write_log(board, out, {"WARN", "sys", "Auto restarting..."}, now);
        write_log(board, out, going_down, now);
        out.restarts = true;
        return sent(board, std::move(out));
    }
    beat(board, now, out);
    run_inbox(board, now, out);
    return sent(board, std::move(out));
}

Presented present(Board& board, const Swipe& swipe, common::Moment now)
{
    Presented presented;
    ++board.counters.swipes;
    if (!board.powered) return presented;
    release_due(board, now);
    const auto verdict = decide(board, swipe, epoch(board, now));
    if (verdict.access == Access::waits_for_pin) return presented;

    for (std::size_t relay = 0; relay < board.relays.size(); ++relay) {
        if (!verdict.opens(relay)) continue;
        activate(board, relay, now);
        presented.opened = true;
    }
    const auto known = verdict.access != Access::denied;
    if (!known) write_log(board, presented.output, {"WARN", "rfid", "Unknown rfid tag is scanned", verdict.uid + " MIFARE 1KB"}, now);
    presented.decided = true;
    presented.access = access_of(board, verdict);
    const AccessReport report{.access = presented.access,
                              .per_relay = presented.access.is_array(),
                              .known = known,
                              .username = verdict.username,
                              .uid = verdict.uid};
    presented.output.messages.push_back(access_message(board, report, now));
    presented.output = sent(board, std::move(presented.output));
    return presented;
}

Output move_door(Board& board, bool open, common::Moment now)
{
    Output out;
    const auto moved = open != board.door_open;
    board.door_open = open;
    if (!moved || !board.powered || !board.settings.has_contact) return out;
    if (!open) {
        board.door_alarmed = false;
        write_log(board, out, {"INFO", "door", "Door Closed"}, now);
        return sent(board, std::move(out));
    }
    write_log(board, out, {"INFO", "door", "Door Open"}, now);
    board.door_opened_at = now.running;
    const auto forced = board.relays.empty() || !board.relays.front().open;
    if (forced) {
        board.door_alarmed = true;
        write_log(board, out, {"WARN", "tamper", "Door was tampered!"}, now);
    }
    return sent(board, std::move(out));
}

} // namespace gatehouse::simulators::mqtt
