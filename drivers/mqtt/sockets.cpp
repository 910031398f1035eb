#include "sockets.hpp"

#include <charconv>
#include <filesystem>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gatehouse::mqtt {

namespace {

bool is_tcp(int descriptor)
{
    int protocol = 0;
    socklen_t size = sizeof protocol;
    return getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 && protocol == IPPROTO_TCP;
}

} // namespace

void send_without_delay()
{
    std::error_code error;
    for (auto entry = std::filesystem::directory_iterator{"/proc/self/fd", error}; !error && entry != std::filesystem::directory_iterator{};
         entry.increment(error)) {
        const auto name = entry->path().filename().string();
        int descriptor = -1;
        std::from_chars(name.data(), name.data() + name.size(), descriptor);
        const int on = 1;
        const unsigned unsent_ms = 3'000;
        if (!is_tcp(descriptor)) continue;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &unsent_ms, sizeof unsent_ms);
    }
}

MemoryFile::MemoryFile(const std::string& content)
{
    descriptor_ = memfd_create("gatehouse-ca", MFD_CLOEXEC);
    if (descriptor_ < 0) return;
    const auto written = write(descriptor_, content.data(), content.size());
    if (written == static_cast<ssize_t>(content.size())) path_ = "/proc/self/fd/" + std::to_string(descriptor_);
}

MemoryFile::~MemoryFile()
{
    if (descriptor_ >= 0) close(descriptor_);
}

} // namespace gatehouse::mqtt
