#include "open_files.hpp"

#include <spdlog/spdlog.h>

#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace gatehouse {

void raise_open_files()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto before = std::exchange(limit.rlim_cur, limit.rlim_max);
    if (before == limit.rlim_max || ::setrlimit(RLIMIT_NOFILE, &limit) == 0)
        spdlog::info("open_files limit={} was={}", limit.rlim_max, before);
    else
        spdlog::warn("open_files limit={} hard_limit={} error=\"{}\"", before, limit.rlim_max, std::strerror(errno));
}

} // namespace gatehouse
