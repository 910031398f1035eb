#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::http::api {

namespace asio = boost::asio;
namespace json = boost::json;

/// What a handler returns; the envelope (`ok`, `error`, `pagination`) is filled in by the functions below and by the dispatcher.
struct Answer {
    unsigned status = 200;
    json::object body;
    std::optional<std::string> next = {}; ///< of a page: where the next one begins; empty on the last
    bool paged = false;                   ///< the body gets a `pagination` object
    std::optional<base::seconds> retry_after = {};
    std::string trouble = {}; ///< of an internal fault: its detail, for the log alone

    Answer() = default;
    /// The error envelope: status from the fault, `error.type` from the code (or the fault's own name), `error.message` from the detail.
    /// An internal fault shows no detail; invalid input always has `validation_errors`. Implicit on purpose: `if (!user) co_return
    /// user.error();`
    Answer(const base::Error& error);
};

/// {"ok": true}
Answer ok();
/// {"<key>": value, "ok": true}
Answer ok(std::string_view key, json::value value);
/// Several data keys: {..., "ok": true}
Answer ok(json::object keys);

/// One page: {"<key>": rows, "pagination": {...}, "ok": true}. `next` is the position after the last row (any text, at most 512 bytes:
/// for instance created_at and id); it comes back as `Params::page().after`. Empty on the last page.
Answer page(std::string_view key, json::array rows, std::optional<std::string> next);

/// An error with `error.data` beside type and message.
Answer refuse(const base::Error& error, json::value data);
/// 400 invalid_input naming one parameter (a dotted path for members), for rules the table cannot express.
Answer invalid(std::string_view parameter, std::string_view message);
/// The same as an error, for code that hands on errors. Its code is for Answer alone.
base::Error misfit(std::string_view parameter, std::string_view message);
/// 429 with `retry-after`; and the same as an error, whose code is for Answer alone.
Answer slow_down(base::seconds retry_after, std::string message = "Too many requests");
base::Error too_often(base::seconds retry_after, std::string message);

/// `ends_at` must be in the future and after `starts_at`; empty when all is well. `parameter` is what the answer names.
std::optional<Answer> refuse_window(std::optional<base::Instant> starts_at, std::optional<base::Instant> ends_at, base::Instant now,
                                    std::string_view parameter = "ends_at");

/// JSON of values the way answers write them.
json::value to_json(base::Instant instant);                  ///< ISO 8601, UTC, milliseconds
json::value to_json(const std::optional<std::string>& text); ///< null when empty

/// Ends this turn of the core thread and goes on in the next. Loops over many rows await it every 256 rows.
asio::awaitable<void> next_turn();

} // namespace gatehouse::http::api
