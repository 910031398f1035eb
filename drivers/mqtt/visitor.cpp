#include "visitor.hpp"

#include <map>
#include <mutex>
#include <spdlog/spdlog.h>

namespace gatehouse::mqtt {

namespace {

constexpr std::chrono::hours between_visits{1};

} // namespace

bool may_visit(const std::string& uri, sdk::Time now)
{
    static std::mutex mutex;
    static std::map<std::string, sdk::Time> visited;
    const std::lock_guard lock{mutex};
    const auto [last, fresh] = visited.try_emplace(uri, now);
    if (!fresh && now - last->second < between_visits) return false;
    last->second = now;
    return true;
}

Visitor::Visitor(BrokerAddress address, const MemoryFile* ca, bool mqtt5, const std::string& client_id, std::function<void()> let_in)
    : client_{address.uri, client_id, paho::create_options{mqtt5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1}, nullptr}
{
    dialled_.let_in = std::move(let_in);
    address.user.clear();
    address.password.clear();
    try {
        client_.connect(connect_options_of(address, ca, mqtt5), nullptr, dialled_);
    } catch (const paho::exception& failure) {
        spdlog::debug("visit_failed what=\"{}\"", failure.what());
    }
}

void Visitor::Dialled::on_failure(const paho::token&)
{
    spdlog::info("visitor_turned_away");
}

void Visitor::leave()
{
    try {
        client_.disconnect();
    } catch (const paho::exception& failure) {
        spdlog::debug("disconnect_failed what=\"{}\"", failure.what());
    }
}

} // namespace gatehouse::mqtt
