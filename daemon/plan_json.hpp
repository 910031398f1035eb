#pragma once

#include "settings/settings.hpp"
#include "site/plan.hpp"

#include <boost/json.hpp>

namespace gatehouse {

/// A plan for people and programs (docs/operations.md): what becomes of things, who loses and gains what.
boost::json::object plan_json(const site::Plan& plan);

/// {"file", "line", "path", "message", "text"} each; `text` is the line a person reads.
boost::json::array problems_json(const settings::Problems& problems, const std::vector<std::string>& of_drivers);

} // namespace gatehouse
