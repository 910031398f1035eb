#include "mqtt/inbox.hpp"

#include "mqtt/reading.hpp"

#include <boost/json/object.hpp>

#include <array>

namespace gatehouse::simulators::mqtt {
namespace {

constexpr std::size_t document_pool = 2048;

struct Field {
    std::string_view name;
    std::string Command::*member;
    std::size_t longest;
};

constexpr std::array fields{
    Field{"cmd", &Command::cmd, 19},
    Field{"uid", &Command::uid, 19},
    Field{"user", &Command::user, 63},
    Field{"door", &Command::door, 19},
};

} // namespace

Received read_message(std::string_view payload, std::string_view own_ip, const Command& leftover)
{
    if (payload.size() >= message_buffer) return {.reception = Reception::crash};
    const auto text = payload.substr(0, payload.find('\0'));
    const auto value = read_json(text);
    if (!value || !value->is_object() || pool_bytes(*value) > document_pool) return {};
    const auto& message = value->get_object();

    const auto* ip = message.if_contains("doorip");
    if (ip == nullptr) return {};
    if (!ip->is_string()) return {.reception = Reception::crash};
    if (std::string_view{ip->get_string()} != own_ip) return {};
    if (!message.contains("cmd")) return {};

    Received received{.reception = Reception::command, .command = leftover};
    for (const auto& field : fields) {
        const auto* member = message.if_contains(field.name);
        if (member == nullptr) continue;
        if (!member->is_string()) return {.reception = Reception::crash};
        received.command.*field.member = std::string{std::string_view{member->get_string()}.substr(0, field.longest)};
    }
    received.command.text = std::string{text};
    return received;
}

} // namespace gatehouse::simulators::mqtt
