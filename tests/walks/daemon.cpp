#include "daemon.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gatehouse::walks {

namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& file)
{
    std::ifstream stream{file};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

int status_of(int raw)
{
    return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
}

/// Output goes to a file: a pipe that nobody empties would stop the program.
pid_t launch(const char* program, std::vector<std::string> arguments, const fs::path& output, const fs::path& complaint,
             const fs::path& clock = {})
{
    arguments.insert(arguments.begin(), program);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int err = ::open(complaint.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto process = ::fork();
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(err, STDERR_FILENO);
        ::close_range(3, ~0U, 0);
        if (!clock.empty()) {
            ::setenv("SET_CLOCK", clock.c_str(), 1);
            ::setenv("LD_PRELOAD", SET_CLOCK_LIBRARY, 1);
            ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1); // its library comes second then
        }
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(out);
    ::close(err);
    if (process < 0) throw std::runtime_error{std::string{"cannot start "} + program};
    return process;
}

/// The drivers folder as the daemon wants it: nobody else may write there.
void install_driver(const fs::path& folder)
{
    if (fs::exists(folder)) return;
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms{0755});
    const fs::path program{MQTT_DRIVER};
    auto manifest = program;
    manifest += ".json";
    for (const auto& file : {program, manifest}) fs::copy_file(file, folder / file.filename());
    fs::permissions(folder / program.filename(), fs::perms{0755});
    fs::permissions(folder / manifest.filename(), fs::perms{0644});
}

/// Parent and name of a process; nothing when there is none.
std::optional<std::pair<pid_t, std::string>> relation(const fs::path& entry)
{
    const auto stat = content(entry / "stat");
    const auto open = stat.find('('), close = stat.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close + 4 >= stat.size()) return std::nullopt;
    pid_t parent = 0;
    std::from_chars(stat.data() + close + 4, stat.data() + stat.size(), parent);
    return std::pair{parent, stat.substr(open + 1, close - open - 1)};
}

} // namespace

Folder::Folder()
{
    auto name = (fs::temp_directory_path() / "gatehouse-walk-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"cannot make a folder"};
    path_ = name;
}

Folder::~Folder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

Ended run(const char* program, const std::vector<std::string>& arguments)
{
    Folder folder;
    const auto process = launch(program, arguments, folder.path() / "out", folder.path() / "err");
    int raw = 0;
    if (!eventually(patience, [process, &raw] { return ::waitpid(process, &raw, WNOHANG) == process; })) {
        ::kill(process, SIGKILL);
        ::waitpid(process, &raw, 0);
    }
    return {status_of(raw), content(folder.path() / "out"), content(folder.path() / "err")};
}

Ended run_gatehoused(const std::vector<std::string>& arguments)
{
    return run(GATEHOUSED, arguments);
}

Daemon::Daemon(fs::path folder, fs::path config, fs::path profiles)
    : folder_{std::move(folder)}, config_{std::move(config)}, profiles_{std::move(profiles)}
{
    install_driver(folder_ / "drivers");
    for (const auto* name : {"state", "run"}) {
        fs::create_directories(folder_ / name);
        fs::permissions(folder_ / name, fs::perms{0700});
    }
}

Daemon::~Daemon()
{
    kill();
}

std::vector<std::string> Daemon::places() const
{
    return {"--config",   config_.string(),           "--state",       state().string(),
            "--runtime",  (folder_ / "run").string(), "--drivers",     (folder_ / "drivers").string(),
            "--profiles", profiles_.string(),         "--sync-marker", (folder_ / "synchronized").string()};
}

milliseconds Daemon::start()
{
    const auto listening = folder_ / "run" / "listening.json";
    fs::remove(listening);
    const auto clock = folder_ / "clock";
    process_ = launch(GATEHOUSED, places(), folder_ / "out", folder_ / "log", fs::exists(clock) ? clock : fs::path{});
    const auto ready = eventually(patience, [this, &listening] { return fs::exists(listening) || reap(WNOHANG); });
    if (!ready || process_ == 0) throw std::runtime_error{"gatehoused is not ready: " + log()};
    const auto said = content(listening);
    const auto colon = said.find("127.0.0.1:");
    if (colon == std::string::npos) throw std::runtime_error{"no address in " + said};
    std::from_chars(said.data() + colon + 10, said.data() + said.size(), port_);
    return *ready;
}

bool Daemon::reap(int options)
{
    if (process_ == 0) return true;
    int raw = 0;
    if (::waitpid(process_, &raw, options) != process_) return false;
    status_ = status_of(raw);
    process_ = 0;
    return true;
}

void Daemon::kill()
{
    if (process_ == 0) return;
    ::kill(process_, SIGKILL);
    reap(0);
}

milliseconds Daemon::stop()
{
    ::kill(process_, SIGTERM);
    const auto took = eventually(patience, [this] { return reap(WNOHANG); });
    if (!took) throw std::runtime_error{"gatehoused does not stop: " + log()};
    return *took;
}

Ended Daemon::command(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), {"--socket", (folder_ / "run" / "gatehoused.sock").string()});
    return run(GATEHOUSE, arguments);
}

void Daemon::hang_up() const
{
    ::kill(process_, SIGHUP);
}

void Daemon::set_clock(std::chrono::seconds off) const
{
    const int file = ::open((folder_ / "clock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::int64_t seconds = off.count();
    const bool written = ::pwrite(file, &seconds, sizeof seconds, 0) == sizeof seconds; // in place: it is mapped
    ::close(file);
    if (!written) throw std::runtime_error{"the clock cannot be set"};
}

void Daemon::touch_sync_marker(std::chrono::seconds off) const
{
    const auto file = folder_ / "synchronized";
    std::ofstream{file}.flush();
    fs::last_write_time(file, fs::file_time_type::clock::now() + off);
}

pid_t Daemon::driver() const
{
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
        pid_t process = 0;
        const auto name = entry.path().filename().string();
        if (std::from_chars(name.data(), name.data() + name.size(), process).ec != std::errc{}) continue;
        const auto known = relation(entry.path());
        if (known && known->first == process_ && known->second.starts_with("gatehouse-drive")) return process;
    }
    return 0;
}

std::string Daemon::create_token(const std::string& workspace) const
{
    auto arguments = places();
    arguments.insert(arguments.begin(), {"token", "create", "--name", "walk", "--workspace", workspace});
    auto ended = run_gatehoused(arguments);
    if (ended.status != 0) throw std::runtime_error{"no token: " + ended.complaint};
    while (!ended.output.empty() && ended.output.back() == '\n') ended.output.pop_back();
    return ended.output;
}

std::string Daemon::log() const
{
    return content(folder_ / "log");
}

} // namespace gatehouse::walks
