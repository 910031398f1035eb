#pragma once

#include "base/clock.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

/// What a program that ran to its end left: its exit status (128 + n when signal n ended it), and of what it wrote to standard output and
/// standard error the first 64 KiB each.
struct Ended {
    int status = 0;
    std::string output, complaints;
};

/// How a program ended that should have ended well: `exit status 1`, and the last line of its complaints, printable and at most 200 bytes.
std::string ending_of(const Ended& ended);

/// Runs a program with an empty environment and `input` on its standard input, and waits for it.
/// Errors: internal  the system starts no process; transient  it took longer than `patience` and was ended.
base::Result<Ended> run_program(const std::vector<std::string>& arguments, std::string_view input, base::milliseconds patience);

} // namespace gatehouse
