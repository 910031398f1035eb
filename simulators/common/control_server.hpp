#pragma once

#include "common/outcome.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <string>

namespace gatehouse::simulators::common {

/// The Unix socket a test steers a simulator by: one JSON object a line each way, answers in the order of the requests.
/// A line is at most 64 KiB; a longer one is answered with an error and the connection is closed.
class ControlServer {
public:
    using Answer = std::function<boost::json::object(const boost::json::object&)>;

    explicit ControlServer(boost::asio::io_context& context) : context_{context}, acceptor_{context} {}
    ~ControlServer() { close(); }
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Listens and serves. The path appears only when connections are accepted; a stale socket there is replaced.
    ///
    /// Errors:  `control: ...` when the path is too long or cannot be bound.
    /// Threads: the one that runs the context; `answer` runs there too.
    Outcome<void> open(const std::string& path, Answer answer);

    /// Stops listening and removes the path. Open connections end with the context.
    void close();

    bool is_open() const { return acceptor_.is_open(); }

private:
    boost::asio::io_context& context_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    std::string path_;
};

/// `{"ok":false,"error":text}`
boost::json::object refusal(std::string text);

} // namespace gatehouse::simulators::common
