#include "mqtt/messages.hpp"

#include "mqtt/reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

constexpr std::size_t settings_pool = 2048;

common::Message send(const Board& board, const json::value& body)
{
    return {.topic = board.settings.topic + "/send", .payload = json::serialize(body)};
}

json::value door_name(const RelaySettings& relay)
{
    return relay.door_name ? json::value(*relay.door_name) : json::value(nullptr);
}

json::value door_names(const Board& board, bool per_relay)
{
    if (!per_relay) return board.settings.relays.empty() ? json::value(nullptr) : door_name(board.settings.relays.front());
    json::array names;
    for (const auto& relay : board.settings.relays) names.push_back(door_name(relay));
    return names;
}

} // namespace

common::Message boot_message(const Board& board, common::Moment now)
{
    return send(board,
                {{"type", "boot"}, {"time", epoch(board, now)}, {"uptime", "0"}, {"ip", board.ip}, {"hostname", board.settings.hostname}});
}

common::Message heartbeat_message(const Board& board, common::Moment now)
{
    return send(board, {{"type", "heartbeat"},
                        {"time", epoch(board, now)},
                        {"uptime", uptime(board, now)},
                        {"ip", board.ip},
                        {"hostname", board.settings.hostname}});
}

common::Message acknowledgement(const Board& board, std::string_view command)
{
    return send(board, {{"type", command}, {"ip", board.ip}, {"hostname", board.settings.hostname}});
}

common::Message settings_message(const Board& board)
{
    json::object body{{"type", "getconf"}, {"ip", board.ip}, {"hostname", board.settings.hostname}, {"configfile", nullptr}};
    const auto file = read_json(board.config);
    if (file && file->is_object()) {
        // Sections are copied while the document has room; the rest is missing without a word.
        json::object copied;
        for (const auto& member : file->get_object()) {
            auto longer = copied;
            longer.emplace(member.key(), member.value());
            if (pool_bytes(longer) + pool_bytes(body) > settings_pool) break;
            copied = std::move(longer);
        }
        body["configfile"] = std::move(copied);
    }
    return send(board, body);
}

common::Message list_entry(const Board& board, const json::value& record)
{
    return send(board, as_rewritten(record));
}

common::Message access_message(const Board& board, const AccessReport& report, common::Moment now)
{
    json::object body;
    if (report.per_relay) {
        body["access"] = report.access;
        body["doorName"] = door_names(board, true);
    }
    if (board.settings.mqtt_log) body["cmd"] = "log";
    body["uid"] = report.uid;
    body["username"] = report.username;
    if (!report.per_relay) body["access"] = report.access;
    body["time"] = epoch(board, now);
    if (!report.per_relay) body["doorName"] = door_names(board, false);
    body["type"] = "access";
    body["isKnown"] = report.known ? "true" : "false";
    body["hostname"] = board.settings.hostname;
    return send(board, body);
}

void write_log(const Board& board, Output& out, const LogLine& line, common::Moment now)
{
    if (!board.settings.mqtt_log || !board.connected) return;
    out.messages.push_back(send(board, {{"type", line.type},
                                        {"src", line.source},
                                        {"desc", line.text},
                                        {"data", line.data},
                                        {"time", epoch(board, now)},
                                        {"cmd", "event"},
                                        {"hostname", board.settings.hostname}}));
}

} // namespace gatehouse::simulators::mqtt
