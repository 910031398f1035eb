#pragma once

#include <filesystem>
#include <string>

namespace gatehouse {

/// Where gatehoused finds and keeps its things; each has its place on a Debian system and a flag of its own.
struct Options {
    std::filesystem::path config = "/etc/gatehouse/gatehouse.yaml";
    std::filesystem::path state = "/var/lib/gatehouse";
    std::filesystem::path runtime = "/run/gatehouse";
    std::filesystem::path drivers = "/usr/lib/gatehouse/drivers";
    std::filesystem::path profiles = "/usr/share/gatehouse/profiles";
    std::filesystem::path sync_marker = "/run/systemd/timesync/synchronized"; ///< touched by the time service of the machine
    std::string log_level = "info";

    std::filesystem::path socket() const { return runtime / "gatehoused.sock"; }
};

/// How gatehoused ends.
enum Exit : int {
    exit_ok = 0,
    exit_failure = 1,        ///< it could not start: a port, the state directory, the system
    exit_usage = 2,          ///< the command line
    exit_configuration = 78, ///< the file; every problem was printed
    exit_storage = 74        ///< a commit failed; starting again is the recovery
};

} // namespace gatehouse
