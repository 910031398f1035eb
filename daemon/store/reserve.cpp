#include "store/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace gatehouse::store {

namespace {

base::Error reserve_trouble(const std::filesystem::path& path, int code)
{
    const auto fault = code == ENOSPC || code == EDQUOT ? base::Fault::full : base::Fault::internal;
    return base::fail(fault, path.string() + ": " + std::generic_category().message(code));
}

bool has_room(const std::filesystem::path& directory, std::uint64_t bytes)
{
    struct statvfs disk {};
    if (::statvfs(directory.c_str(), &disk) != 0) return false;
    return static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize >= bytes;
}

/// Freed blocks are to be had when the directory entry is gone for good.
void sync_reserve(const std::filesystem::path& directory)
{
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    ::fsync(descriptor);
    ::close(descriptor);
}

} // namespace

bool Reserve::held() const
{
    struct stat now {};
    constexpr std::uint64_t block = 512; // whatever the file system's own is
    return bytes_ == 0 || (::stat(file_.c_str(), &now) == 0 && static_cast<std::uint64_t>(now.st_blocks) * block >= bytes_);
}

base::Result<void> Reserve::take()
{
    if (held()) return {};
    release(); // one that was cut short
    if (!has_room(file_.parent_path(), 2 * bytes_)) return reserve_trouble(file_, ENOSPC);
    const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return reserve_trouble(file_, errno);
    const int failed = ::posix_fallocate(descriptor, 0, static_cast<off_t>(bytes_));
    ::close(descriptor);
    if (failed == 0) return {};
    release();
    return reserve_trouble(file_, failed);
}

bool Reserve::release()
{
    if (bytes_ == 0 || ::unlink(file_.c_str()) != 0) return false;
    sync_reserve(file_.parent_path());
    return true;
}

} // namespace gatehouse::store
