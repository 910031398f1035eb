#include "unit/http/loop.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class TransportLimits : public Loop {};

TEST_F(TransportLimits, RefusesABodyAboveOneMebibyteBeforeItIsRead)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto answer = co_await wire.ask("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\n\r\n");
        EXPECT_EQ(answer.status, 413U);
        EXPECT_THAT(answer.body, HasSubstr("payload_too_large"));
        auto fits = co_await self.connect();
        const std::string most(1024 * 1024, 'x');
        co_await fits.expect(200, post("/", most));
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, DeliversThe413EvenWhileTheClientStillSends)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const std::string much(3 * 1024 * 1024, 'x');
        co_await wire.expect(413, post("/", much));
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, BoundsAChunkedBodyToo)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        const std::string chunk = "40000\r\n" + std::string(0x40000, 'x') + "\r\n";
        for (int i = 0; i < 5; ++i) co_await wire.send(chunk);
        co_await wire.expect(413, "");
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, BoundsWhatStandsBetweenChunksAndBehindThem)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        const std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
        const std::string endless(64 * 1024, 'a');
        auto extension = co_await self.connect();
        co_await extension.send(chunked + "2;x=" + endless);
        co_await extension.expect(431, "");
        auto trailer = co_await self.connect();
        co_await trailer.send(chunked + "2\r\n{}\r\n0\r\nX-Late: " + endless);
        co_await trailer.expect(431, "");
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, IgnoresAKeyThatComesBehindTheBody)
{
    std::string seen;
    serve([&seen](const transport::Request& request) -> asio::awaitable<transport::Response> {
        seen = request.authorization;
        co_return transport::Response{};
    });
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.expect(200, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "2\r\n{}\r\n0\r\nAuthorization: Bearer late\r\n\r\n");
    };
    play(scenario(*this));
    EXPECT_EQ(seen, "");
}

TEST_F(TransportLimits, BoundsWhatAllUnfinishedRequestsHoldTogether)
{
    transport::Limits limits;
    limits.held = 256 * 1024;
    serve(echo, limits);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        const std::string half = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + std::string(100 * 1024, 'x');
        auto first = co_await self.connect();
        co_await first.send(half);
        for (int i = 0; i < 4; ++i) co_await self.pass(milliseconds{1});
        auto second = co_await self.connect();
        co_await second.expect(503, half);
        auto small = co_await self.connect();
        co_await small.expect(200, post("/", std::string(10 * 1024, 'x')));
        first.close();
        co_await self.pass(milliseconds{1});
        auto later = co_await self.connect();
        co_await later.expect(200, post("/", std::string(100 * 1024, 'x')));
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, RefusesHeadersAboveSixteenKibibytes)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto fits = co_await self.connect();
        co_await fits.expect(200, get("/", "X-Long: " + std::string(15 * 1024, 'x') + "\r\n"));
        auto wire = co_await self.connect();
        co_await wire.expect(431, get("/", "X-Long: " + std::string(17 * 1024, 'x') + "\r\n"));
        auto drip = co_await self.connect();
        co_await drip.send("GET / HTTP/1.1\r\n");
        for (int i = 0; i < 20; ++i) co_await drip.send("X-Line: " + std::string(1000, 'x') + "\r\n");
        co_await drip.expect(431, "");
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, ClosesASlowHeaderAfterTenSecondsInTotal)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send("GET / HTTP/1.1\r\n");
        for (int i = 0; i < 9; ++i) {
            co_await self.pass(seconds{1});
            co_await wire.send("X: y\r\n");
        }
        EXPECT_EQ(self.server_->counters().open, 1U);
        co_await self.pass(milliseconds{1500});
        co_await wire.expect_closed();
    };
    play(scenario(*this));
    EXPECT_EQ(server_->counters().timed_out, 1U);
}

TEST_F(TransportLimits, ClosesASlowBodyAtItsDeadline)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
        for (int i = 0; i < 29; ++i) {
            co_await wire.send("x");
            co_await self.pass(seconds{1});
        }
        EXPECT_EQ(self.server_->counters().open, 1U);
        co_await self.pass(seconds{2});
        co_await wire.expect_closed();
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, ClosesAClientThatDoesNotTakeItsAnswer)
{
    serve([](const transport::Request&) -> asio::awaitable<transport::Response> {
        transport::Response response;
        response.body.assign(64 * 1024 * 1024, 'x'); // more than the kernel buffers for a client that does not read
        co_return response;
    });
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send(get("/"));
        co_await self.pass(seconds{29});
        EXPECT_EQ(self.server_->counters().open, 1U);
        co_await self.pass(seconds{2});
        EXPECT_EQ(self.server_->counters().open, 0U);
    };
    play(scenario(*this));
    EXPECT_EQ(server_->counters().timed_out, 1U);
}

TEST_F(TransportLimits, ClosesAnIdleConnectionAfterSixtySeconds)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.ask(get("/"));
        co_await self.pass(seconds{59});
        co_await wire.expect(200, get("/"));
        co_await self.pass(seconds{61});
        co_await wire.expect_closed();
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, NeverTimesOutARequestThatAHandlerIsWorkingOn)
{
    base::Wakeup go{context_.get_executor()};
    serve([&go, this](const transport::Request& request) -> asio::awaitable<transport::Response> {
        co_await go.wait(clock_);
        co_return co_await echo(request);
    });
    const auto scenario = [](TransportLimits& self, base::Wakeup& work) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send(get("/"));
        co_await self.pass(seconds{120});
        work.notify();
        co_await wire.expect(200, "");
    };
    play(scenario(*this, go));
}

TEST_F(TransportLimits, TurnsAwayWhatIsAboveTheCapOfOnePeer)
{
    serve(echo, transport::Limits{.connections_per_peer = 2});
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto first = co_await self.connect();
        auto second = co_await self.connect();
        auto third = co_await self.connect();
        co_await third.expect_closed();
        co_await first.expect(200, get("/"));
        second.close();
        co_await self.pass(seconds{1});
        auto fourth = co_await self.connect();
        co_await fourth.expect(200, get("/"));
    };
    play(scenario(*this));
    EXPECT_EQ(server_->counters().turned_away, 1U);
}

TEST_F(TransportLimits, TurnsAwayWhatIsAboveTheCapOfAll)
{
    serve(echo, transport::Limits{.connections = 1});
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        auto first = co_await self.connect();
        auto second = co_await self.connect();
        co_await second.expect_closed();
        co_await first.expect(200, get("/"));
    };
    play(scenario(*this));
}

TEST_F(TransportLimits, RefusesRequestsThatTwoReadersCouldReadDifferently)
{
    serve(echo);
    const auto scenario = [](TransportLimits& self) -> asio::awaitable<void> {
        for (const std::string_view headers :
             {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
              "Transfer-Encoding: gzip\r\n", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "Content-Length: -1\r\n",
              "Bad Name: x\r\n"}) {
            auto wire = co_await self.connect();
            co_await wire.expect(400, get("/", headers));
            co_await wire.expect_closed();
        }
    };
    play(scenario(*this));
}

} // namespace
} // namespace gatehouse::tests
