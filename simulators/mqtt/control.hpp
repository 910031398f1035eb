#pragma once

#include "mqtt/board.hpp"

#include <boost/json/object.hpp>

namespace gatehouse::simulators::mqtt {

/// What a control request did: the answer line, what the controller sends, and whether its connection was cut.
struct Handled {
    boost::json::object answer;
    Output output;
    bool cuts_link = false;
};

/// Carries out one control request: present, put, erase, power_cycle, silent, fault, door, dump.
///
/// Units:   see docs/simulators.md, "Control socket".
/// Errors:  the answer is `{"ok":false,"error":"FIELD: ..."}` and nothing has changed.
/// Threads: any, one at a time for each board.
Handled handle(const boost::json::object& request, Board& board, common::Moment now);

} // namespace gatehouse::simulators::mqtt
