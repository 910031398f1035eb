#include "store/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace gatehouse::store {

namespace {

base::Error trouble(const std::filesystem::path& path)
{
    return base::fail(base::Fault::internal, path.string() + ": " + std::generic_category().message(errno));
}

base::Result<void> sync(const std::filesystem::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return trouble(path);
    const int synced = ::fsync(descriptor);
    const auto error = trouble(path);
    ::close(descriptor);
    if (synced != 0) return error;
    return {};
}

} // namespace

base::Result<void> make_directory(const std::filesystem::path& path)
{
    if (::mkdir(path.c_str(), 0700) == 0) return {};
    if (errno != EEXIST) return trouble(path);
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) return trouble(path);
    if ((now.st_mode & 022) != 0) // whoever may write here may put another database in place of ours
        return base::fail(base::Fault::refused, path.string() + " can be written by group or others; mode 0700 is right", "state_exposed");
    return {};
}

base::Result<void> make_empty(const std::filesystem::path& path)
{
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return trouble(path);
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) return trouble(path);
    ::close(descriptor);
    return {};
}

bool may_be_written(const std::filesystem::path& file)
{
    return ::access(file.c_str(), W_OK) == 0 && ::access(file.parent_path().c_str(), W_OK) == 0;
}

base::Result<void> make_private(const std::filesystem::path& path)
{
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) return trouble(path);
    if ((now.st_mode & 077) != 0 && ::chmod(path.c_str(), now.st_mode & 0700) != 0) return trouble(path);
    return {};
}

base::Result<void> move_durably(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (auto synced = sync(from); !synced) return synced;
    if (::rename(from.c_str(), to.c_str()) != 0) return trouble(to);
    return sync(to.parent_path());
}

} // namespace gatehouse::store
