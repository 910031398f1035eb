#include "drivers/driver_process.hpp"

#include <boost/json/parse.hpp>

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
#include <stdexcept>

namespace gatehouse::drivers {

namespace {

constexpr sdk::Milliseconds patience{5000};
constexpr sdk::Milliseconds enough{300}; ///< a driver that takes nothing for so long has stopped reading

std::array<int, 2> make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
    return ends;
}

} // namespace

DriverProcess::DriverProcess(const std::string& program, std::vector<std::string> arguments)
{
    ::signal(SIGPIPE, SIG_IGN);
    const auto in = make_pipe();
    const auto out = make_pipe();
    log_ = ::memfd_create("log", MFD_CLOEXEC);

    arguments.insert(arguments.begin(), program);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, log_, 2);
    const auto failed = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    if (failed != 0) throw std::runtime_error{"cannot start " + program};
    input_ = in[1];
    ::fcntl(input_, F_SETFL, O_NONBLOCK);
    output_ = out[0];
    process_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

DriverProcess::~DriverProcess()
{
    if (!code_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    close_input();
    ::close(output_);
    ::close(log_);
    ::close(process_);
}

void DriverProcess::send(std::string_view line)
{
    const auto whole = std::string{line} + "\n";
    const auto deadline = sdk::Deadline::in(patience);
    for (std::size_t sent = 0; sent < whole.size();) {
        std::array<pollfd, 2> watched{{{input_, POLLOUT, 0}, {output_, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), static_cast<int>(deadline.left().count())) <= 0)
            throw std::runtime_error{"no input taken"};
        if (watched[0].revents != 0) sent += write_some(std::string_view{whole}.substr(sent));
        if (watched[1].revents != 0) read_some(deadline);
    }
}

std::size_t DriverProcess::send_unread(std::string_view line)
{
    for (std::size_t sent = 0; sent < line.size();) {
        pollfd watched{input_, POLLOUT, 0};
        if (::poll(&watched, 1, static_cast<int>(enough.count())) == 0) return sent;
        sent += write_some(line.substr(sent));
    }
    return line.size();
}

std::size_t DriverProcess::write_some(std::string_view bytes)
{
    const auto count = ::write(input_, bytes.data(), bytes.size());
    if (count < 0 && errno != EAGAIN) throw std::runtime_error{"the driver takes no input"};
    return count < 0 ? 0 : static_cast<std::size_t>(count);
}

std::string DriverProcess::request(std::string_view type, const std::string& fields, sdk::Milliseconds budget)
{
    auto id = std::to_string(++id_);
    const auto deadline = std::to_string(sdk::Deadline::in(budget).at().time_since_epoch().count());
    send(R"({"type":")" + std::string{type} + R"(","id":")" + id + R"(","deadline":")" + deadline + R"(","line":"bus")" + fields + "}");
    return id;
}

bool DriverProcess::read_some(sdk::Deadline deadline)
{
    pollfd watched{output_, POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(deadline.left().count())) <= 0) return false;
    std::array<char, 65'536> buffer;
    const auto count = ::read(output_, buffer.data(), buffer.size());
    if (count <= 0) return false;
    const auto keep = [this](std::string_view line) {
        lines_.push_back(boost::json::parse(line).as_object());
        return true;
    };
    splitter_.feed({buffer.data(), static_cast<std::size_t>(count)}, keep, [] { throw std::runtime_error{"oversize line"}; });
    return true;
}

std::optional<boost::json::object> DriverProcess::find(const std::function<bool(const boost::json::object&)>& fits)
{
    const auto deadline = sdk::Deadline::in(patience);
    std::size_t seen = 0;
    for (;;) {
        for (; seen < lines_.size(); ++seen)
            if (fits(lines_[seen])) return lines_[seen];
        if (!read_some(deadline)) return std::nullopt;
    }
}

boost::json::object DriverProcess::answer(const std::string& id)
{
    const auto its = [&id](const boost::json::object& line) {
        return line.contains("id") && line.at("id") == boost::json::string_view{id};
    };
    return find(its).value_or(boost::json::object{});
}

boost::json::object DriverProcess::ask(std::string_view type, const std::string& fields, sdk::Milliseconds budget)
{
    return answer(request(type, fields, budget));
}

void DriverProcess::agree()
{
    ask("hello", R"(,"versions":[1],"daemon":"a test")");
}

void DriverProcess::close_input()
{
    if (input_ >= 0) ::close(input_);
    input_ = -1;
}

void DriverProcess::signal(int number)
{
    ::kill(pid_, number);
}

std::optional<int> DriverProcess::exit_code(sdk::Milliseconds budget)
{
    const auto deadline = sdk::Deadline::in(budget);
    while (read_some(deadline)) {
    }
    pollfd watched{process_, POLLIN, 0};
    if (::poll(&watched, 1, static_cast<int>(deadline.left().count())) <= 0) return std::nullopt;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return code_;
}

std::string DriverProcess::log()
{
    std::string text(static_cast<std::size_t>(::lseek(log_, 0, SEEK_END)), '\0');
    const auto count = ::pread(log_, text.data(), text.size(), 0);
    text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    return text;
}

std::string DriverProcess::text_output()
{
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; (count = ::read(output_, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
}

} // namespace gatehouse::drivers
