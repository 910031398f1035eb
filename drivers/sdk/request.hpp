#pragma once

#include "sdk/device.hpp"
#include "sdk/entry.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::sdk {

/// The daemon's requests, one struct a message (docs/driver-protocol.md, sections 5 to 7).
namespace request {

struct Hello {
    std::vector<std::int64_t> versions;
    std::string profiles;
};
struct Ping {};
struct Shutdown {};
struct OpenLine {
    Endpoint endpoint;
};
struct CloseLine {};
struct Attach {
    Attachment attachment;
};
struct Detach {};
struct ReadTable {
    std::string cursor; ///< empty: from the start
};
struct ReadDigest {};
struct Apply {
    std::vector<Step> steps;
};
struct Strike {
    std::uint8_t door = 0;
    Milliseconds pulse{0};
};
struct SetDoor {
    std::uint8_t door = 0;
    DoorMode mode = DoorMode::locked;
};
struct Feedback {
    std::uint8_t reader = 0;
    Signal signal = Signal::denied;
};
struct SetTime {
    std::chrono::seconds time{0};
    std::chrono::seconds utc_offset{0};
};

using Body = std::variant<Hello, Ping, Shutdown, OpenLine, CloseLine, Attach, Detach, ReadTable, ReadDigest, Apply, Strike, SetDoor,
                          Feedback, SetTime>;

} // namespace request

struct Request {
    std::string type;
    std::string id;
    Deadline deadline{Time::max()}; ///< far away where the message has none
    std::string line;
    std::string device;
    request::Body body;
};

/// A line that is no request. With an id it is answered with the verdict; without, by an `error` of that reason.
struct BadLine {
    std::string id;
    Verdict verdict; ///< refused, "malformed" or "invalid"; or unsupported
};

/// Reads one line of input (without its end). Any text is safe input.
///
/// Errors:  a BadLine whose detail names the field; never a value, which may be secret.
/// Threads: any.
std::variant<Request, BadLine> parse_request(std::string_view line);

} // namespace gatehouse::sdk
