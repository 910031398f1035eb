#include "http/transport/sockets.hpp"
#include "unit/http/things.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace gatehouse::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

class Listening : public Loop {
public:
    Listening()
    {
        std::string pattern = ::testing::TempDir() + "gatehouse-http-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~Listening() override { std::filesystem::remove_all(folder_); }
    base::Error refused(transport::Options options)
    {
        auto opened = transport::Server::open(context_, clock_, random_, std::move(options));
        return opened ? base::fail(base::Fault::internal, "it was opened") : opened.error();
    }
    std::string folder_;
};

TEST_F(Listening, TellsTheUnixPeersUser)
{
    transport::Options options;
    options.unix_sockets.push_back({.path = folder_ + "/sock", .mode = 0600});
    serve(
        [](const transport::Request& request) -> asio::awaitable<transport::Response> {
            transport::Response response;
            response.body = request.peer.address + " " + std::to_string(request.peer.uid.value_or(12345));
            co_return response;
        },
        std::move(options));
    const auto scenario = [](Listening& self, Answered& seen) -> asio::awaitable<void> {
        auto wire = co_await self.connect_unix(self.folder_ + "/sock");
        seen = co_await wire.ask(get("/"));
    };
    Answered seen;
    play(scenario(*this, seen));
    EXPECT_EQ(seen.body, "unix " + std::to_string(::getuid()));
    EXPECT_EQ(server_->bound().front().url(), "unix:" + folder_ + "/sock");
    struct stat status {};
    ::stat((folder_ + "/sock").c_str(), &status);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    server_.reset();
    EXPECT_NE(::access((folder_ + "/sock").c_str(), F_OK), 0) << "the socket file goes with the server";
}

TEST_F(Listening, ReplacesAStaleSocketAndNoOtherFile)
{
    transport::Options options;
    options.unix_sockets.push_back({.path = folder_ + "/file"});
    std::ofstream{folder_ + "/file"} << "precious";
    EXPECT_THAT(refused(options).detail, HasSubstr("in the way"));
    EXPECT_EQ(std::filesystem::file_size(folder_ + "/file"), 8U);
}

TEST_F(Listening, KnowsBeforehandWhereItCouldNotListenAndDisturbsNobody)
{
    const auto could = [this](transport::TcpListener where) { return transport::could_listen(context_.get_executor(), where); };
    const auto elsewhere = could({.address = "192.0.2.7", .port = 0, .tls = true, .said_at = "a.yaml:3: http.tls_listen"});
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().detail, "a.yaml:3: http.tls_listen: cannot listen on 192.0.2.7 port 0: this machine has no such address");
    transport::Options options;
    options.tcp.push_back({.port = 0});
    serve({}, std::move(options));
    const auto port = server_->bound().front().port;
    const auto taken = could({.port = port});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, "address_in_use");
    server_.reset();
    const auto held = could({.port = port});
    EXPECT_TRUE(held) << "nothing was left behind";
    EXPECT_TRUE(transport::listen_on(context_.get_executor(), transport::TcpListener{.port = port}));
}

TEST_F(Listening, SaysEveryAddressItCannotListenOn)
{
    transport::Options options;
    options.tcp.push_back({.address = "192.0.2.7", .port = 0, .unsafe_plaintext = true});
    options.tcp.push_back({.address = "192.0.2.8", .port = 0, .unsafe_plaintext = true});
    options.unix_sockets.push_back({.path = folder_ + "/sock"});
    EXPECT_EQ(refused(options).detail, "cannot listen on 192.0.2.7 port 0: this machine has no such address\n"
                                       "cannot listen on 192.0.2.8 port 0: this machine has no such address");
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/sock"));
}

TEST_F(Listening, RefusesPlainHttpBeyondThisMachine)
{
    transport::Options options;
    options.tcp.push_back({.address = "0.0.0.0", .port = 0});
    EXPECT_THAT(refused(options).detail, HasSubstr("TLS"));
    options.tcp.front().unsafe_plaintext = true;
    EXPECT_EQ(refused(options).detail, "it was opened");
}

TEST_F(Listening, NamesAnAddressThatIsTaken)
{
    serve(echo);
    transport::Options options;
    options.tcp.push_back({.address = "127.0.0.1", .port = server_->bound().front().port});
    EXPECT_THAT(refused(options).detail, HasSubstr("127.0.0.1 port " + std::to_string(server_->bound().front().port)));
}

TEST_F(Listening, ReadsAddressesAsTheConfigurationWritesThem)
{
    EXPECT_EQ(transport::parse_tcp_listener("127.0.0.1:8080")->port, 8080);
    EXPECT_EQ(transport::parse_tcp_listener("[::1]:0")->address, "::1");
    for (const auto* const bad : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "::1:80", "host:80"})
        EXPECT_FALSE(transport::parse_tcp_listener(bad)) << bad;
    EXPECT_EQ((transport::Bound{"http", "::1", 80}).url(), "http://[::1]:80");
}

TEST_F(Listening, StopsGracefully)
{
    base::Wakeup go{context_.get_executor()};
    serve([&go, this](const transport::Request& request) -> asio::awaitable<transport::Response> {
        if (request.path == "/slow") co_await go.wait(clock_);
        auto response = co_await echo(request);
        co_return response;
    });
    const auto scenario = [](Listening& self, base::Wakeup& work) -> asio::awaitable<void> {
        auto idle = co_await self.connect();
        co_await idle.expect(200, get("/"));
        auto busy = co_await self.connect();
        co_await busy.send(get("/slow"));
        co_await self.pass(milliseconds{250});
        bool stopped = false;
        asio::co_spawn(self.context_, self.server_->stop(seconds{5}), [&stopped](const std::exception_ptr&) { stopped = true; });
        co_await idle.expect_closed();
        EXPECT_FALSE(stopped);
        work.notify();
        auto answer = co_await busy.receive();
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.headers["connection"], "close");
        co_await busy.expect_closed();
        co_await self.pass(milliseconds{250});
        EXPECT_TRUE(stopped);
    };
    play(scenario(*this, go));
}

TEST_F(Listening, StopsAtTheDrainDeadlineWhateverIsStillRunning)
{
    base::Wakeup never{context_.get_executor()};
    serve([&never, this](const transport::Request& request) -> asio::awaitable<transport::Response> {
        co_await never.wait(clock_);
        auto response = co_await echo(request);
        co_return response;
    });
    const auto scenario = [](Listening& self) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        co_await wire.send(get("/"));
        co_await self.pass(milliseconds{250});
        bool stopped = false;
        asio::co_spawn(self.context_, self.server_->stop(seconds{5}), [&stopped](const std::exception_ptr&) { stopped = true; });
        co_await self.pass(seconds{4});
        EXPECT_FALSE(stopped);
        co_await self.pass(seconds{2});
        EXPECT_TRUE(stopped);
        co_await wire.expect_closed();
    };
    play(scenario(*this));
    never.notify();
    context_.restart();
    context_.poll();
}

TEST_F(Listening, LetsLocalToolsInByTheirUser)
{
    transport::Options options;
    options.unix_sockets.push_back({.path = folder_ + "/sock"});
    const auto nothing = [](Context&, const api::Params&) -> asio::awaitable<api::Answer> { co_return api::ok(); };
    const auto open = [](const api::Visit&) -> base::Result<Context> { return Context{}; };
    std::vector<api::BasicEndpoint<Context>> rows;
    rows.push_back({api::Route{api::Policy::local_admin, "/admin"}, nothing});
    api::Api<Context> own{clock_, api::Settings{.own_uid = ::getuid()}, rows, {}, open};
    api::Api<Context> other{clock_, api::Settings{.own_uid = ::getuid() + 1}, rows, {}, open};
    serve(own.handler(), options);
    const auto scenario = [](Listening& self, unsigned& status) -> asio::awaitable<void> {
        auto wire = co_await self.connect_unix(self.folder_ + "/sock");
        const auto answered = co_await wire.ask(post("/admin", "{}"));
        status = answered.status;
    };
    unsigned status = 0;
    play(scenario(*this, status));
    EXPECT_EQ(status, 200U);
    server_.reset();
    serve(other.handler(), options);
    play(scenario(*this, status));
    EXPECT_EQ(status, ::getuid() == 0 ? 200U : 403U);
}

} // namespace
} // namespace gatehouse::tests
