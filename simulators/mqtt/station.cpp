#include "mqtt/station.hpp"

#include "mqtt/control.hpp"
#include "mqtt/firmware.hpp"
#include "mqtt/state_file.hpp"

#include <spdlog/spdlog.h>

#include <cstdio>

namespace gatehouse::simulators::mqtt {
namespace {

constexpr auto loop_turn = std::chrono::milliseconds{50}; // as the firmware's

} // namespace

common::Outcome<Board> assemble(const Options& options)
{
    Stored stored{.records = {}, .config = default_config(options.installation)};
    if (!options.state.empty()) {
        auto loaded = load_state(options.state);
        if (!loaded) return loaded.error();
        if (*loaded) stored = std::move(**loaded);
    }
    Board board{options.ip, common::Flash{std::move(stored.records)}, std::move(stored.config), options.seed};
    if (const auto set = common::set_faults(board.faults, options.faults); !set) return set.error();
    return board;
}

Station::Station(boost::asio::io_context& context, const Options& options, Board board)
    : context_{context}, options_{options}, board_{std::move(board)}, path_{board_.faults, board_.counters, options.seed}, loop_{context},
      command_{context}, delivery_{context}, redial_{context},
      session_{context,
               options.link,
               {.connected = [this] { on_connected(); },
                .subscribed = [this] { on_subscribed(); },
                .lost = [this] { on_lost(); },
                .message = [this](const common::Message& message) { on_message(message.payload); }}},
      control_{context}
{
}

void Station::start()
{
    boot();
    turn();
}

void Station::stop()
{
    control_.close();
    loop_.clear();
    command_.clear();
    delivery_.clear();
    redial_.clear();
    session_.close();
    keep_state();
    context_.stop();
}

void Station::on_connected()
{
    act(connected(board_, common::now()));
    session_.subscribe(board_.settings.topic + "/cmd", 2);
    act(mqtt::turn(board_, common::now()));
}

void Station::on_subscribed()
{
    spdlog::info("subscribed topic={}/cmd", board_.settings.topic);
    if (control_.is_open()) return;
    auto answer = [this](const boost::json::object& request) { return on_control(request); };
    if (const auto opened = control_.open(options_.control, std::move(answer)); !opened) return give_up(opened.error().text);
    std::printf("listening control=%s topic=%s ip=%s\n", options_.control.c_str(), board_.settings.topic.c_str(), board_.ip.c_str());
    std::fflush(stdout);
}

void Station::on_lost()
{
    disconnected(board_);
    departures_.clear();
    if (!board_.powered) return;
    const auto delay = board_.faults.reconnect.value_or(options_.reconnect);
    spdlog::info("connection_lost redial_ms={}", delay.count());
    dial_later(delay);
}

void Station::on_message(const std::string& payload)
{
    for (auto arrivals = path_.arrivals(); arrivals > 0; --arrivals) act(receive(board_, payload, common::now()));
}

boost::json::object Station::on_control(const boost::json::object& request)
{
    auto handled = handle(request, board_, common::now());
    act(std::move(handled.output));
    if (handled.cuts_link) {
        session_.hang_up();
        on_lost();
    }
    return std::move(handled.answer);
}

void Station::turn()
{
    act(mqtt::turn(board_, common::now()));
    loop_.set(loop_turn, [this] { turn(); });
}

void Station::act(Output output)
{
    const auto moment = common::now();
    for (auto& [at, message] : path_.depart(std::move(output.messages), moment.running)) departures_.emplace(at, std::move(message));
    deliver_due();
    if (output.restarts) restart();
    await_command();
    keep_state();
}

void Station::await_command()
{
    const auto at = next_command_at(board_);
    if (at == std::chrono::milliseconds::max()) return command_.clear();
    command_.set(at - common::now().running, [this] { act(mqtt::turn(board_, common::now())); });
}

void Station::deliver_due()
{
    const auto moment = common::now();
    while (!departures_.empty() && departures_.begin()->first <= moment.running) {
        session_.publish(departures_.begin()->second);
        departures_.erase(departures_.begin());
    }
    if (departures_.empty()) return delivery_.clear();
    delivery_.set(departures_.begin()->first - moment.running, [this] { deliver_due(); });
}

void Station::restart()
{
    spdlog::info("restart boot_ms={}", options_.boot.count());
    power_off(board_);
    departures_.clear();
    session_.hang_up();
    redial_.set(options_.boot, [this] { boot(); });
}

void Station::boot()
{
    power_on(board_, common::now());
    if (!board_.settings.usable) {
        spdlog::error("configuration_unusable action=\"stays off the network\"");
        return;
    }
    session_.dial();
}

void Station::dial_later(std::chrono::milliseconds delay)
{
    redial_.set(delay, [this] { session_.dial(); });
}

void Station::keep_state()
{
    const auto revision = std::pair{board_.flash.revision(), board_.config_revision};
    if (options_.state.empty() || revision == kept_) return;
    if (const auto saved = save_state(options_.state, board_.flash, board_.config); !saved) return give_up(saved.error().text);
    kept_ = revision;
}

void Station::give_up(std::string why)
{
    failure_ = std::move(why);
    context_.stop();
}

} // namespace gatehouse::simulators::mqtt
