#include "machine.hpp"

#include <sched.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

namespace gatehouse::bench {

bool pin_to(int core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(static_cast<unsigned>(core), &cores);
    return ::sched_setaffinity(0, sizeof cores, &cores) == 0;
}

std::string machine_line()
{
    utsname name{};
    ::uname(&name);
    std::ostringstream line;
    line << std::thread::hardware_concurrency() << " cores, " << name.sysname << " " << name.release << " " << name.machine << ", "
         << BENCH_COMPILER;
    std::ifstream file{"/proc/loadavg"};
    std::string load;
    if (file >> load) line << ", load average " << load;
    return line.str();
}

std::string filesystem_of(const std::filesystem::path& folder)
{
    struct statfs info {};
    if (::statfs(folder.c_str(), &info) != 0) return "unknown";
    switch (static_cast<unsigned long>(info.f_type)) {
    case 0xEF53:
        return "ext4";
    case 0x58465342:
        return "xfs";
    case 0x9123683E:
        return "btrfs";
    case 0x794C7630:
        return "overlayfs";
    case 0x01021994:
        return "tmpfs";
    default: {
        std::ostringstream text;
        text << "type 0x" << std::hex << info.f_type;
        return text.str();
    }
    }
}

std::string own_path()
{
    return std::filesystem::read_symlink("/proc/self/exe").string();
}

double resident_mb(int pid)
{
    std::ifstream file{"/proc/" + std::to_string(pid) + "/statm"};
    long all = 0, resident = 0;
    file >> all >> resident;
    return file ? static_cast<double>(resident * ::sysconf(_SC_PAGESIZE)) / 1e6 : 0;
}

Seconds cpu_time_of(int pid)
{
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return Seconds{0};
    std::istringstream rest{line.substr(name_end + 1)};
    std::string skipped;
    for (int field = 3; field < 14; ++field) rest >> skipped;
    double user = 0, system = 0;
    rest >> user >> system;
    return Seconds{(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

} // namespace gatehouse::bench
