#include "devices/process_channel.hpp"

#include "devices/line_pipe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <deque>
#include <utility>

namespace gatehouse::devices {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_line = 64 * 1024, longest_words = 4 * 1024, waiting_at_most = 1024 * 1024;
constexpr int moment_ms = 100;
constexpr rlim_t descriptors_of_a_driver = 1'024;

/// Our ends of its pipes, and its handle.
struct Ends {
    int to_child = -1, from_child = -1, its_log = -1, handle = -1;
};

/// What the channel and its outstanding reads and writes share; events end with the channel.
struct Process : std::enable_shared_from_this<Process> {
    Process(const asio::any_io_executor& core, ChannelEvents told, pid_t child, Ends ends)
        : events{std::move(told)}, pid{child}, input{core, ends.to_child}, watch{core, ends.handle}, output_end{ends.from_child},
          log_end{ends.its_log}
    {
    }
    ~Process()
    {
        if (pid <= 0) return; // else the loop is gone, and its child is waited for a moment at most
        kill();
        pollfd gone{watch.native_handle(), POLLIN, 0};
        ::poll(&gone, 1, moment_ms);
        ::waitpid(pid, nullptr, WNOHANG);
    }

    void start()
    {
        output = pipe(output_end, longest_line, events.line, &Process::output_ended);
        log = pipe(log_end, longest_words, events.words, &Process::log_ended);
        watch.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](auto error) {
            if (!error) self->reap();
        });
    }

    std::shared_ptr<LinePipe> pipe(int descriptor, std::size_t longest, const std::function<void(std::string_view)>& line,
                                   bool Process::*ended)
    {
        PipeEvents told;
        told.line = [line](std::string_view text) {
            if (line) line(text);
        };
        told.thrown_away = [away = events.thrown_away](std::size_t bytes) {
            if (away) away(bytes);
        };
        told.ended = [weak = weak_from_this(), ended] {
            if (const auto self = weak.lock()) self->over(ended);
        };
        auto made = std::make_shared<LinePipe>(input.get_executor(), descriptor, longest, std::move(told));
        made->read();
        return made;
    }

    void over(bool Process::*ended)
    {
        this->*ended = true;
        if (output_ended && open && pid != 0 && events.hung_up) events.hung_up();
        finish();
    }

    /// With whatever it has started.
    void kill() const
    {
        if (pid > 0 && ::kill(-pid, SIGKILL) != 0) ::kill(pid, SIGKILL);
    }

    bool send(std::string line)
    {
        if (waiting + line.size() > waiting_at_most) return false;
        line += '\n';
        waiting += line.size();
        queue.push_back(std::move(line));
        if (queue.size() == 1) write();
        return true;
    }

    void write()
    {
        asio::async_write(input, asio::buffer(queue.front()), [self = shared_from_this()](auto error, std::size_t) {
            self->waiting -= self->queue.front().size();
            self->queue.pop_front();
            if (error) { // its end comes by the watch
                self->queue.clear();
                self->waiting = 0;
            } else if (!self->queue.empty()) {
                self->write();
            } else if (self->closing) {
                self->close_input();
            }
        });
    }

    void close_input()
    {
        closing = true;
        boost::system::error_code ignored;
        if (queue.empty()) input.close(ignored);
    }

    void reap()
    {
        kill(); // it is gone; what it has left behind may hold its pipes, or a bus
        int status = 0;
        if (::waitpid(pid, &status, WNOHANG) != pid) return;
        pid = 0;
        boost::system::error_code ignored;
        watch.close(ignored);
        reason = WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status)) : "signal " + std::to_string(WTERMSIG(status));
        finish();
    }

    /// Told once, when the process is gone and what it had said is read.
    void finish()
    {
        if (!open || pid != 0 || !output_ended || !log_ended) return;
        open = false;
        events.ended(reason);
    }

    /// Nobody listens any more. A child that hangs in the kernel does not go at once, and nobody waits for it: the watch reaps it.
    void drop()
    {
        open = false;
        boost::system::error_code ignored;
        input.close(ignored);
        output->close();
        log->close();
        kill();
    }

    ChannelEvents events;
    pid_t pid;
    asio::posix::stream_descriptor input, watch;
    std::shared_ptr<LinePipe> output, log;
    int output_end, log_end;
    std::string reason;
    std::deque<std::string> queue;
    std::size_t waiting = 0;
    bool closing = false, output_ended = false, log_ended = false, open = true;
};

class ProcessChannel final : public Channel {
public:
    explicit ProcessChannel(std::shared_ptr<Process> process) : process_{std::move(process)} { process_->start(); }
    ~ProcessChannel() override { process_->drop(); }
    bool send(std::string line) override { return process_->send(std::move(line)); }
    void close_input() override { process_->close_input(); }
    void rest() override { process_->output->rest(), process_->log->rest(); }
    void read_on() override { process_->output->read_on(), process_->log->read_on(); }

private:
    std::shared_ptr<Process> process_;
};

/// Runs in the child: only calls that are safe after fork.
[[noreturn]] void become(const char* program, int in, int out, int log)
{
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    ::setpgid(0, 0); // a terminal's interrupt is for the daemon; it tells its drivers itself
    if (::chdir("/") != 0) ::_exit(126);
    rlimit files{}; // the daemon raises its own; libraries that use select() stop a program at descriptor 1024
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = std::min(files.rlim_cur, descriptors_of_a_driver);
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    const std::array<char*, 2> arguments{const_cast<char*>(program), nullptr};
    const std::array<char*, 1> environment{nullptr};
    ::execve(program, arguments.data(), environment.data());
    ::_exit(127);
}

} // namespace

base::Result<std::unique_ptr<Channel>> start_process(const asio::any_io_executor& core, const std::string& program, ChannelEvents events)
{
    std::array<std::array<int, 2>, 3> pipes{{{-1, -1}, {-1, -1}, {-1, -1}}}; // its input, its output, its log
    const auto failed = [&pipes](std::string_view what) {
        auto error = base::fail(base::Fault::internal, std::string{what} + ": " + std::strerror(errno));
        for (const auto& pipe : pipes)
            for (const auto end : pipe)
                if (end >= 0) ::close(end);
        return error;
    };
    for (auto& pipe : pipes)
        if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return failed("pipe");
    auto& [in, out, log] = pipes;
    const auto pid = ::fork();
    if (pid == 0) become(program.c_str(), in[0], out[1], log[1]);
    for (auto* end : {in.data(), out.data() + 1, log.data() + 1}) ::close(std::exchange(*end, -1));
    const auto handle = pid < 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (handle < 0) {
        auto error = failed(pid < 0 ? "fork" : "pidfd_open");
        if (pid > 0) ::kill(pid, SIGKILL), ::waitpid(pid, nullptr, 0);
        return error;
    }
    ::setpgid(pid, pid); // as it does itself: whoever is first
    const Ends ends{in[1], out[0], log[0], handle};
    return std::unique_ptr<Channel>{std::make_unique<ProcessChannel>(std::make_shared<Process>(core, std::move(events), pid, ends))};
}

} // namespace gatehouse::devices
