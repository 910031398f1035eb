#pragma once

#include "sdk/async_line.hpp"

#include <map>
#include <set>
#include <span>

namespace gatehouse::sdk {

class Lane;

/// The running of one long operation: its deadline and who waits meanwhile. Look at it between two telegrams.
class Turn {
public:
    Turn(Deadline deadline, Lane& lane) : deadline_{deadline}, lane_{lane} {}

    Deadline deadline() const { return deadline_; }
    /// A revoke waits for this device, or the process ends: end the read now and return what was seen as partial.
    bool yield_requested() const;
    /// Carries out the re-locks that are due and the door requests that wait on this line, on this thread. Call it between two telegrams of
    /// a read or an apply, where the bus is free.
    void serve_doors();
    /// Lets `time` pass, serving doors. False, perhaps early: the deadline has passed or a yield is requested.
    bool wait(Milliseconds time);

private:
    Deadline deadline_;
    Lane& lane_;
};

/// One line in straight blocking code: the SDK calls one method at a time, on the line's own thread.
///
/// Errors:  every method ends by its deadline, looks at it again before each telegram and starts nothing after it.
/// Threads: all calls on one thread; `report()` from any.
class Line {
public:
    explicit Line(LineContext context) : context_{std::move(context)} {}
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    virtual ~Line() = default;

    virtual Verdict open(const Endpoint& endpoint, Deadline deadline) = 0;
    virtual void close() {}
    /// Asserts each door's mode before anything else is sent to the device.
    virtual Attached attach(const Attachment& attachment, Deadline deadline) = 0;
    virtual void detach(const Address&) {}

    virtual Table read_table(const Address&, Turn&) { return Verdict::unsupported(); }
    virtual Digest digest(const Address&, Deadline) { return Verdict::unsupported(); }
    /// One verdict for each step, in order.
    virtual Applied apply(const Address&, std::span<const Step>, Turn&) { return Verdict::unsupported(); }
    /// A pulse this process has to time: unlock, `relock_at(at, ...)`, return.
    virtual Verdict strike(const Address&, Milliseconds, Deadline) { return Verdict::unsupported(); }
    virtual Verdict set_door(const Address&, DoorMode, Deadline) { return Verdict::unsupported(); }
    virtual Verdict feedback(const Address&, std::uint8_t /*reader*/, Signal, Deadline) { return Verdict::unsupported(); }
    virtual Verdict set_time(const Address&, std::chrono::seconds /*time*/, std::chrono::seconds /*utc_offset*/, Deadline)
    {
        return Verdict::unsupported();
    }

    /// The end of a host-timed pulse; called again until it is acknowledged.
    virtual Verdict relock(const Address& door, Deadline deadline) { return set_door(door, DoorMode::locked, deadline); }
    /// Locks what level outputs this process holds at these doors; the last call before `detach` or `close`.
    virtual void lock_all_outputs(std::span<const Address> /*doors*/, Deadline) {}
    /// Called whenever nothing waits: one round of polling. Returns the pause until it is called again.
    virtual Milliseconds idle() { return std::chrono::hours{1}; }

protected:
    const LineContext& context() const { return context_; }
    const Reporter& report() const { return context_.report; }
    /// Has `relock` called for this door at `when`, or later if that was promised before. Not at a door in mode `leave`.
    void relock_at(const Address& door, Time when);

private:
    friend class Lane;
    LineContext context_;
    std::map<Address, Time> relocks_;
    std::set<Address> left_; ///< doors in mode `leave`
};

} // namespace gatehouse::sdk
