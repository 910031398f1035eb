#include "piped.hpp"

#include "machine.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace gatehouse::bench {

namespace {

constexpr Seconds answer_within{10};

bool write_all(int to, std::string_view text)
{
    while (!text.empty()) {
        const auto written = ::write(to, text.data(), text.size());
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

Piped::Piped(const std::vector<std::string>& command)
{
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error{"no pipes"};
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(in[0], 0), ::dup2(out[1], 1), ::dup2(nowhere, 2);
        if (pin_to(measured_core)) ::execv(words[0], words.data());
        ::_exit(127);
    }
    ::close(in[0]), ::close(out[1]);
    input_ = in[1], output_ = out[0];
    if (pid_ < 0) throw std::runtime_error{"cannot start " + command.front()};
    ::fcntl(output_, F_SETFL, O_NONBLOCK);
}

Piped::~Piped()
{
    ::close(input_), ::close(output_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Piped::send(std::string_view line)
{
    if (!write_all(input_, std::string{line} + "\n")) throw std::runtime_error{"it has ended"};
}

std::string Piped::next()
{
    const auto end = Clock::now() + answer_within;
    std::array<char, 65'536> some{};
    for (;;) {
        if (const auto newline = read_.find('\n', at_); newline != std::string::npos) {
            auto line = read_.substr(at_, newline - at_);
            at_ = newline + 1;
            if (at_ == read_.size()) read_.clear(), at_ = 0;
            return line;
        }
        const auto got = ::read(output_, some.data(), some.size());
        if (got > 0)
            read_.append(some.data(), static_cast<std::size_t>(got));
        else if (got == 0 || Clock::now() > end)
            throw std::runtime_error{"no answer from a driver"};
        else if (pollfd ready{output_, POLLIN, 0}; sleeps_)
            ::poll(&ready, 1, 1'000);
    }
}

int echo_lines()
{
    std::array<char, 65'536> some{};
    for (ssize_t got = 0; (got = ::read(0, some.data(), some.size())) > 0;)
        if (!write_all(1, {some.data(), static_cast<std::size_t>(got)})) return 1;
    return 0;
}

} // namespace gatehouse::bench
