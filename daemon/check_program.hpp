#pragma once

#include "base/clock.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

/// What a program that ran to its end left: its exit status (128 + n when signal n ended it) and the first 64 KiB it wrote.
struct Ended {
    int status = 0;
    std::string output;
};

/// Runs a program with an empty environment and `input` on its standard input, and waits for it; its complaints go where ours go.
/// Errors: internal  the system starts no process; transient  it took longer than `patience` and was ended.
base::Result<Ended> run_program(const std::vector<std::string>& arguments, std::string_view input, base::milliseconds patience);

} // namespace gatehouse
