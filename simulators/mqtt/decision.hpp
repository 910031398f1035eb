#pragma once

#include "mqtt/board.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::simulators::mqtt {

/// A card at the reader, with the PIN typed after it, if any.
struct Swipe {
    std::string uid;
    std::optional<std::string> pin;
};

enum class Access { always, admin, disabled, expired, wrong_pin, denied, waits_for_pin };

std::string_view text(Access access); ///< as the controller writes it; empty while it waits for a PIN

struct Verdict {
    Access access = Access::denied;
    std::string uid; ///< under which the record was found
    std::string username;
    std::vector<int> accounts; ///< account type at each relay; only when let in
    bool opens(std::size_t relay) const { return access == Access::admin || (access == Access::always && accounts.at(relay) == 1); }
};

/// A stored record as the firmware reads it: nothing when it is cut short or has more than 32 members.
std::optional<boost::json::object> read_record(std::string_view stored);

/// Looks the card up and decides, from the table alone. Remembers the user's name in `board`, as the firmware does.
///
/// Units:   epoch seconds by the controller's own clock, both ends of the validity inclusive.
/// Errors:  none.
/// Threads: any.
/// Source:  docs/simulators.md, "esp-rfid: records".
Verdict decide(Board& board, const Swipe& swipe, std::uint32_t epoch);

} // namespace gatehouse::simulators::mqtt
