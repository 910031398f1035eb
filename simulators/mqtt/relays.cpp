#include "mqtt/relays.hpp"

namespace gatehouse::simulators::mqtt {

void activate(Board& board, std::size_t relay, common::Moment now)
{
    if (relay >= board.relays.size()) return;
    auto& output = board.relays[relay];
    if (board.settings.relays[relay].continuous) {
        output.open = !output.open;
        if (output.open) ++output.pulses;
        return;
    }
    output.open = true;
    ++output.pulses;
    restart_pulses(board, now);
}

void restart_pulses(Board& board, common::Moment now)
{
    board.last_activation = now.running;
}

void release_due(Board& board, common::Moment now)
{
    for (std::size_t i = 0; i < board.relays.size(); ++i) {
        const auto& settings = board.settings.relays[i];
        if (settings.continuous || !board.relays[i].open) continue;
        if (now.running - board.last_activation >= settings.activation) board.relays[i].open = false;
    }
}

} // namespace gatehouse::simulators::mqtt
