#pragma once

#include "base/clock.hpp"

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace gatehouse::sim {

struct Row;

/// What a controller can do, as its driver answers to attach, and how fast it is.
struct Traits {
    std::string validity = "seconds"; ///< none, seconds
    bool readable = true;
    bool separable = true; ///< false: an entry opens every door
    std::size_t capacity = 0, page = 128;
    std::int64_t key_limit = 20;
    bool uids = true, numbers = false;    ///< what of a card its table holds
    unsigned key_bits = 0;                ///< widest number
    std::optional<std::int64_t> facility; ///< its numbers have none: all its cards are of this one
    bool pins = false;                    ///< it has a keypad
    std::size_t pin_min = 4, pin_max = 8;
    bool slots = false; ///< a lock that keeps codes in numbered slots, and does not know whose they are
    std::int64_t slot_first = 0;
    bool proves = false;             ///< its driver asks for each entry alone behind the write
    bool shows_codes = true;         ///< a read shows the code in a slot, and not only that there is one
    std::set<std::int64_t> reserved; ///< the installer's, as configured at first
    bool tells_clock = false;        ///< its driver hears its clock
    base::seconds readback{1};
    base::milliseconds op_timeout{1000}, step{5}, read{20};

    boost::json::object capabilities() const;
    bool takes(const std::string& kind, const std::string& key) const;
    bool has_slot(std::int64_t slot) const { return slot >= slot_first && slot < slot_first + static_cast<std::int64_t>(capacity); }
    /// The row as a read shows it: a lock says no more of a slot than its state, and perhaps the code.
    boost::json::object shown(const Row& row) const;
    /// The row by the name that stands in records: of a card's number with its facility.
    Row named(Row row) const;
};

/// One row of a controller's table.
struct Row {
    std::string key, kind, tag, state = "active";
    std::string full; ///< number with facility, where the key has none
    std::uint64_t doors = 0;
    std::optional<std::int64_t> from, until; ///< seconds since 1970
    bool ours = false;                       ///< a step of the daemon put it there
    bool unseen = false;                     ///< it came in a way the daemon cannot know of before it reads the table
    bool slipped = false;                    ///< it came so, whether it was seen since or not

    std::optional<std::int64_t> slot; ///< where it stands, on a lock with slots
    std::string record;               ///< name of our record of it, where that is another

    /// People have a right to it by what opens, wherever it stands.
    std::string right() const { return kind + ":" + (full.empty() ? key : full); }
    std::string id() const { return record.empty() ? name() : record; }
    std::string name() const { return slot ? "slot:" + std::to_string(*slot) : right(); }
    bool same(const Row& other) const
    {
        return doors == other.doors && from == other.from && until == other.until && state == other.state && tag == other.tag &&
               key == other.key;
    }
    boost::json::object json() const;
};
using Table = std::map<std::string, Row>;

/// What goes wrong between a driver and one controller; shares are per cent.
struct Troubles {
    unsigned lose_request = 0, lose_reply = 0, duplicate = 0, delay = 0, unstored = 0, refuse = 0, busy = 0, damage = 0;
    bool silent = false; ///< half open: nothing comes back, and half of what is sent arrives
    bool away = false;   ///< gone, and the driver knows
    int slowness = 1;

    friend bool operator==(const Troubles&, const Troubles&) = default;
};

/// The insides of one controller: its table, and the flash that keeps it. It outlives every driver process and every daemon.
class Controller {
public:
    enum class Memory : std::uint8_t { kept, lost, half };

    std::string key, line;
    Traits traits;
    Troubles troubles;
    Table rows;
    Table shown;                                 ///< of the read the daemon hears the pages of
    Table proof;                                 ///< last table that was shown as complete
    std::optional<base::Monotonic> proof_at;     ///< when the device held exactly that
    base::Monotonic proof_from{};                ///< when that read began
    std::optional<base::Monotonic> shown_from;   ///< when the last read that was shown began, in part or complete
    std::optional<base::Monotonic> restarted_at; ///< its driver said so
    base::Monotonic mute_until{};                ///< a read was swallowed, and its driver waits for it until then
    base::milliseconds ahead{0};                 ///< its clock, of right time
    struct Told {
        base::milliseconds ahead;
        base::Monotonic at; ///< since when the driver says so
    };
    std::optional<Told> told_clock;  ///< to the daemon that runs
    bool ticks = false;              ///< its driver tells its clock now and then
    bool unprovable = false;         ///< a table that nobody can read came to differ from what was acknowledged
    bool spoilt = false;             ///< it came to differ behind the daemon's back since the last complete read
    std::uint64_t version = 0;       ///< moves with every change of the table
    std::uint64_t proof_version = 0; ///< when it was as the proof says
    std::function<void(const std::string& what)> told;

    /// Carries out a step and answers its verdict. A late one was given up before: the daemon learns of it by reading.
    std::string carry_out(const boost::json::object& step, bool late);
    void power_fails(Memory memory, std::function<bool()> coin);
    /// Somebody else writes.
    void hold(Row row);
    void lose(const std::string& name);
    void flush() { flash_ = rows; }
    /// Asked for alone, it showed the row, or that there is none; the daemon hears of it.
    void shown_alone(const std::string& name, const std::optional<Row>& row);
    /// The daemon has judged the last complete read: what it showed is known from here on.
    void known();

private:
    void tell(const std::string& name);
    void spoil();

    Table flash_; ///< an older image
    std::uint64_t spoilt_version_ = 0;
};

} // namespace gatehouse::sim
