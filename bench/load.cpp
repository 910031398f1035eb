#include "load.hpp"

#include "wire.hpp"

#include <arpa/inet.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

namespace gatehouse::bench {

namespace {

constexpr Seconds warm_up{0.2}, silence{10};
constexpr std::string_view blank = "00000000";

double at_share(std::vector<float>& values, double share)
{
    if (values.empty()) return 0;
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

struct Open {
    Wire wire;
    Clock::time_point asked;
};

/// The conversations of one run.
class Run {
public:
    Run(std::uint16_t port, std::size_t connections, const Requests& requests) : requests_{requests}
    {
        for (const auto& request : requests_) blanks_.push_back(request.find(blank));
        poll_ = ::epoll_create1(EPOLL_CLOEXEC);
        for (std::size_t i = 0; i < connections; ++i) {
            open_.push_back({Wire{port}, {}});
            if (!open_.back().wire.connected()) throw std::runtime_error{"nobody listens"};
            epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
            ::epoll_ctl(poll_, EPOLL_CTL_ADD, open_[i].wire.fd(), &event);
        }
        for (auto& open : open_) next(open, Clock::now());
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { ::close(poll_); }

    Load measure(Seconds span, int server)
    {
        turn_until(Clock::now() + warm_up);
        times_.clear();
        const auto began = Clock::now();
        const auto used = cpu_time_of(server);
        turn_until(began + span);
        const auto took = Seconds{Clock::now() - began};
        return {.per_second = static_cast<double>(times_.size()) / took.count(),
                .p50_ms = at_share(times_, 0.50),
                .p99_ms = at_share(times_, 0.99),
                .busy = (cpu_time_of(server) - used) / took};
    }

private:
    template <class Time>
    void turn_until(Time end)
    {
        std::array<epoll_event, 64> events;
        auto heard = Clock::now();
        for (auto now = heard; now < end; now = Clock::now()) {
            // Never asleep: what it takes to wake this core would be paid by the server, and most by the slower one. Yet never in the
            // way of the kernel's own threads here, which finish what the server waits for from the disk.
            const int count = ::epoll_wait(poll_, events.data(), events.size(), 0);
            if (count > 0)
                heard = now;
            else
                ::sched_yield();
            if (now - heard > silence) throw std::runtime_error{"no answer in ten seconds"};
            for (int i = 0; i < count; ++i) take(open_[events[static_cast<std::size_t>(i)].data.u64]);
        }
    }

    void take(Open& open)
    {
        if (!open.wire.receive()) return;
        const auto now = Clock::now();
        times_.push_back(std::chrono::duration<float, std::milli>{now - open.asked}.count());
        next(open, now);
    }

    void next(Open& open, Clock::time_point now)
    {
        const auto which = sent_++ % requests_.size();
        open.asked = now;
        if (blanks_[which] == std::string::npos) return open.wire.send(requests_[which]);
        std::array<char, blank.size() + 1> number{};
        std::snprintf(number.data(), number.size(), "%08zu", (sent_ + first_) % 100'000'000);
        filled_ = requests_[which];
        filled_.replace(blanks_[which], blank.size(), number.data());
        open.wire.send(filled_);
    }

    const Requests& requests_;
    std::vector<std::size_t> blanks_; ///< where the number of each request stands
    int poll_ = -1;
    std::vector<Open> open_;
    std::size_t sent_ = 0;
    std::size_t first_ = static_cast<std::size_t>(Clock::now().time_since_epoch().count() / 1000);
    std::string filled_;
    std::vector<float> times_;
};

} // namespace

Load load(const Target& target, std::size_t connections, Seconds span, const Requests& requests)
{
    return Run{target.port, connections, requests}.measure(span, target.pid);
}

std::string ask(std::uint16_t port, const std::string& request, Seconds patience)
{
    const auto end = Clock::now() + patience;
    while (Clock::now() < end) {
        Wire wire{port};
        if (!wire.connected()) continue;
        wire.send(request);
        while (!wire.receive()) {
        }
        return std::string{wire.body()};
    }
    throw std::runtime_error{"nobody listens"};
}

std::uint16_t free_port()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof at;
    const int bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&at), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    ::close(fd);
    if (bound != 0) throw std::runtime_error{"no free port"};
    return ntohs(at.sin_port);
}

} // namespace gatehouse::bench
