#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>

namespace gatehouse::simulators::common {

/// One reading of both clocks of this machine. A model is handed moments and never asks for the time itself, so a test makes them up.
struct Moment {
    std::chrono::milliseconds running{}; ///< never steps; counts from an arbitrary start
    std::chrono::sys_seconds wall{};     ///< UTC
};

/// The one place where simulators read the machine's clocks.
///
/// Units:   milliseconds and whole seconds.
/// Errors:  none.
/// Threads: any.
Moment now();

/// One callback at a time, some time from now. Setting it again replaces what was set.
///
/// Threads: the one that runs the context. No callback runs after destruction.
class Alarm {
public:
    explicit Alarm(boost::asio::io_context& context);

    void set(std::chrono::milliseconds delay, std::function<void()> ring);
    void clear();

private:
    boost::asio::steady_timer timer_;
};

} // namespace gatehouse::simulators::common
