#include "check_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

namespace gatehouse {

namespace {

constexpr std::size_t kept_at_most = 64 * 1024, shown_at_most = 200;

/// Both ends; -1 where the system gives none.
struct Pipe {
    Pipe()
    {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() { close(0), close(1); }
    void close(std::size_t end)
    {
        if (ends.at(end) >= 0) ::close(ends.at(end));
        ends.at(end) = -1;
    }
    bool open() const { return ends[0] >= 0; }

    std::array<int, 2> ends{-1, -1};
};

/// Starts the program with its output and its complaints in pipes; answers its number, or 0.
pid_t start(const std::vector<std::string>& arguments, int input, int output, int complaints)
{
    std::vector<char*> words;
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    pid_t process = 0;
    const auto failed = ::posix_spawn(&process, words.front(), &actions, nullptr, words.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? process : 0;
}

/// A file without a name that holds the text, at its beginning; -1 when the system gives none.
int memory_with(std::string_view text)
{
    const int memory = ::memfd_create("input", MFD_CLOEXEC);
    if (memory < 0) return -1;
    const bool whole = ::write(memory, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (whole && ::lseek(memory, 0, SEEK_SET) == 0) return memory;
    ::close(memory);
    return -1;
}

/// Takes what is there, and keeps it up to the bound. False: that was the end.
bool read_some(int from, std::string& into)
{
    std::array<char, 4096> part{};
    const auto size = ::read(from, part.data(), part.size());
    if (size < 0 && errno == EINTR) return true;
    if (size <= 0) return false;
    into.append(part.data(), std::min(static_cast<std::size_t>(size), kept_at_most - into.size()));
    return true;
}

/// Reads until the program closes its output, and what it complains of meanwhile. False: that took too long.
bool read_all(int output, int complaints, Ended& into, base::milliseconds patience)
{
    const base::SystemClock clock;
    const auto end = clock.now() + patience;
    std::array<pollfd, 2> waits{{{.fd = complaints, .events = POLLIN, .revents = 0}, {.fd = output, .events = POLLIN, .revents = 0}}};
    for (;;) {
        const auto left = std::chrono::ceil<base::milliseconds>(end - clock.now());
        if (left.count() <= 0 || ::poll(waits.data(), waits.size(), static_cast<int>(left.count())) == 0) return false;
        if (waits[0].revents != 0 && !read_some(complaints, into.complaints))
            waits[0].fd = -1;
        else if (waits[0].revents == 0 && waits[1].revents != 0 && !read_some(output, into.output))
            return true; // the complaints before the end
    }
}

} // namespace

std::string ending_of(const Ended& ended)
{
    auto told = "exit status " + std::to_string(ended.status);
    const auto last = ended.complaints.find_last_not_of("\r\n");
    if (last == std::string::npos) return told;
    const auto before = ended.complaints.find_last_of("\r\n", last);
    auto line = ended.complaints.substr(before + 1, std::min(last - before, shown_at_most));
    for (auto& c : line)
        if (c < ' ' || c > '~' || c == '"') c = c == '"' ? '\'' : '?'; // it may stand in quotes
    return told + ", " + line;
}

base::Result<Ended> run_program(const std::vector<std::string>& arguments, std::string_view input, base::milliseconds patience)
{
    Pipe output, complaints;
    const int given = memory_with(input);
    const bool ready = given >= 0 && output.open() && complaints.open();
    const auto process = ready ? start(arguments, given, output.ends[1], complaints.ends[1]) : 0;
    if (given >= 0) ::close(given);
    output.close(1), complaints.close(1);
    if (process == 0) return base::fail(base::Fault::internal, arguments.front() + " cannot be started");
    Ended ended;
    const bool closed = read_all(output.ends[0], complaints.ends[0], ended, patience);
    output.close(0), complaints.close(0);
    if (!closed) ::kill(process, SIGKILL);
    int status = 0;
    ::waitpid(process, &status, 0);
    if (!closed) return base::fail(base::Fault::transient, arguments.front() + " did not answer in time");
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

} // namespace gatehouse
