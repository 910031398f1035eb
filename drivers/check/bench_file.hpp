#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace gatehouse::check {

/// The JSON object in a bench file, its settings not yet filled in.
///
/// Errors:  BadBench names the file, and the line where it is no JSON.
/// Threads: any.
boost::json::object read_plan(const std::string& file);

/// Holds a plan, its settings filled in, against what docs/driver-guide.md says of a bench.
///
/// Errors:  BadBench names the file and the member that is missing, unknown or of another kind.
/// Threads: any.
void judge_plan(const boost::json::object& plan, const std::string& file);

} // namespace gatehouse::check
