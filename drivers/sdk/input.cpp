#include "sdk/input.hpp"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

namespace gatehouse::sdk {

namespace {

constexpr int pause_when_crowded_ms = 20;

sigset_t ending_signals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

/// A descriptor of our own, closed at the end.
struct SignalDescriptor {
    SignalDescriptor()
    {
        const auto set = ending_signals();
        number = signalfd(-1, &set, SFD_CLOEXEC);
    }
    SignalDescriptor(const SignalDescriptor&) = delete;
    SignalDescriptor& operator=(const SignalDescriptor&) = delete;
    ~SignalDescriptor()
    {
        if (number >= 0) ::close(number);
    }
    int number;
};

/// Waits for input; false: it is over.
bool wait_for_input(int descriptor, int signals, const Outbox& outbox)
{
    for (;;) {
        const bool crowded = outbox.crowded();
        std::array<pollfd, 2> watched{{{signals, POLLIN, 0}, {descriptor, static_cast<short>(crowded ? 0 : POLLIN), 0}}};
        const auto ready = ::poll(watched.data(), watched.size(), crowded ? pause_when_crowded_ms : 1000);
        if (ready < 0 && errno != EINTR) return false;
        if (watched[0].revents != 0 || outbox.closed()) return false;
        if (crowded && watched[1].revents != 0) return false; // nobody writes any more
        if (watched[1].revents != 0) return true;
    }
}

} // namespace

void take_signals()
{
    const auto set = ending_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

int read_requests(int descriptor, Session& session, const Outbox& outbox)
{
    const SignalDescriptor signals;
    LineSplitter splitter;
    std::array<char, 65'536> buffer;
    std::optional<int> ended;
    while (!ended && wait_for_input(descriptor, signals.number, outbox)) {
        const auto count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        const auto on_line = [&session, &ended](std::string_view line) {
            ended = session.take(line);
            return !ended;
        };
        splitter.feed({buffer.data(), static_cast<std::size_t>(count)}, on_line, [&session] { session.oversize(); });
    }
    return ended.value_or(0);
}

} // namespace gatehouse::sdk
