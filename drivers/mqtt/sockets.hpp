#pragma once

#include <string>

namespace gatehouse::mqtt {

/// Turns Nagle's algorithm off on every TCP connection of this process, and has it end when the peer acknowledges nothing for three
/// seconds: an unlock that waits in the kernel must not get there much later.
///
/// paho neither does it nor hands out its socket, and without it a publish that follows another within the peer's delayed
/// acknowledgement waits up to 44 ms. All TCP connections of this process are to a broker, so all are meant.
void send_without_delay();

/// A file in memory, for a library that takes certificates by path only. It lives as long as the object.
class MemoryFile {
public:
    /// Errors: an empty path when the system gives no memory file.
    explicit MemoryFile(const std::string& content);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    const std::string& path() const { return path_; }

private:
    int descriptor_ = -1;
    std::string path_;
};

} // namespace gatehouse::mqtt
