#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace gatehouse::simulators {

/// gatehouse-sim as a process, with its standard output in our hand. Ends with the object.
class Program {
public:
    explicit Program(std::vector<std::string> arguments);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// The next line of its standard output; empty when it ended or said nothing within 10 s.
    std::string line();
    /// What it wrote to standard error, to the end. Call after `wait`.
    std::string complaint();
    void signal(int number);
    int wait(); ///< exit status; 128 + n when signal n ended it

private:
    pid_t process_ = 0;
    int output_ = -1;
    int errors_ = -1;
};

/// One connection to a control socket.
class Control {
public:
    explicit Control(const std::string& path);
    ~Control();
    Control(const Control&) = delete;
    Control& operator=(const Control&) = delete;

    boost::json::object ask(std::string_view request);
    std::string ask_text(std::string_view request); ///< the answer line as it came; empty when the connection ended
    void send(std::string_view text);
    std::string receive();

private:
    int socket_ = -1;
    std::string pending_;
};

} // namespace gatehouse::simulators
