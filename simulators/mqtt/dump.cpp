#include "mqtt/dump.hpp"

#include "mqtt/decision.hpp"
#include "mqtt/relays.hpp"

#include <boost/json/array.hpp>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

json::array entries(const Board& board)
{
    json::array list;
    for (const auto& [uid, stored] : board.flash.records()) {
        const auto record = read_record(stored);
        list.push_back({{"uid", uid}, {"record", record ? json::value(*record) : json::value(nullptr)}});
    }
    return list;
}

json::array relays(const Board& board)
{
    json::array list;
    for (const auto& relay : board.relays) list.push_back({{"open", relay.open}, {"pulses", relay.pulses}});
    return list;
}

} // namespace

json::object dump(const Board& board, common::Moment now)
{
    return {{"entries", entries(board)},
            {"relays", relays(board)},
            {"counters", common::listed(board.counters)},
            {"time", epoch(board, now)},
            {"uptime_s", board.powered ? json::value(uptime(board, now)) : json::value(nullptr)},
            {"powered", board.powered},
            {"connected", board.connected},
            {"silent", board.silent},
            {"door_open", board.door_open},
            {"waiting", board.inbox.size()}};
}

} // namespace gatehouse::simulators::mqtt
