#include "devices/process_channel.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
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

namespace gatehouse::devices {

namespace asio = boost::asio;

namespace {

constexpr std::size_t longest_line = 64 * 1024, waiting_at_most = 1024 * 1024;
constexpr int lines_a_turn = 64, moment_ms = 100;
constexpr rlim_t descriptors_of_a_driver = 1'024;

/// What the channel and its outstanding reads and writes share; events end with the channel.
struct Process : std::enable_shared_from_this<Process> {
    Process(const asio::any_io_executor& core, ChannelEvents told, pid_t child, int to_child, int from_child, int handle)
        : events{std::move(told)}, pid{child}, input{core, to_child}, output{core, from_child}, watch{core, handle}
    {
    }
    ~Process()
    {
        if (pid <= 0) return; // else the loop is gone, and its child is waited for a moment at most
        ::kill(pid, SIGKILL);
        pollfd gone{watch.native_handle(), POLLIN, 0};
        ::poll(&gone, 1, moment_ms);
        ::waitpid(pid, nullptr, WNOHANG);
    }

    void start()
    {
        read();
        watch.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](auto error) {
            if (!error) self->reap();
        });
    }

    void read()
    {
        output.async_read_some(asio::buffer(chunk), [self = shared_from_this()](auto error, std::size_t size) {
            if (error) {
                self->output_ended = true;
                self->finish();
                return;
            }
            self->pending.append(self->chunk.data(), size);
            self->take_lines();
        });
    }

    /// At most so many lines a turn, so that a chatty driver leaves the loop to others.
    void take_lines()
    {
        std::size_t begin = 0;
        int taken = 0;
        for (auto end = pending.find('\n'); end != std::string::npos && open; end = pending.find('\n', begin)) {
            if (++taken > lines_a_turn) {
                pending.erase(0, begin);
                asio::post(output.get_executor(), [self = shared_from_this()] { self->take_lines(); });
                return;
            }
            const std::string_view line{pending.data() + begin, end - begin};
            begin = end + 1;
            if (std::exchange(skipping, false)) continue;
            events.line(line.size() < longest_line ? line : std::string_view{});
        }
        if (!open) return;
        pending.erase(0, begin);
        if (pending.size() >= longest_line) { // a line without an end: forget it up to its newline
            pending.clear();
            if (!std::exchange(skipping, true)) events.line({});
        }
        read();
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
        if (!open || pid != 0 || !output_ended) return;
        open = false;
        events.ended(reason);
    }

    /// Nobody listens any more. A child that hangs in the kernel does not go at once, and nobody waits for it: the watch reaps it.
    void drop()
    {
        open = false;
        boost::system::error_code ignored;
        input.close(ignored);
        output.close(ignored);
        if (pid > 0) ::kill(pid, SIGKILL);
    }

    ChannelEvents events;
    pid_t pid;
    asio::posix::stream_descriptor input, output, watch;
    std::array<char, 16 * 1024> chunk{};
    std::string pending, reason;
    std::deque<std::string> queue;
    std::size_t waiting = 0;
    bool skipping = false, closing = false, output_ended = false, open = true;
};

class ProcessChannel final : public Channel {
public:
    explicit ProcessChannel(std::shared_ptr<Process> process) : process_{std::move(process)} { process_->start(); }
    ~ProcessChannel() override { process_->drop(); }
    bool send(std::string line) override { return process_->send(std::move(line)); }
    void close_input() override { process_->close_input(); }

private:
    std::shared_ptr<Process> process_;
};

/// Runs in the child: only calls that are safe after fork.
[[noreturn]] void become(const char* program, int in, int out)
{
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
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
    const auto failed = [](std::string_view what) {
        return base::fail(base::Fault::internal, std::string{what} + ": " + std::strerror(errno));
    };
    std::array<int, 2> to_child{}, from_child{};
    if (::pipe2(to_child.data(), O_CLOEXEC) != 0) return failed("pipe");
    if (::pipe2(from_child.data(), O_CLOEXEC) != 0) {
        ::close(to_child[0]), ::close(to_child[1]);
        return failed("pipe");
    }
    const auto pid = ::fork();
    if (pid == 0) become(program.c_str(), to_child[0], from_child[1]);
    ::close(to_child[0]);
    ::close(from_child[1]);
    const auto handle = pid < 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (handle < 0) {
        ::close(to_child[1]), ::close(from_child[0]);
        if (pid > 0) ::kill(pid, SIGKILL), ::waitpid(pid, nullptr, 0);
        return failed(pid < 0 ? "fork" : "pidfd_open");
    }
    auto process = std::make_shared<Process>(core, std::move(events), pid, to_child[1], from_child[0], handle);
    return std::unique_ptr<Channel>{std::make_unique<ProcessChannel>(std::move(process))};
}

} // namespace gatehouse::devices
