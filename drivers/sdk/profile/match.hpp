#pragma once

#include "sdk/profile/text_template.hpp"
#include "sdk/time.hpp"

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::profile {

/// A message of a device: JSON where it is, the bare text otherwise.
struct Message {
    const boost::json::value* body = nullptr;
    std::string_view text;
    sdk::Time heard{}; ///< when it came, and so what it can be an answer to
};

/// One test of a message.
struct Condition {
    enum class Kind : std::uint8_t { equals, equals_or_absent, present, text };
    Kind kind = Kind::equals;
    Template pointer;     ///< RFC 6901; not used by `text`
    Template value;       ///< compared as text, see `scalar_text`
    bool expected = true; ///< of `present`
};

/// Conditions together. Without any it never matches: a rule that says nothing decides nothing.
struct Matcher {
    std::vector<Condition> all;
    std::vector<Condition> any;
    std::vector<Condition> guard;
    bool allow_missing = false; ///< a pointer that leads nowhere counts as fulfilled
};

/// The value a pointer leads to; nothing when it leads nowhere or is not a pointer.
const boost::json::value* find(const boost::json::value& document, const Template& pointer, const Fields& fields);

bool matches(const Condition& condition, const Message& message, const Fields& fields, bool allow_missing = false);
bool matches(const Matcher& matcher, const Message& message, const Fields& fields);
bool all_match(const std::vector<Condition>& conditions, const Message& message, const Fields& fields);

/// How one value is read out of a message.
struct Extraction {
    Template pointer;
    Encoder decoder = Encoder::plain;
    std::map<std::string, std::string, std::less<>> words; ///< device value → our word; empty: no translation
    std::vector<Condition> when;                           ///< read only where these hold
    std::optional<std::string> only_when;                  ///< read only in this state of the entry
    bool optional = false;
    bool secret = false;
};

/// What an enum map answers for a value that it does not list. Never `granted`.
inline constexpr std::string_view unlisted = "unknown";

/// Reads one value.
///
/// Errors:  `monostate` when the pointer leads nowhere; a failure when something is there and does not decode. A value that an
///          enum map does not list is the text `unknown`.
/// Threads: any. Source: docs/profiles.md, "Reading values".
Outcome<Value> extract(const Extraction& extraction, const Message& message, const Fields& fields);

} // namespace gatehouse::profile
