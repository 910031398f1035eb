#include "program.hpp"

#include <boost/json/parse.hpp>

#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gatehouse::simulators {
namespace {

constexpr int patience_ms = 10'000;

/// One line from a descriptor, byte by byte: what follows stays for the next reader.
std::string read_line(int descriptor)
{
    std::string text;
    pollfd readable{.fd = descriptor, .events = POLLIN, .revents = 0};
    char byte = 0;
    while (::poll(&readable, 1, patience_ms) > 0 && ::read(descriptor, &byte, 1) == 1) {
        if (byte == '\n') return text;
        text += byte;
    }
    return text;
}

} // namespace

Program::Program(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), GATEHOUSE_SIM);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int out[2]{};
    int err[2]{};
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        ::close_range(3, ~0U, 0);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    output_ = out[0];
    errors_ = err[0];
}

Program::~Program()
{
    signal(SIGKILL);
    wait();
    ::close(output_);
    ::close(errors_);
}

std::string Program::line()
{
    return read_line(output_);
}

std::string Program::complaint()
{
    std::string text;
    char piece[512];
    for (ssize_t length = 0; (length = ::read(errors_, piece, sizeof piece)) > 0;) text.append(piece, static_cast<std::size_t>(length));
    return text;
}

void Program::signal(int number)
{
    if (process_ > 0) ::kill(process_, number);
}

int Program::wait()
{
    if (process_ <= 0) return 0;
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Control::Control(const std::string& path) : socket_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)}
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error{"no control socket at " + path};
}

Control::~Control()
{
    ::close(socket_);
}

boost::json::object Control::ask(std::string_view request)
{
    return boost::json::parse(ask_text(request)).as_object();
}

std::string Control::ask_text(std::string_view request)
{
    send(std::string{request} + "\n");
    return receive();
}

void Control::send(std::string_view text)
{
    while (!text.empty()) {
        const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Control::receive()
{
    return read_line(socket_);
}

} // namespace gatehouse::simulators
