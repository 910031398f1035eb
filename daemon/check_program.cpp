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

constexpr std::size_t kept_at_most = 64 * 1024;

/// Starts the program with its output in a pipe; answers its number, or 0.
pid_t start(const std::vector<std::string>& arguments, int input, int output)
{
    std::vector<char*> words;
    for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
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

/// Reads until the other end closes. False: that took too long.
bool read_all(int from, std::string& into, base::milliseconds patience)
{
    const base::SystemClock clock;
    const auto end = clock.now() + patience;
    std::array<char, 4096> part{};
    for (;;) {
        const auto left = std::chrono::ceil<base::milliseconds>(end - clock.now());
        pollfd waits{.fd = from, .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&waits, 1, static_cast<int>(left.count())) == 0) return false;
        const auto size = ::read(from, part.data(), part.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return true;
        into.append(part.data(), std::min(static_cast<std::size_t>(size), kept_at_most - into.size()));
    }
}

} // namespace

base::Result<Ended> run_program(const std::vector<std::string>& arguments, std::string_view input, base::milliseconds patience)
{
    std::array<int, 2> output{-1, -1};
    const int given = memory_with(input);
    const bool piped = ::pipe2(output.data(), O_CLOEXEC) == 0;
    const auto process = given >= 0 && piped ? start(arguments, given, output[1]) : 0;
    for (const int end : {given, output[1]})
        if (end >= 0) ::close(end);
    Ended ended;
    const bool closed = process != 0 && read_all(output[0], ended.output, patience);
    if (output[0] >= 0) ::close(output[0]);
    if (process == 0) return base::fail(base::Fault::internal, arguments.front() + " cannot be started");
    if (!closed) ::kill(process, SIGKILL);
    int status = 0;
    ::waitpid(process, &status, 0);
    if (!closed) return base::fail(base::Fault::transient, arguments.front() + " did not answer in time");
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

} // namespace gatehouse
