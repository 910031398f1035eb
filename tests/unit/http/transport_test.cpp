#include "unit/http/loop.hpp"

#include <gmock/gmock.h>

namespace gatehouse::tests {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class Transport : public Loop {};

TEST_F(Transport, AnswersSeveralRequestsOnOneConnection)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto first = co_await wire.ask(get("/health?a=1"));
        const auto second = co_await wire.ask(post("/acs/users/get", R"({"x":1})"));
        EXPECT_EQ(first.status, 200U);
        EXPECT_EQ(first.body, "GET /health?a=1 ");
        EXPECT_EQ(second.body, R"(POST /acs/users/get? {"x":1})");
    };
    play(scenario(*this));
    EXPECT_EQ(server_->counters().accepted, 1U);
}

TEST_F(Transport, AnswersPipelinedRequestsInTheirOrder)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send(get("/1") + post("/2", "body") + get("/3"));
        const auto first = co_await wire.receive();
        EXPECT_EQ(first.body, "GET /1? ");
        const auto second = co_await wire.receive();
        EXPECT_EQ(second.body, "POST /2? body");
        const auto third = co_await wire.receive();
        EXPECT_EQ(third.body, "GET /3? ");
    };
    play(scenario(*this));
}

TEST_F(Transport, GivesEveryAnswerAnIdOfItsOwnAndAJsonType)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        auto first = co_await wire.ask(get("/"));
        auto second = co_await wire.ask(get("/"));
        auto bad = co_await wire.ask("nonsense\r\n\r\n");
        const auto uuid = MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        EXPECT_THAT(first.headers["seam-request-id"], uuid);
        EXPECT_THAT(bad.headers["seam-request-id"], uuid);
        EXPECT_NE(first.headers["seam-request-id"], second.headers["seam-request-id"]);
        EXPECT_EQ(bad.headers["content-type"], "application/json");
    };
    play(scenario(*this));
}

TEST_F(Transport, TellsTheHandlerTheHeadersItNeeds)
{
    serve([](const transport::Request& request) -> asio::awaitable<transport::Response> {
        transport::Response response;
        for (const auto text : {request.authorization, request.client_session_token, request.workspace, request.host, request.content_type})
            response.body.append(text).append("|");
        response.body += request.peer.address;
        co_return response;
    });
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto answer = co_await wire.ask(
            post("/", "", "AUTHORIZATION: Bearer t\r\nseam-client-session-token: s\r\nSeam-Workspace: w\r\nX-Other: o\r\n"));
        EXPECT_EQ(answer.body, "Bearer t|s|w|gate.example|application/json|127.0.0.1");
    };
    play(scenario(*this));
}

TEST_F(Transport, AnswersAThrowingHandlerWith500AndGoesOn)
{
    serve([](const transport::Request& request) -> asio::awaitable<transport::Response> {
        if (request.path == "/bad") throw std::runtime_error{"inner detail"};
        return echo(request);
    });
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto bad = co_await wire.ask(get("/bad"));
        EXPECT_EQ(bad.status, 500U);
        EXPECT_THAT(bad.body, HasSubstr(R"("type":"internal_server_error")"));
        EXPECT_THAT(bad.body, Not(HasSubstr("inner detail")));
        co_await wire.expect(200, get("/good"));
    };
    play(scenario(*this));
}

TEST_F(Transport, ReadsChunkedBodies)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto answer =
            co_await wire.ask("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        EXPECT_EQ(answer.body, "POST /c? abcde");
    };
    play(scenario(*this));
}

TEST_F(Transport, SaysContinueToAClientThatWaitsForIt)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        const auto go_on = co_await wire.ask("POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        EXPECT_EQ(go_on.status, 100U);
        const auto answer = co_await wire.ask("ab");
        EXPECT_EQ(answer.body, "POST /e? ab");
    };
    play(scenario(*this));
}

TEST_F(Transport, ClosesAfterAnAnswerWhenTheClientAsksForThat)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        auto answer = co_await wire.ask(get("/", "Connection: close\r\n"));
        EXPECT_EQ(answer.headers["connection"], "close");
        co_await wire.expect_closed();
        auto old = co_await self.connect();
        co_await old.expect(200, "GET / HTTP/1.0\r\n\r\n");
        co_await old.expect_closed();
    };
    play(scenario(*this));
}

TEST_F(Transport, LeavesOutAHeaderThatWouldSplitTheAnswer)
{
    serve([](const transport::Request&) -> asio::awaitable<transport::Response> {
        transport::Response response;
        response.headers.emplace_back("x-good", "1");
        response.headers.emplace_back("x-bad", "1\r\nx-evil: 1");
        co_return response;
    });
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        auto answer = co_await wire.ask(get("/"));
        EXPECT_TRUE(answer.headers.contains("x-good"));
        EXPECT_FALSE(answer.headers.contains("x-bad"));
        EXPECT_FALSE(answer.headers.contains("x-evil"));
    };
    play(scenario(*this));
}

TEST_F(Transport, SendsAHeadAnswerWithoutItsBody)
{
    serve(echo);
    const auto scenario = [](Transport& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send(get("/", "Connection: close\r\n", "HEAD") + "");
        co_await wire.expect(0, ""); // a body was announced, none came
    };
    play(scenario(*this));
}

} // namespace
} // namespace gatehouse::tests
