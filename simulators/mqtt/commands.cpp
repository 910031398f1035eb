#include "mqtt/commands.hpp"

#include "mqtt/decision.hpp"
#include "mqtt/messages.hpp"
#include "mqtt/reading.hpp"
#include "mqtt/relays.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace gatehouse::simulators::mqtt {
namespace {

/// True when this write happens. The controller never looks.
bool write_succeeds(Board& board)
{
    if (!board.faults.write_fails && !board.dice.chance(board.faults.ack_but_not_stored)) return true;
    ++board.counters.writes_lost;
    return false;
}

void add_user(Board& board, const Command& command, common::Moment, Output& out)
{
    const auto replaces = board.flash.find(command.uid) != nullptr;
    const auto has_room = replaces || !board.faults.table_full || board.flash.records().size() < *board.faults.table_full;
    if (!has_room) ++board.counters.writes_lost;
    if (has_room && write_succeeds(board)) board.flash.put(command.uid, command.text);
    out.messages.push_back(acknowledgement(board, command.cmd));
}

void delete_uid(Board& board, const Command& command, common::Moment, Output& out)
{
    if (write_succeeds(board)) board.flash.erase(command.uid);
    out.messages.push_back(acknowledgement(board, command.cmd));
}

void delete_users(Board& board, const Command& command, common::Moment, Output& out)
{
    if (write_succeeds(board)) board.flash.clear();
    out.messages.push_back(acknowledgement(board, command.cmd));
}

void list_users(Board& board, const Command&, common::Moment, Output& out)
{
    for (const auto& [name, stored] : board.flash.records()) {
        const auto record = read_record(stored);
        if (!record) continue;
        if (board.dice.chance(board.faults.list_drops)) {
            ++board.counters.list_dropped;
            continue;
        }
        out.messages.push_back(list_entry(board, *record));
    }
}

void report_remote_opening(Board& board, common::Moment now, Output& out)
{
    out.messages.push_back(access_message(board, {.access = "Always", .known = true, .username = "MQTT", .uid = " "}, now));
}

void open_all(Board& board, const Command&, common::Moment now, Output& out)
{
    report_remote_opening(board, now, out);
    for (std::size_t relay = 0; relay < board.relays.size(); ++relay) activate(board, relay, now);
    restart_pulses(board, now);
}

std::optional<std::size_t> relay_index(const Board& board, std::string_view door)
{
    int index = 0; // text that is no number reads as relay 0
    std::from_chars(door.data(), door.data() + door.size(), index);
    if (index < 0 || static_cast<std::size_t>(index) >= board.relays.size()) return std::nullopt;
    return static_cast<std::size_t>(index);
}

void set_relay(Board& board, const Command& command, common::Moment now, Output& out)
{
    report_remote_opening(board, now, out);
    const auto relay = relay_index(board, command.door);
    const auto wants_open = command.cmd == "open";
    // Closing an open momentary relay activates it once more: the pulse starts anew.
    if (relay && board.relays[*relay].open != wants_open) activate(board, *relay, now);
    restart_pulses(board, now);
}

void send_settings(Board& board, const Command&, common::Moment, Output& out)
{
    out.messages.push_back(settings_message(board));
}

void update_settings(Board& board, const Command& command, common::Moment now, Output& out)
{
    if (board.faults.write_fails) return;
    const auto message = read_json(command.text);
    const auto* file = message && message->is_object() ? message->get_object().if_contains("configfile") : nullptr;
    board.config = file == nullptr ? "null" : boost::json::serialize(as_rewritten(*file));
    ++board.config_revision;
    out.messages.push_back(acknowledgement(board, "updateconf"));
    write_log(board, out, going_down, now);
    out.restarts = true;
}

void delete_log(Board& board, const Command& command, common::Moment, Output& out)
{
    out.messages.push_back(acknowledgement(board, command.cmd));
}

struct Known {
    std::string_view cmd;
    void (*run)(Board&, const Command&, common::Moment, Output&);
};

constexpr std::array known{
    Known{"adduser", add_user},       Known{"deletuid", delete_uid},   Known{"deletusers", delete_users},
    Known{"getuserlist", list_users}, Known{"opendoor", open_all},     Known{"open", set_relay},
    Known{"close", set_relay},        Known{"getconf", send_settings}, Known{"updateconf", update_settings},
    Known{"deletlog", delete_log},
};

} // namespace

void run_command(Board& board, const Command& command, common::Moment now, Output& out)
{
    for (const auto& entry : known) {
        if (entry.cmd != command.cmd) continue;
        ++board.counters.commands;
        entry.run(board, command, now, out);
        return;
    }
    ++board.counters.ignored;
}

} // namespace gatehouse::simulators::mqtt
