#include "mqtt/board.hpp"

#include <utility>

namespace gatehouse::simulators::mqtt {

Board::Board(std::string own_ip, common::Flash table, std::string config_file, std::uint64_t seed)
    : ip{std::move(own_ip)}, flash{std::move(table)}, config{std::move(config_file)}, dice{seed}, settings{read_settings(config)}
{
}

void power_on(Board& board, common::Moment now)
{
    power_off(board);
    board.settings = read_settings(board.config);
    board.relays.resize(board.settings.relays.size());
    board.powered_at = now.running;
    board.powered = true;
    ++board.counters.boots;
}

void power_off(Board& board)
{
    for (auto& relay : board.relays) relay.open = false;
    board.last_activation = {};
    board.next_beat = 0;
    board.inbox.clear();
    board.command_done_at = {};
    board.leftover = {};
    board.last_username.clear();
    board.powered = false;
    board.connected = false;
    board.door_alarmed = false;
}

std::uint32_t epoch(const Board& board, common::Moment now)
{
    if (board.faults.clock_unset) return uptime(board, now);
    const auto seconds = (now.wall.time_since_epoch() + board.faults.clock_skew).count();
    return seconds < 0 ? 0 : static_cast<std::uint32_t>(seconds);
}

std::uint32_t uptime(const Board& board, common::Moment now)
{
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(now.running - board.powered_at).count());
}

} // namespace gatehouse::simulators::mqtt
