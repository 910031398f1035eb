#pragma once

#include "sdk/device.hpp"
#include "sdk/profile/cursor.hpp"
#include "sdk/profile/value.hpp"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::profile {

enum class ParamType : std::uint8_t { integer, truth, text, topic, topic_level, ipv4 };

/// One parameter that a device instance fills in.
struct Param {
    ParamType type = ParamType::text;
    std::int64_t min = 0; ///< of a whole number
    std::int64_t max = 0;
    Value fallback;      ///< `monostate`: the instance must give it
    bool secret = false; ///< never part of a topic, never logged
};
using Params = std::map<std::string, Param, std::less<>>;

/// The `params` block; problems go to the cursor's report.
Params read_params(Cursor block);

struct Bound {
    Fields fields;                     ///< every declared parameter, defaults filled in
    std::vector<std::string> problems; ///< `params.NAME: text`; empty when all is well
};

/// Checks what a device instance gives against what its profile declares. Parameters marked secret come from `secrets`.
/// Numbers and truth values may come as their text.
///
/// Errors:  all problems, none of them with the value of a secret. Threads: any.
/// Source:  docs/profiles.md, "Parameters".
Bound bind(const Params& params, const sdk::Settings& given, const sdk::Secrets& secrets = {});

/// Names and filters of MQTT: no wildcard, no control character, not empty, at most 200 bytes, not one of the broker's own `$` topics.
bool is_publish_topic(std::string_view text);
/// A dotted quad exactly as a device prints it (no leading zeros), since devices compare it as text.
bool is_ipv4(std::string_view text);

} // namespace gatehouse::profile
