#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace gatehouse::bench {

/// A program on the measured core that is talked with in lines, over pipes, as a driver is. Ended by force with the object.
class Piped {
public:
    /// Throws when it cannot be started. Its standard error goes nowhere.
    explicit Piped(const std::vector<std::string>& command);
    /// Sleeps while there is nothing to read: for others have work on this core.
    void leave_the_core() { sleeps_ = true; }
    ~Piped();
    Piped(const Piped&) = delete;
    Piped& operator=(const Piped&) = delete;

    void send(std::string_view line); ///< without its newline
    /// The next line. Throws when none comes within ten seconds.
    std::string next();

private:
    pid_t pid_ = -1;
    int input_ = -1, output_ = -1;
    bool sleeps_ = false;
    std::string read_;
    std::size_t at_ = 0;
};

/// Gives back what it gets, until there is no more: what a pipe to a process and back costs.
int echo_lines();

} // namespace gatehouse::bench
