#include "child.hpp"

#include "failure.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace gatehouse::check {

namespace {

constexpr Milliseconds takes_input_within{5'000}, ends_within{500};
constexpr std::size_t longest_line = 65'536;

std::array<int, 2> make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw BadBench{"no pipe could be made"};
    return ends;
}

} // namespace

Child::Child(const std::string& program, std::vector<std::string> arguments)
{
    ::signal(SIGPIPE, SIG_IGN);
    const auto in = make_pipe(), out = make_pipe();
    log_ = ::memfd_create("log", MFD_CLOEXEC);
    arguments.insert(arguments.begin(), program);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    // Empty, as the daemon has it; but a sanitiser in the program is asked to keep little of its own, or that would count as memory.
    std::string sanitiser = "ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64:max_redzone=32:malloc_context_size=0",
                leaks = "LSAN_OPTIONS=";
    if (const auto* known = std::getenv("LSAN_OPTIONS")) leaks += known;
    std::array<char*, 3> environment{sanitiser.data(), leaks.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, log_, 2);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    const auto failed = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
    if (failed != 0) throw Silent{std::string{"it cannot be started: "} + std::strerror(failed)};
    ::fcntl(input_, F_SETFL, O_NONBLOCK);
    process_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

Child::~Child()
{
    if (pid_ > 0 && !status_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    for (const auto descriptor : {input_, output_, log_, process_})
        if (descriptor >= 0) ::close(descriptor);
}

std::size_t Child::write_some(std::string_view bytes)
{
    const auto count = ::write(input_, bytes.data(), bytes.size());
    refuses_ = count < 0 && errno != EAGAIN;
    if (refuses_) throw Silent{"it takes no more input"};
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

void Child::write(std::string_view bytes)
{
    const auto until = Deadline::in(takes_input_within);
    while (!bytes.empty()) {
        std::array<pollfd, 2> watched{{{input_, POLLOUT, 0}, {ended_ ? -1 : output_, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), static_cast<int>(until.left().count())) <= 0)
            throw Silent{"it took no input for 5 s though its output was read"};
        if (watched[0].revents != 0) bytes.remove_prefix(write_some(bytes));
        if (watched[1].revents != 0) gather(until);
    }
}

std::size_t Child::write_unread(std::string_view bytes, Milliseconds quiet)
{
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        pollfd watched{input_, POLLOUT, 0};
        if (::poll(&watched, 1, static_cast<int>(quiet.count())) <= 0) break;
        sent += write_some(bytes.substr(sent));
    }
    return sent;
}

bool Child::gather(Deadline until)
{
    pollfd watched{output_, POLLIN, 0};
    if (ended_ || ::poll(&watched, 1, static_cast<int>(until.left().count())) <= 0) return false;
    std::array<char, 65'536> some;
    const auto count = ::read(output_, some.data(), some.size());
    ended_ = count <= 0;
    if (!ended_) pending_.append(some.data(), static_cast<std::size_t>(count));
    return !ended_;
}

std::optional<std::string> Child::line(Deadline until)
{
    for (;;) {
        if (const auto end = pending_.find('\n'); end != std::string::npos) {
            too_long_ = too_long_ || end >= longest_line;
            auto line = pending_.substr(0, end);
            pending_.erase(0, end + 1);
            return line;
        }
        if (!gather(until)) return std::nullopt;
    }
}

void Child::close_input()
{
    if (input_ >= 0) ::close(input_);
    input_ = -1;
}

void Child::signal(int number)
{
    ::kill(pid_, number);
}

std::optional<int> Child::exit_code(Deadline until)
{
    while (!status_ && gather(until)) {
    }
    if (!reaped(until)) return std::nullopt;
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : -1;
}

bool Child::reaped(Deadline until)
{
    if (status_ || !ends(until)) return status_.has_value();
    int status = 0;
    ::waitpid(pid_, &status, 0);
    status_ = status;
    return true;
}

std::string Child::ending()
{
    if (!reaped(Deadline::in(ended_ || refuses_ ? ends_within : Milliseconds{0}))) return {};
    if (WIFEXITED(*status_)) return "exit status " + std::to_string(WEXITSTATUS(*status_));
    const auto* name = ::sigabbrev_np(WTERMSIG(*status_));
    return "signal " + std::to_string(WTERMSIG(*status_)) + (name == nullptr ? "" : " (SIG" + std::string{name} + ")");
}

bool Child::ends(Deadline until) const
{
    pollfd watched{process_, POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(until.left().count())) > 0;
}

std::string Child::log() const
{
    std::string text(static_cast<std::size_t>(::lseek(log_, 0, SEEK_END)), '\0');
    const auto count = ::pread(log_, text.data(), text.size(), 0);
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
}

std::size_t Child::resident_kib() const
{
    std::ifstream status{"/proc/" + std::to_string(pid_) + "/status"};
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
    return 0;
}

} // namespace gatehouse::check
