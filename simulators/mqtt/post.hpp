#pragma once

#include "common/appliance.hpp"
#include "common/clock.hpp"
#include "common/control_server.hpp"
#include "common/faulty_path.hpp"
#include "mqtt/session.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::simulators::mqtt {

struct PostOptions {
    Link link;
    std::string topic; ///< what it subscribes to
    int qos = 0;       ///< of that subscription
    std::string control;
    std::string about; ///< printed after the control socket when it listens
    std::uint64_t seed = 1;
    std::chrono::milliseconds boot{2000};
    std::chrono::milliseconds reconnect{1000};
};

/// A device as its post sees it.
struct Hooks {
    common::Appliance& appliance;
    std::function<void(common::Moment)> power_on;
    std::function<void()> power_off;
    std::function<common::Effects(common::Moment)> connected;  ///< said before the subscription is asked for
    std::function<common::Effects(common::Moment)> subscribed; ///< said after it is granted
    std::function<void()> disconnected;
    std::function<bool(std::string_view topic)> listens_to;
    std::function<common::Effects(const common::Message&, common::Moment)> receive;
    std::function<common::Effects(common::Moment)> turn;
    std::function<std::chrono::milliseconds()> next_turn_at;
    std::function<common::Handled(const boost::json::object&, common::Moment)> handle;
};

/// The hooks of a plain value with functions of these names over it. The device outlives them.
template <class Device>
Hooks hooks_of(Device& device)
{
    return {.appliance = device,
            .power_on = [&device](common::Moment now) { power_on(device, now); },
            .power_off = [&device] { power_off(device); },
            .connected = [&device](common::Moment now) { return connected(device, now); },
            .subscribed = [&device](common::Moment now) { return subscribed(device, now); },
            .disconnected = [&device] { disconnected(device); },
            .listens_to = [&device](std::string_view topic) { return listens_to(device, topic); },
            .receive = [&device](const common::Message& message, common::Moment now) { return receive(device, message, now); },
            .turn = [&device](common::Moment now) { return turn(device, now); },
            .next_turn_at = [&device] { return next_turn_at(device); },
            .handle = [&device](const boost::json::object& request, common::Moment now) { return handle(request, device, now); }};
}

/// A device's place at a broker: its connection, the faulty path between them, and the control socket.
///
/// Threads: the one that runs the context.
class Post {
public:
    Post(boost::asio::io_context& context, const PostOptions& options, Hooks hooks);

    /// Switches the device on. The control socket appears once the broker has granted the subscription.
    void start();
    /// As a pulled plug.
    void stop();

    /// Why it gave up by itself; empty otherwise.
    const std::string& failure() const { return failure_; }

private:
    void on_connected();
    void on_subscribed();
    void on_lost();
    void on_message(const common::Message& message);
    boost::json::object on_control(const boost::json::object& request);

    void act(common::Effects effects);
    void deliver_due();
    void await_turn();
    void restart();
    void boot();

    boost::asio::io_context& context_;
    PostOptions options_;
    Hooks hooks_;
    common::FaultyPath path_;
    std::multimap<std::chrono::milliseconds, common::Message> departures_;
    std::string failure_;
    common::Alarm turn_;
    common::Alarm delivery_;
    common::Alarm redial_;
    Session session_;
    common::ControlServer control_;
};

} // namespace gatehouse::simulators::mqtt
