#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/transport/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::tests {

namespace asio = boost::asio;
namespace transport = http::transport;

/// An answer as a client sees it.
struct Answered {
    unsigned status = 0; ///< 0: the connection ended before an answer
    std::map<std::string, std::string> headers = {};
    std::string body = {};
};

/// A client's end of a real socket, spoken to byte by byte.
class Wire {
public:
    explicit Wire(asio::generic::stream_protocol::socket socket) : socket_{std::move(socket)} {}
    asio::awaitable<bool> send(std::string_view bytes);
    /// Reads one answer.
    asio::awaitable<Answered> receive();
    asio::awaitable<Answered> ask(std::string_view bytes);
    /// Asks (or, with nothing to send, only reads) and expects this status; 0: no answer comes.
    asio::awaitable<void> expect(unsigned status, std::string_view bytes);
    /// Reads until the server closes.
    asio::awaitable<void> expect_closed();
    void close();

private:
    asio::generic::stream_protocol::socket socket_;
    std::string pending_;
};

/// Server and client on one thread, in virtual time.
class Loop : public ::testing::Test {
public:
    Loop() = default;
    ~Loop() override;

    /// Listens on a free loopback port.
    void serve(transport::Handler handler, transport::Limits limits = {});
    void serve(transport::Handler handler, transport::Options options);
    asio::awaitable<Wire> connect();
    asio::awaitable<Wire> connect_unix(std::string path);
    /// Lets the virtual clock run and everything that became due happen.
    asio::awaitable<void> pass(base::microseconds span);
    /// Runs a scenario to its end.
    void play(asio::awaitable<void> scenario);

    base::ManualClock clock_; // before the context: it outlives every coroutine that waits on it
    base::SeededRandom random_{1};
    asio::io_context context_{1};
    std::optional<transport::Server> server_;
};

/// "POST /path" with a JSON body.
std::string post(std::string_view path, std::string_view body, std::string_view headers = "");
std::string get(std::string_view target, std::string_view headers = "", std::string_view verb = "GET");

/// Answers everything with what it got: "VERB path?query body".
asio::awaitable<transport::Response> echo(const transport::Request& request);

} // namespace gatehouse::tests
