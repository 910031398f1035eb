#include "common/clock.hpp"

#include <utility>

namespace gatehouse::simulators::common {

Moment now()
{
    using namespace std::chrono;
    return {.running = duration_cast<milliseconds>(steady_clock::now().time_since_epoch()), .wall = floor<seconds>(system_clock::now())};
}

Alarm::Alarm(boost::asio::io_context& context) : timer_{context} {}

void Alarm::set(std::chrono::milliseconds delay, std::function<void()> ring)
{
    timer_.expires_after(delay);
    timer_.async_wait([ring = std::move(ring)](const boost::system::error_code& ec) {
        if (!ec) ring();
    });
}

void Alarm::clear()
{
    timer_.cancel();
}

} // namespace gatehouse::simulators::common
