#pragma once

#include "sdk/device.hpp"
#include "sdk/entry.hpp"
#include "sdk/reply.hpp"
#include "sdk/reporter.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace gatehouse::sdk {

/// What a line is made with.
struct LineContext {
    std::string name;
    std::filesystem::path profiles; ///< the driver's own folder of profiles; empty when the daemon named none
    Reporter report;
};

/// A line that works on many devices at once (a broker). Each call hands over one request and returns at once; the answer follows
/// through the reply. Authors of a bus write a `Line` instead (sdk/line.hpp), which blocks.
///
/// The SDK keeps from it: requests for devices that are not attached, requests already late, a second table request of one device (an
/// `apply` does come while a `read_table` runs: the line then ends the read as partial, reason "yielded", and starts the apply).
///
/// Errors:  everything ends by its deadline; nothing is started after it; a time-out after bytes went out is `unknown`.
/// Threads: called from one thread only, never concurrently; must not block it. Replies come from any thread.
class AsyncLine {
public:
    AsyncLine() = default;
    AsyncLine(const AsyncLine&) = delete;
    AsyncLine& operator=(const AsyncLine&) = delete;
    virtual ~AsyncLine() = default;

    /// When it does not end acknowledged, the line is destroyed without `close`.
    virtual void open(const Endpoint& endpoint, Deadline deadline, Reply<Verdict> reply) = 0;
    /// Locks `doors` by what level outputs the driver holds, ends what is outstanding, lets go of the hardware. The line is destroyed
    /// some time after the reply, so the reply comes last. At the end of the process the deadline is 1.5 s away.
    virtual void close(std::vector<Address> doors, Deadline deadline, Reply<Verdict> reply) = 0;
    /// Asserts each door's mode before anything else is sent to the device.
    virtual void attach(Attachment attachment, Deadline deadline, Reply<Attached> reply) = 0;
    /// Locks `doors` as above, ends what is outstanding for the device and forgets it.
    virtual void detach(const Address& device, std::vector<Address> doors, Deadline deadline, Reply<Verdict> reply) = 0;

    virtual void read_table(const Address&, Deadline, Reply<Table> reply) { reply(Verdict::unsupported()); }
    virtual void digest(const Address&, Deadline, Reply<Digest> reply) { reply(Verdict::unsupported()); }
    virtual void apply(const Address&, std::vector<Step>, Deadline, Reply<Applied> reply) { reply(Verdict::unsupported()); }
    virtual void strike(const Address&, Milliseconds, Deadline, Reply<Verdict> reply) { reply(Verdict::unsupported()); }
    virtual void set_door(const Address&, DoorMode, Deadline, Reply<Verdict> reply) { reply(Verdict::unsupported()); }
    virtual void feedback(const Address&, std::uint8_t /*reader*/, Signal, Deadline, Reply<Verdict> reply)
    {
        reply(Verdict::unsupported());
    }
    /// `time`: seconds since 1970 UTC; `utc_offset`: local time minus UTC.
    virtual void set_time(const Address&, std::chrono::seconds /*time*/, std::chrono::seconds /*utc_offset*/, Deadline,
                          Reply<Verdict> reply)
    {
        reply(Verdict::unsupported());
    }
};

} // namespace gatehouse::sdk
