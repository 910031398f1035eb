#include "unit/http/loop.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace gatehouse::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t many = 500;

/// A limit on this process's descriptors, taken back at the end of the scope.
class Descriptors {
public:
    explicit Descriptors(rlim_t most)
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto limit = before_;
        limit.rlim_cur = std::min(most, before_.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;
    ~Descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

/// The descriptor that the next open would get.
rlim_t next_descriptor()
{
    const int probe = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(probe);
    return static_cast<rlim_t>(probe);
}

class TransportLoad : public Loop {
public:
    asio::awaitable<std::vector<Wire>> connect_many(std::string_view first_bytes)
    {
        std::vector<Wire> wires;
        for (std::size_t i = 0; i < many; ++i) {
            auto wire = co_await connect();
            if (!first_bytes.empty()) co_await wire.send(first_bytes);
            wires.push_back(std::move(wire));
        }
        co_return wires;
    }
};

TEST_F(TransportLoad, FiveHundredSlowHeadersAndAsManyIdleConnectionsLeaveRoomForTheNextClient)
{
    const Descriptors enough{8192}; // both ends of each connection are in this process
    serve(echo);
    const auto scenario = [](TransportLoad& self) -> asio::awaitable<void> {
        auto idle = co_await self.connect_many("");
        auto slow = co_await self.connect_many("GET / HTTP/1.1\r\nX-Slow: ");
        auto next = co_await self.connect();
        co_await next.expect(200, get("/"));
        co_await self.pass(seconds{6});
        for (auto& wire : slow) co_await wire.send("a");
        co_await next.expect(200, get("/"));
        co_await self.pass(seconds{5});
        EXPECT_EQ(self.server_->counters().timed_out, many) << "every slow header, however it trickles";
        EXPECT_EQ(self.server_->counters().open, many + 1);
        co_await idle.back().expect(200, get("/"));
        co_await self.pass(seconds{61});
        EXPECT_EQ(self.server_->counters().open, 0U);
        auto later = co_await self.connect();
        co_await later.expect(200, get("/"));
    };
    play(scenario(*this));
    EXPECT_EQ(server_->counters().turned_away, 0U);
}

TEST_F(TransportLoad, AListenerWithoutDescriptorsWaitsAndGoesOn)
{
    serve(echo);
    const auto scenario = [](TransportLoad& self) -> asio::awaitable<void> {
        std::optional<Descriptors> one_left{next_descriptor() + 1};
        auto wire = co_await self.connect();
        co_await self.pass(milliseconds{1});
        EXPECT_EQ(self.server_->counters().accepted, 0U) << "the client took the last one";
        one_left.reset();
        co_await self.pass(milliseconds{200});
        co_await wire.expect(200, get("/"));
    };
    play(scenario(*this));
}

} // namespace
} // namespace gatehouse::tests
