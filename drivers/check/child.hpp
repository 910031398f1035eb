#pragma once

#include "sdk/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace gatehouse::check {

using sdk::Deadline;
using sdk::Milliseconds;

/// A program with its standard input, output and error in our hands: empty environment, working folder `/`, nothing else open. Killed in
/// the destructor.
///
/// Errors:  Failure where it does not start or takes no input.
/// Threads: one.
class Child {
public:
    explicit Child(const std::string& program, std::vector<std::string> arguments = {});
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// All of it, gathering its output meanwhile.
    void write(std::string_view bytes);
    /// Without reading its output, until it takes no more for `quiet`: how many bytes went.
    std::size_t write_unread(std::string_view bytes, Milliseconds quiet);
    /// The next line of its output without the newline; nothing when there is none by then, or no more at all.
    std::optional<std::string> line(Deadline until);

    void close_input();
    void signal(int number);
    /// How it ended by itself, "exit status 1" or "signal 11 (SIGSEGV)"; empty while it runs on. A moment is waited for where it takes no
    /// input or has closed its output.
    std::string ending();
    /// -1 for a signal; nothing while it runs on. Its output is gathered meanwhile.
    std::optional<int> exit_code(Deadline until);
    /// Whether it ended by then. Nobody reads its output meanwhile.
    bool ends(Deadline until) const;
    std::string log() const;
    std::size_t resident_kib() const;
    /// A line too long for the protocol was among its output.
    bool too_long() const { return too_long_; }

private:
    bool gather(Deadline until);
    std::size_t write_some(std::string_view bytes);
    bool reaped(Deadline until);

    pid_t pid_ = -1;
    int input_ = -1, output_ = -1, log_ = -1, process_ = -1;
    std::optional<int> status_; ///< as waitpid has it, once it ended
    std::string pending_;
    bool ended_ = false, refuses_ = false, too_long_ = false;
};

} // namespace gatehouse::check
