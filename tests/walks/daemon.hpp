#pragma once

#include "eventually.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace gatehouse::walks {

/// A folder of this test's own under the system's temporary one; it goes with the object.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// What a program that ran to its end left: status (128 + n when signal n ended it) and everything it wrote.
struct Ended {
    int status = -1;
    std::string output, complaint;
};
Ended run_gatehoused(const std::vector<std::string>& arguments);

/// gatehoused as a process, on one state folder through all its lives. Ends with the object.
class Daemon {
public:
    /// `folder` gets state, runtime folder, drivers, log; `config` stands in it or elsewhere.
    Daemon(std::filesystem::path folder, std::filesystem::path config, std::filesystem::path profiles);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Returns when it is ready, with how long that took; throws with its log when it does not get there.
    milliseconds start();
    void kill(); ///< SIGKILL, and waits
    /// SIGTERM, and waits; how long it took.
    milliseconds stop();
    int status() const { return status_; } ///< of the last end

    std::uint16_t port() const { return port_; }
    pid_t process() const { return process_; }
    std::filesystem::path state() const { return folder_ / "state"; }
    /// The driver it runs; 0 when none.
    pid_t driver() const;
    /// `gatehouse ARGUMENTS` at its socket.
    Ended command(std::vector<std::string> arguments) const;
    void hang_up() const; ///< SIGHUP
    /// How far its wall clock is off from the machine's, from its first look on; to be called first before it starts.
    void set_clock(std::chrono::seconds off) const;
    /// A time service has set that clock and says so.
    void touch_sync_marker(std::chrono::seconds off) const;
    std::string create_token(const std::string& workspace) const;
    std::string log() const;

private:
    std::vector<std::string> places() const;
    bool reap(int options);

    std::filesystem::path folder_, config_, profiles_;
    pid_t process_ = 0;
    int status_ = -1;
    std::uint16_t port_ = 0;
};

} // namespace gatehouse::walks
