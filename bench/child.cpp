#include "child.hpp"

#include "machine.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace gatehouse::bench {

Child::Child(const std::vector<std::string>& command, const std::filesystem::path& log, const std::string& preload)
{
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (output >= 0) ::dup2(output, 1), ::dup2(output, 2);
        if (!preload.empty()) ::setenv("LD_PRELOAD", preload.c_str(), 1);
        if (pin_to(measured_core)) ::execv(words[0], words.data());
        ::_exit(127);
    }
    if (output >= 0) ::close(output);
    if (pid_ < 0) throw std::runtime_error{"cannot start " + command.front()};
}

bool Child::running()
{
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
}

Child::~Child()
{
    if (!running()) return;
    ::kill(pid_, SIGTERM);
    const auto patience = Clock::now() + Seconds{10};
    while (running() && Clock::now() < patience) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    if (!running()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

} // namespace gatehouse::bench
