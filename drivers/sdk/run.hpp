#pragma once

#include "sdk/lane.hpp"

#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::sdk {

/// What is wrong with a device of the configuration.
struct Finding {
    std::string device;
    std::string field; ///< "params.NAME", "doors.NUMBER", or empty: the device as a whole
    std::string text;
};

/// What a driver says about itself before it runs (docs/driver-protocol.md, section 9).
struct Manifest {
    std::string name;
    int protocol = 1;
    int lines_per_process = 64;
    std::string maturity = "experimental"; ///< experimental | beta | stable
    std::string version = "0.1.0";
    /// Findings about one profile, each "FILE:LINE: text"; empty: it is good. Missing: the driver has no profiles.
    std::function<std::vector<std::string>(const std::filesystem::path&)> check_profile;
    /// What is wrong with the devices of one line, with the profiles of a folder. Missing: only `attach` tells.
    std::function<std::vector<Finding>(const std::filesystem::path&, const std::vector<Attachment>&)> check_devices;
    /// What `attach` would answer, with the profiles of a folder; secrets are not at hand. Missing: only `attach` tells.
    std::function<Attached(const std::filesystem::path&, const Attachment&)> capabilities;
    /// How the driver would do in a recorded conversation, against the profiles beside it: each difference "FILE:LINE: text"; empty: it
    /// holds word for word. Missing: the driver replays none.
    std::function<std::vector<std::string>(const std::filesystem::path&)> replay;
};

using MakeLine = std::function<std::unique_ptr<AsyncLine>(LineContext)>;

/// Runs the whole program: arguments, handshake, requests, orderly end. `main` returns what it returns.
///
/// Errors:  the exit codes of docs/driver-protocol.md, section 1.
/// Threads: the calling thread reads stdin; one thread writes stdout; each blocking line has one of its own.
int run_driver(int argc, char** argv, const Manifest& manifest, const MakeLine& make_line);

/// `LineType` is a `Line` (blocking) or an `AsyncLine`; it is made from a `LineContext`.
template <class LineType>
int run(int argc, char** argv, const Manifest& manifest)
{
    return run_driver(argc, argv, manifest, [](LineContext context) -> std::unique_ptr<AsyncLine> {
        if constexpr (std::derived_from<LineType, AsyncLine>)
            return std::make_unique<LineType>(std::move(context));
        else
            return std::make_unique<Lane>(std::make_unique<LineType>(std::move(context)));
    });
}

} // namespace gatehouse::sdk
