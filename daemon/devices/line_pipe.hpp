#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::devices {

/// What a pipe brings, on the core thread.
struct PipeEvents {
    std::function<void(std::string_view line)> line;    ///< empty where it was too long
    std::function<void(std::size_t bytes)> thrown_away; ///< of a line that was told as too long
    std::function<void()> ended;
};

/// The lines that come out of a pipe, at most 64 or some 4 KiB of them a turn, so that a chatty driver leaves the loop to others. Of one
/// that is too long the rest is thrown away as it comes.
class LinePipe : public std::enable_shared_from_this<LinePipe> {
public:
    LinePipe(const boost::asio::any_io_executor& core, int descriptor, std::size_t longest, PipeEvents events);

    void read();
    /// Reads nothing until `read_on`: what is written meanwhile waits in the pipe, and its writer behind that. May be called from an event.
    void rest() { resting_ = true; }
    void read_on();
    void close(); ///< nothing more is told

private:
    void take();

    boost::asio::posix::stream_descriptor pipe_;
    std::size_t longest_;
    PipeEvents events_;
    std::array<char, 16 * 1024> chunk_{};
    std::string pending_;
    bool skipping_ = false, reading_ = false, resting_ = false, open_ = true;
};

} // namespace gatehouse::devices
