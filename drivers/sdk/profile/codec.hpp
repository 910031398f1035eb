#pragma once

#include "sdk/profile/outcome.hpp"
#include "sdk/profile/value.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

namespace gatehouse::profile {

/// How a field travels in JSON. Register layouts (u16, bcd, bits ...) are a family of their own and not part of this one.
enum class Encoder : std::uint8_t {
    plain,      ///< text stays text, a number a number
    hex_text,   ///< hexadecimal digits, exactly as they are
    dec_text,   ///< decimal digits as text
    integer,    ///< a whole number, written `int`
    truth,      ///< true or false, written `bool`
    epoch_s,    ///< seconds since 1970 UTC
    epoch_ms,   ///< the same instant in milliseconds
    tenths,     ///< a length of time, of milliseconds the tenths of a second; only to the device
    pulse_time, ///< a length of time as Tasmota has it: to 11.1 s its tenths, from 12 s on its seconds and 100; only to the device
    seconds,    ///< a length of time in seconds, with a fraction where there is one; only to the device
};

/// Source: docs/profiles.md, "Encoders". Errors: nothing when no encoder has that name.
std::optional<Encoder> encoder_named(std::string_view name);

/// A field as the device wants it.
///
/// Units:   instants are seconds since 1970 UTC on our side.
/// Errors:  a failure that names the encoder and never the value (it may be a card or a PIN): not given, wrong kind, or a number
///          beyond 2^53 that a JSON peer would round.
/// Threads: any.
/// Source:  docs/profiles.md, "Encoders".
Outcome<boost::json::value> encode(Encoder encoder, const Value& value);

/// A value of the device as we keep it; the reverse of `encode`. Whole numbers may come as numeric text.
Outcome<Value> decode(Encoder encoder, const boost::json::value& value);

bool is_hex_text(std::string_view text);
bool is_dec_text(std::string_view text);

} // namespace gatehouse::profile
