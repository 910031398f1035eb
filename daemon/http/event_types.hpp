#pragma once

#include <string>
#include <vector>

namespace gatehouse::http {

/// Every type of event that clients know, whether this gateway tells of such things or not. Events of the gateway's own have others.
const std::vector<std::string>& event_types();

} // namespace gatehouse::http
