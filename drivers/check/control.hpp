#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <string>

namespace gatehouse::check {

/// One connection to the Unix socket that a device is steered by: a JSON object a line each way (docs/simulators.md).
///
/// Errors:  BadBench where it does not answer within 10 s.
/// Threads: one.
class Control {
public:
    static std::unique_ptr<Control> connect(const std::string& path); ///< null: nobody listens there yet
    ~Control();
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;

    boost::json::object ask(const boost::json::value& request);

private:
    explicit Control(int socket) : socket_{socket} {}

    int socket_;
    std::string pending_;
};

} // namespace gatehouse::check
