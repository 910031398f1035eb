#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace gatehouse::bench {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// What is measured runs on one core, its load on another: unpinned, the scheduler alone moves a floor by two or three times.
inline constexpr int measured_core = 0, load_core = 1;

/// This process and what it starts from now on stay on that core. False: there is no such core.
bool pin_to(int core);

/// Cores, kernel, compiler, build type and how busy the machine is now, in one line.
std::string machine_line();

/// The kind of file system a folder lies on.
std::string filesystem_of(const std::filesystem::path& folder);

/// This program.
std::string own_path();

/// Resident memory of a process in MB (10^6 bytes); 0 when it is gone.
double resident_mb(int pid);

/// CPU time a process has used so far, all threads.
Seconds cpu_time_of(int pid);

} // namespace gatehouse::bench
