#pragma once

#include "plain/controller.hpp"

#include <boost/json/object.hpp>

namespace gatehouse::simulators::plain {

/// What a request to the control socket led to.
struct Handled {
    boost::json::object answer;
    std::vector<std::string> says; ///< lines of its own accord
    bool cuts_link = false, restarts = false;
};

/// Units:   see docs/simulators.md.
/// Errors:  `{"ok":false,"error":"FIELD: why"}`; nothing is changed then.
/// Threads: the controller's.
Handled handle(const boost::json::object& request, Controller& controller, common::Moment now);

} // namespace gatehouse::simulators::plain
