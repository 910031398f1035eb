#pragma once

#include "sdk/device.hpp"
#include "sdk/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::sdk {

/// The kinds of table request, of which one is outstanding per device.
enum class TableWork : std::uint8_t { read, digest, apply };

/// What the session keeps about a device between requests.
///
/// Threads: requests begin on the reader thread, answers end them on any: every function locks.
class AttachedDevice {
public:
    AttachedDevice(std::string line, const Attachment& attachment);

    const std::string& line() const { return line_; }
    const Address& at() const { return at_; }
    Address door(std::uint8_t number) const { return {at_.device, at_.unit, number}; }

    /// `attach` has been answered.
    void settle(const Attached& attached);
    bool is_attached() const;
    bool is_gone() const; ///< `attach` failed

    /// False: the device has a table request outstanding; an apply may follow a read.
    bool begin(TableWork work);
    void end(TableWork work);

    /// From now on `mode` is wanted; it counts as held open only once `hold` says so.
    void want(std::uint8_t door, DoorMode mode);
    void hold(std::uint8_t door);
    bool is_held(std::uint8_t door) const;
    std::vector<std::uint8_t> doors() const;
    bool has(std::uint8_t door) const { return known_.contains(door); }
    /// Every door that is not left alone: what to lock at the end.
    std::vector<Address> doors_to_lock() const;

    /// The first page of a table just read; the rest is kept for its cursor.
    std::string first_page(const std::string& id, Table table);
    /// A further page, or the answer to a spent cursor.
    std::string next_page(const std::string& id, const std::string& cursor);

private:
    struct Held {
        std::string read_id;
        Table table;
        std::size_t next = 0;
    };
    struct DoorRecord {
        DoorMode wanted = DoorMode::locked;
        bool held = false;
    };
    enum class State : std::uint8_t { attaching, attached, gone };

    std::string page(const std::string& id, Held held);

    const std::string line_;
    const Address at_;
    const std::set<std::uint8_t> known_; ///< the doors that `attach` named
    mutable std::mutex mutex_;
    State state_ = State::attaching;
    bool busy_[3] = {};
    std::map<std::uint8_t, DoorRecord> doors_;
    std::optional<Held> held_;
};

} // namespace gatehouse::sdk
