#pragma once

#include "base/result.hpp"
#include "devices/types.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace gatehouse::devices {

// The driver protocol's JSON, both ways. Everything a driver says is bounded and checked here. Source: docs/driver-protocol.md.

/// An answer as it came: its verdict and the request's own fields.
struct Answer {
    Outcome outcome;
    std::string detail;
    boost::json::object body;
};

/// One line from a driver: an answer, a notification or an error.
struct Message {
    std::string type;
    std::optional<std::uint64_t> id; ///< of an answer
    boost::json::object body;
};

/// Errors: invalid  not a JSON object with a type, or an answer without a proper id.
base::Result<Message> parse_message(std::string_view line);
Answer to_answer(boost::json::object body);

boost::json::array steps_to_json(const std::vector<Step>& steps);
/// One outcome a step; a missing or unreadable one is `unknown`.
std::vector<Outcome> outcomes_from(const Answer& answer, std::size_t steps);
/// Entries of a page. Errors: invalid, when one of them cannot be read: then the page proves nothing about what is absent.
base::Result<std::vector<Entry>> entries_from(const boost::json::object& body);
Capabilities capabilities_from(const boost::json::object& body);

/// A notification about a device; nothing when it is of no known type or a field is wrong.
std::optional<Notification> notification_from(const Message& message);

/// A field of bounded text; empty when it is missing, too long or no text.
std::string text_of(const boost::json::object& object, std::string_view field, std::size_t at_most = 256);
/// For the log: a driver's words must not look like lines of our own.
std::string one_line(std::string text);
std::optional<std::int64_t> number_of(const boost::json::object& object, std::string_view field);

} // namespace gatehouse::devices
