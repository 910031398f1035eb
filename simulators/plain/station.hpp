#pragma once

#include "common/clock.hpp"
#include "common/control_server.hpp"
#include "common/faulty_path.hpp"
#include "plain/controller.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::simulators::plain {

struct Options {
    Installation installation;
    std::uint16_t port = 0; ///< of 127.0.0.1; 0: one that is free
    std::string control;
    std::vector<std::string> faults; ///< NAME=VALUE
    std::uint64_t seed = 1;
    std::chrono::milliseconds boot{1'000};
};

/// One plain controller on its wire: the insides, one TCP connection at a time (a new one ends the old), the faulty path between them, and
/// the control socket.
///
/// Threads: the one that runs the context.
class Station {
public:
    Station(boost::asio::io_context& context, const Options& options, Controller controller);

    /// Listens; the control socket appears behind that.
    common::Outcome<void> start();
    void stop();
    std::uint16_t port() const { return port_; }

private:
    using Socket = boost::asio::ip::tcp::socket;

    common::Outcome<void> listen();
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve(std::shared_ptr<Socket> socket);
    void take(std::string line);
    boost::json::object on_control(const boost::json::object& request);
    void turn();
    void say(std::vector<std::string> lines);
    void deliver_due();
    void hang_up();
    void power_cycle();

    boost::asio::io_context& context_;
    Options options_;
    Controller controller_;
    common::FaultyPath path_;
    std::multimap<std::chrono::milliseconds, std::string> departures_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::shared_ptr<Socket> socket_;
    std::string outgoing_, leaving_; ///< waiting, and being written
    std::uint16_t port_ = 0;
    common::Alarm turn_, delivery_, power_;
    common::ControlServer control_;
};

/// A controller as `options` describe it, faults set. Errors name the option at fault.
common::Outcome<Controller> assemble(const Options& options);

} // namespace gatehouse::simulators::plain
