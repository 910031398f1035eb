#include "settings/secret.hpp"

#include "settings/exposure.hpp"
#include "settings/settings.hpp"

#include <fcntl.h>
#include <string.h> // NOLINT(modernize-deprecated-headers): explicit_bzero
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace gatehouse::settings {

using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t most_secret_bytes = 1024 * 1024;

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& path) : fd_{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)} {}
    ~Descriptor()
    {
        if (fd_ >= 0) close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

std::string last_error()
{
    return std::generic_category().message(errno);
}

/// What is wrong with the file itself, empty when nothing is.
std::string refusal(int fd)
{
    struct stat info {};
    if (fstat(fd, &info) != 0) return last_error();
    if (!S_ISREG(info.st_mode)) return "is no regular file";
    if (info.st_uid != 0 && info.st_uid != geteuid()) return "belongs to another user";
    if (open_to_others(fd, info.st_mode)) return "can be read or written by group or others; mode 0600 is right";
    if (info.st_size == 0) return "is empty";
    if (static_cast<std::size_t>(info.st_size) > most_secret_bytes) return "is larger than 1 MiB";
    return {};
}

std::string read_all(int fd)
{
    std::string bytes(most_secret_bytes, '\0');
    std::size_t used = 0;
    while (used < bytes.size()) {
        const auto count = read(fd, bytes.data() + used, bytes.size() - used);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        used += static_cast<std::size_t>(count);
    }
    bytes.resize(used);
    return bytes;
}

void cut_line_end(std::string& bytes)
{
    if (bytes.ends_with('\n')) bytes.pop_back();
    if (bytes.ends_with('\r')) bytes.pop_back();
}

base::Error refused_file(const SecretRef& ref, const std::string& why)
{
    const std::string what = ref.kind == SecretRef::Kind::credential ? "credential " : "file ";
    return fail(Fault::invalid, text({.at = ref.mark, .path = ref.path, .message = what + ref.name + " " + why}));
}

} // namespace

Secret::~Secret()
{
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    std::swap(bytes_, other.bytes_);
    return *this;
}

Result<Secret> resolve(const SecretRef& ref, const std::filesystem::path& credentials)
{
    if (ref.kind == SecretRef::Kind::credential && credentials.empty())
        return refused_file(ref, "cannot be read: CREDENTIALS_DIRECTORY is not set");
    const Descriptor file{ref.kind == SecretRef::Kind::credential ? credentials / ref.name : std::filesystem::path{ref.name}};
    if (file.get() < 0 && errno == ENOENT && ref.kind == SecretRef::Kind::credential)
        return refused_file(ref, "was not handed over: systemd does that at a start, for each that LoadCredential= of the unit names");
    if (file.get() < 0) return refused_file(ref, "cannot be read: " + last_error());
    if (const auto why = refusal(file.get()); !why.empty()) return refused_file(ref, why);
    std::string bytes = read_all(file.get());
    cut_line_end(bytes);
    Secret secret{bytes};
    explicit_bzero(bytes.data(), bytes.size());
    if (secret.reveal().empty()) return refused_file(ref, "is empty");
    return secret;
}

std::filesystem::path credentials_directory()
{
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY"); // NOLINT(concurrency-mt-unsafe): read once at start
    return directory == nullptr ? std::filesystem::path{} : std::filesystem::path{directory};
}

} // namespace gatehouse::settings
