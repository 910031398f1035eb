#pragma once

#include "sdk/profile/outcome.hpp"
#include "sdk/profile/scope.hpp"
#include "sdk/profile/text_template.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gatehouse::profile {

/// The shape of a message to a device: JSON whose texts are templates, members in the order of the file.
struct Body {
    struct Member;
    using Members = std::vector<Member>;
    std::variant<boost::json::value, Template, Members, std::vector<Body>> node;
};

struct Body::Member {
    std::string name;
    Body body;
};

/// Reads it from YAML: quoted scalars are text, plain ones a number, truth value or null where they look like one.
/// Nothing when there are problems; they are in the cursor's report.
std::optional<Body> read_body(const Cursor& at, const Scope& scope, int depth = 0);

/// The message.
///
/// Errors:  the first placeholder that cannot be filled, and why; never a value.
/// Threads: any.
Outcome<boost::json::value> fill(const Body& body, const Fields& fields);

std::vector<const Placeholder*> placeholders(const Body& body);

} // namespace gatehouse::profile
