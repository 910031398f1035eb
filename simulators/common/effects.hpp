#pragma once

#include "common/faulty_path.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace gatehouse::simulators::common {

/// What something that is done to a device leads to outside it.
struct Effects {
    std::vector<Message> messages;
    bool cuts_link = false; ///< its connection ends; it dials again as after any loss
    bool restarts = false;  ///< power goes off and on again
};

/// A control request carried out: the answer line, and what the device does.
struct Handled {
    boost::json::object answer;
    Effects effects;
};

/// `{"ok":true}` and what else there is to answer.
Handled done(boost::json::object more = {}, Effects effects = {});

/// `{"ok":false,"error":why}`
Handled refused(std::string why);

} // namespace gatehouse::simulators::common
