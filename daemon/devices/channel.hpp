#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::devices {

/// A running driver, as lines of text both ways: the driver-protocol seam. A process in service, a model in simulation.
class Channel {
public:
    virtual ~Channel() = default; ///< ends the driver at once
    /// Queues one line without its newline; never blocks. False: more than 1 MiB waits, the driver is hung.
    virtual bool send(std::string line) = 0;
    /// Ends its input: the driver locks and exits by itself.
    virtual void close_input() = 0;
    /// Reads nothing it says until `read_on`; whatever it writes meanwhile it has to hold itself. May be called from an event.
    virtual void rest() {}
    virtual void read_on() {}
};

/// What a channel calls, on the core thread.
struct ChannelEvents {
    std::function<void(std::string_view line)> line;    ///< empty: one that was too long
    std::function<void(std::string_view line)> words;   ///< of its log
    std::function<void(std::size_t bytes)> thrown_away; ///< of a line that was too long
    std::function<void()> hung_up;                      ///< it closed its output: it ends now, or is of no use
    std::function<void(std::string reason)> ended;
};

/// What a driver's manifest says (docs/driver-protocol.md, section 9).
struct Manifest {
    int protocol = 1;
    int lines_per_process = 1;
    std::string maturity;
};

/// Starts drivers by name.
class Launcher {
public:
    virtual ~Launcher() = default;
    virtual base::Result<Manifest> manifest(const std::string& driver) = 0;
    virtual base::Result<std::unique_ptr<Channel>> launch(const std::string& driver, ChannelEvents events) = 0;
    /// How often a driver that says nothing is asked whether it lives.
    virtual base::milliseconds ping_every() const { return base::milliseconds{2'000}; }
    /// The profiles folder drivers are told of.
    virtual std::string profiles() const = 0;
    /// The text behind a secret reference of a line or device (its JSON form as the directory holds it).
    virtual base::Result<std::string> secret(std::string_view reference) = 0;
};

} // namespace gatehouse::devices
