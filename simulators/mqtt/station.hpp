#pragma once

#include "common/clock.hpp"
#include "common/control_server.hpp"
#include "common/faulty_path.hpp"
#include "mqtt/board.hpp"
#include "mqtt/session.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::simulators::mqtt {

struct Options {
    Link link;
    Installation installation;
    std::string ip;
    std::string control;
    std::string state;
    std::vector<std::string> faults; ///< NAME=VALUE
    std::uint64_t seed = 1;
    std::chrono::milliseconds boot{2000};
    std::chrono::milliseconds reconnect{60'000};
};

/// One controller put up on a wall: the board, its connection, the faulty path between them, and the control socket.
///
/// Threads: the one that runs the context.
class Station {
public:
    Station(boost::asio::io_context& context, const Options& options, Board board);

    /// Switches the controller on. The control socket appears once the broker has granted the subscription.
    void start();
    void stop();

    /// Why the station gave up by itself; empty otherwise.
    const std::string& failure() const { return failure_; }

private:
    void on_connected();
    void on_subscribed();
    void on_lost();
    void on_message(const std::string& payload);
    boost::json::object on_control(const boost::json::object& request);

    void turn();
    void act(Output output);
    void deliver_due();
    void await_command();
    void restart();
    void boot();
    void dial_later(std::chrono::milliseconds delay);
    void keep_state();
    void give_up(std::string why);

    boost::asio::io_context& context_;
    Options options_;
    Board board_;
    common::FaultyPath path_;
    std::multimap<std::chrono::milliseconds, common::Message> departures_;
    std::pair<std::uint64_t, std::uint64_t> kept_{};
    std::string failure_;
    common::Alarm loop_;
    common::Alarm command_;
    common::Alarm delivery_;
    common::Alarm redial_;
    Session session_;
    common::ControlServer control_;
};

/// A board as `options` describe it: from the state file when there is one, new otherwise, faults set.
///
/// Units:   see Options.
/// Errors:  names the option or file at fault.
/// Threads: any.
common::Outcome<Board> assemble(const Options& options);

} // namespace gatehouse::simulators::mqtt
