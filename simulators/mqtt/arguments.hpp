#pragma once

#include "mqtt/post.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace gatehouse::simulators::mqtt {

/// What every device behind a broker takes on its command line.
struct PostArguments {
    PostOptions options;
    std::string broker;
    std::string password_file;
    std::vector<std::string> faults; ///< NAME=VALUE
    std::int64_t boot_ms = 2000;
    double reconnect_s = 1;
};

/// Adds the options; parsing fills `into`.
void describe_post(CLI::App& command, PostArguments& into);

/// Errors:  names the option at fault.
/// Threads: any.
common::Outcome<PostOptions> post_options_of(const PostArguments& arguments);

/// A topic level or several: not empty, no wildcards.
///
/// Errors:  `NAME: ...`
common::Outcome<void> check_topic(std::string_view name, std::string_view topic);

/// Like a chip's number: the same at every start, different for each device.
std::uint32_t chip_number(std::string_view text);

/// Says on stderr why the program ends, and hands `status` back.
int complain(const std::string& why, int status);

/// Runs one device until SIGINT or SIGTERM. Exit status 1, with a line on stderr, when it gave up before.
///
/// Threads: blocks the caller's.
int run_post(const PostOptions& options, Hooks hooks);

} // namespace gatehouse::simulators::mqtt
