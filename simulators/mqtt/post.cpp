#include "mqtt/post.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace gatehouse::simulators::mqtt {

Post::Post(boost::asio::io_context& context, const PostOptions& options, Hooks hooks)
    : context_{context}, options_{options}, hooks_{std::move(hooks)},
      path_{hooks_.appliance.faults, hooks_.appliance.counters, options.seed}, turn_{context}, delivery_{context}, redial_{context},
      session_{context,
               options.link,
               {.connected = [this] { on_connected(); },
                .subscribed = [this] { on_subscribed(); },
                .lost = [this] { on_lost(); },
                .message = [this](const common::Message& message) { on_message(message); }}},
      control_{context}
{
}

void Post::start()
{
    boot();
}

void Post::stop()
{
    control_.close();
    turn_.clear();
    delivery_.clear();
    redial_.clear();
    session_.drop();
    context_.stop();
}

void Post::on_connected()
{
    act(hooks_.connected(common::now()));
    session_.subscribe(options_.topic, options_.qos);
}

void Post::on_subscribed()
{
    spdlog::info("subscribed topic={}", options_.topic);
    act(hooks_.subscribed(common::now()));
    if (control_.is_open()) return;
    auto answer = [this](const boost::json::object& request) { return on_control(request); };
    if (const auto opened = control_.open(options_.control, std::move(answer)); !opened) {
        failure_ = opened.error().text;
        context_.stop();
        return;
    }
    std::printf("listening control=%s %s\n", options_.control.c_str(), options_.about.c_str());
    std::fflush(stdout);
}

void Post::on_lost()
{
    hooks_.disconnected();
    departures_.clear();
    if (!hooks_.appliance.powered) return;
    const auto delay = hooks_.appliance.faults.reconnect.value_or(options_.reconnect);
    spdlog::info("connection_lost redial_ms={}", delay.count());
    redial_.set(delay, [this] { session_.dial(); });
}

void Post::on_message(const common::Message& message)
{
    if (!hooks_.listens_to(message.topic)) return;
    for (auto arrivals = path_.arrivals(); arrivals > 0; --arrivals) act(hooks_.receive(message, common::now()));
}

boost::json::object Post::on_control(const boost::json::object& request)
{
    auto handled = hooks_.handle(request, common::now());
    act(std::move(handled.effects));
    return std::move(handled.answer);
}

void Post::act(common::Effects effects)
{
    const auto now = common::now().running;
    for (auto& [at, message] : path_.depart(std::move(effects.messages), now)) departures_.emplace(at, std::move(message));
    deliver_due();
    if (effects.cuts_link) {
        session_.drop();
        on_lost();
    }
    if (effects.restarts) restart();
    await_turn();
}

void Post::deliver_due()
{
    const auto now = common::now().running;
    while (!departures_.empty() && departures_.begin()->first <= now) {
        session_.publish(departures_.begin()->second);
        departures_.erase(departures_.begin());
    }
    if (departures_.empty()) return delivery_.clear();
    delivery_.set(departures_.begin()->first - now, [this] { deliver_due(); });
}

void Post::await_turn()
{
    const auto at = hooks_.next_turn_at();
    if (at == std::chrono::milliseconds::max()) return turn_.clear();
    turn_.set(std::max(at - common::now().running, std::chrono::milliseconds{0}), [this] { act(hooks_.turn(common::now())); });
}

void Post::restart()
{
    spdlog::info("restart boot_ms={}", options_.boot.count());
    hooks_.power_off();
    departures_.clear();
    session_.drop();
    redial_.set(options_.boot, [this] { boot(); });
}

void Post::boot()
{
    hooks_.power_on(common::now());
    await_turn();
    session_.dial();
}

} // namespace gatehouse::simulators::mqtt
