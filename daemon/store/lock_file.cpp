#include "store/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace gatehouse::store {

using base::fail;
using base::Fault;

namespace {

std::string holder(int descriptor)
{
    std::array<char, 20> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    std::string pid;
    for (ssize_t at = 0; at < size && text[static_cast<std::size_t>(at)] >= '0' && text[static_cast<std::size_t>(at)] <= '9'; ++at)
        pid += text[static_cast<std::size_t>(at)];
    return pid.empty() ? "another process" : "process " + pid;
}

/// For people only; the lock does not depend on it.
void sign(int descriptor)
{
    const auto pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) == 0) [[maybe_unused]]
        const auto written = ::pwrite(descriptor, pid.data(), pid.size(), 0);
}

} // namespace

LockFile::~LockFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

base::Result<LockFile> LockFile::take(const std::filesystem::path& path)
{
    int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0 && (errno == EROFS || errno == EACCES)) {
        descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        if (descriptor < 0 && errno == ENOENT) return LockFile{};
    }
    if (descriptor < 0) return fail(Fault::internal, path.string() + ": " + std::generic_category().message(errno));
    LockFile lock{descriptor};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return fail(Fault::internal, path.string() + ": " + std::generic_category().message(errno));
        return fail(Fault::conflict, path.parent_path().string() + " is in use by " + holder(descriptor), "state_locked");
    }
    sign(descriptor);
    return lock;
}

} // namespace gatehouse::store
