#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace gatehouse::walks {

/// The connection broke: whether the request had an effect is not known.
struct Gone : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Answer {
    unsigned status = 0;
    boost::json::object body;
    bool ok() const { return status >= 200 && status < 300; }
};

/// One connection to the API with one key. Connects when it is first used and again after it broke. One thread at a time.
class Client {
public:
    Client(std::uint16_t port, std::string key);
    ~Client();
    Client(Client&&) noexcept;

    /// Throws Gone when no whole answer came.
    Answer post(const std::string& path, const boost::json::object& body = {});
    /// The body of a 2xx; throws std::runtime_error with the answer otherwise.
    boost::json::object ask(const std::string& path, const boost::json::object& body = {});

private:
    struct Connection;
    std::uint16_t port_;
    std::string key_;
    std::unique_ptr<Connection> connection_;
};

/// Text of a member that has to be there.
std::string text(const boost::json::object& object, std::string_view member);

} // namespace gatehouse::walks
