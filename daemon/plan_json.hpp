#pragma once

#include "base/zone.hpp"
#include "settings/settings.hpp"
#include "site/plan.hpp"

#include <boost/json.hpp>

namespace gatehouse {

/// A plan for people and programs (docs/operations.md): what becomes of things, who loses and gains what, with times as the site's clocks
/// show them.
boost::json::object plan_json(const site::Plan& plan, const base::Zone& zone);

/// {"file", "line", "path", "message", "text"} each; `text` is the line a person reads.
boost::json::array problems_json(const settings::Problems& problems, const std::vector<std::string>& of_drivers);

/// {"text"} each.
boost::json::array lines_json(const std::vector<std::string>& lines);

} // namespace gatehouse
