#include "plain/station.hpp"

#include "plain/control.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::simulators::plain {

namespace asio = boost::asio;

namespace {

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_line = 512, outgoing_at_most = 16 * 1024 * 1024;

} // namespace

common::Outcome<Controller> assemble(const Options& options)
{
    Controller controller{options.installation, common::Flash{}, options.seed};
    if (const auto set = common::set_faults(controller.faults, options.faults); !set) return set.error();
    return controller;
}

Station::Station(asio::io_context& context, const Options& options, Controller controller)
    : context_{context}, options_{options}, controller_{std::move(controller)},
      path_{controller_.faults, controller_.counters, options.seed}, acceptor_{context}, turn_{context}, delivery_{context},
      power_{context}, control_{context}
{
}

common::Outcome<void> Station::start()
{
    if (auto listening = listen(); !listening) return listening;
    return control_.open(options_.control, [this](const boost::json::object& request) { return on_control(request); });
}

void Station::stop()
{
    control_.close();
    hang_up();
    context_.stop();
}

common::Outcome<void> Station::listen()
{
    boost::system::error_code ec;
    const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), port_ != 0 ? port_ : options_.port};
    acceptor_.open(endpoint.protocol(), ec);
    if (!ec) acceptor_.set_option(asio::socket_base::reuse_address{true}, ec);
    if (!ec) acceptor_.bind(endpoint, ec);
    if (!ec) acceptor_.listen(asio::socket_base::max_listen_connections, ec);
    if (ec) return common::problem("port: " + ec.message());
    port_ = acceptor_.local_endpoint().port();
    auto accepting = accept();
    asio::co_spawn(context_, std::move(accepting), asio::detached);
    return {};
}

asio::awaitable<void> Station::accept()
{
    for (;;) {
        auto next = acceptor_.async_accept(token);
        auto [ec, socket] = co_await std::move(next);
        if (ec) co_return;
        hang_up();
        boost::system::error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay{true}, ignored);
        socket_ = std::make_shared<Socket>(std::move(socket));
        ++controller_.counters.connects;
        auto serving = serve(socket_);
        asio::co_spawn(context_, std::move(serving), asio::detached);
    }
}

asio::awaitable<void> Station::serve(std::shared_ptr<Socket> socket)
{
    std::string pending;
    for (;;) {
        auto lines = asio::dynamic_buffer(pending, longest_line);
        auto read = asio::async_read_until(*socket, lines, '\n', token);
        const auto [ec, length] = co_await std::move(read);
        if (ec) break; // a line that is too long as well: it hangs up
        auto line = pending.substr(0, length - 1);
        pending.erase(0, length);
        if (socket == socket_) take(std::move(line));
    }
    if (socket == socket_) hang_up();
}

void Station::take(std::string line)
{
    if (controller_.silent) {
        ++controller_.counters.requests_dropped;
        return;
    }
    for (auto arrivals = path_.arrivals(); arrivals > 0; --arrivals) receive(controller_, line, common::now());
    turn();
}

boost::json::object Station::on_control(const boost::json::object& request)
{
    auto handled = handle(request, controller_, common::now());
    say(std::move(handled.says));
    if (handled.cuts_link) hang_up();
    if (handled.restarts) power_cycle();
    turn();
    return std::move(handled.answer);
}

void Station::turn()
{
    say(plain::turn(controller_, common::now()));
    const auto at = next_turn_at(controller_);
    if (at == std::chrono::milliseconds::max()) return turn_.clear();
    turn_.set(std::max(at - common::now().running, std::chrono::milliseconds{0}), [this] { turn(); });
}

void Station::say(std::vector<std::string> lines)
{
    if (controller_.silent) {
        controller_.counters.replies_dropped += lines.size();
        return;
    }
    std::vector<common::Message> messages;
    for (auto& line : lines) messages.push_back({{}, std::move(line)});
    for (auto& [at, message] : path_.depart(std::move(messages), common::now().running))
        departures_.emplace(at, std::move(message.payload));
    deliver_due();
}

void Station::deliver_due()
{
    const auto now = common::now().running;
    while (!departures_.empty() && departures_.begin()->first <= now) {
        if (socket_ && outgoing_.size() < outgoing_at_most) outgoing_ += departures_.begin()->second + "\n";
        departures_.erase(departures_.begin());
    }
    if (!departures_.empty()) delivery_.set(departures_.begin()->first - now, [this] { deliver_due(); });
    if (!socket_ || outgoing_.empty() || !leaving_.empty()) return;
    leaving_ = std::exchange(outgoing_, {});
    asio::async_write(*socket_, asio::buffer(leaving_), [this, socket = socket_](const auto& ec, std::size_t) {
        if (socket != socket_) return;
        leaving_.clear();
        ec ? hang_up() : deliver_due();
    });
}

void Station::hang_up()
{
    boost::system::error_code ignored;
    if (socket_) socket_->close(ignored);
    socket_.reset();
    departures_.clear();
    outgoing_.clear();
    leaving_.clear();
}

/// Out of reach until it has booted.
void Station::power_cycle()
{
    spdlog::info("restart boot_ms={}", options_.boot.count());
    restart(controller_);
    hang_up();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    power_.set(options_.boot, [this] {
        if (const auto listening = listen(); !listening) {
            spdlog::error("restart_failed error=\"{}\"", listening.error().text);
            context_.stop();
        }
    });
}

} // namespace gatehouse::simulators::plain
