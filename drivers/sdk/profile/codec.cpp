#include "sdk/profile/codec.hpp"

#include "sdk/profile/cursor.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::profile {

namespace {

constexpr std::array<std::pair<std::string_view, Encoder>, 10> names{{
    {"text", Encoder::plain},
    {"hex_text", Encoder::hex_text},
    {"dec_text", Encoder::dec_text},
    {"int", Encoder::integer},
    {"bool", Encoder::truth},
    {"epoch_s", Encoder::epoch_s},
    {"epoch_ms", Encoder::epoch_ms},
    {"tenths", Encoder::tenths},
    {"pulse_time", Encoder::pulse_time},
    {"seconds", Encoder::seconds},
}};

constexpr std::int64_t last_epoch_s = 253'402'300'799; // the end of the year 9999

std::optional<std::int64_t> whole_number(const Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value); text && !text->starts_with("0x")) return parse_integer(*text);
    return std::nullopt;
}

Outcome<boost::json::value> encode_number(const Value& value, std::int64_t factor, std::int64_t lowest, std::int64_t highest)
{
    const auto number = whole_number(value);
    if (!number) return because("not a whole number");
    if (*number < lowest || *number > highest) return because("number out of range");
    return boost::json::value(*number * factor);
}

/// Never rounded: a door that is to be open for two seconds and a half is not open for three.
Outcome<boost::json::value> encode_length(const Value& value, std::int64_t unit_ms)
{
    const auto length = whole_number(value);
    if (!length || *length < 0 || *length > largest_exact_number) return because("not a length of time");
    if (*length % unit_ms == 0) return boost::json::value(*length / unit_ms);
    if (unit_ms != 1000) return because("tenths: not a whole number of them");
    return boost::json::value(static_cast<double>(*length) / 1000);
}

/// A number above 111 is no tenths any more: 112 are twelve seconds.
Outcome<boost::json::value> encode_pulse_time(const Value& value)
{
    constexpr std::int64_t most_tenths = 111, beyond = 100, largest = 64'900;
    const auto length = whole_number(value);
    if (!length || *length <= 0) return because("not a length of time");
    if (*length % 100 == 0 && *length / 100 <= most_tenths) return boost::json::value(*length / 100);
    const auto coded = *length / 1000 + beyond;
    if (*length % 1000 == 0 && coded > most_tenths && coded <= largest) return boost::json::value(coded);
    return because("pulse_time: neither tenths of a second to 11.1 s nor whole seconds from 12 s to 64800 s");
}

Outcome<boost::json::value> encode_digits(const Value& value, bool (*fits)(std::string_view), const char* wrong)
{
    auto text = value_text(value);
    if (!text || !fits(*text)) return because(wrong);
    return boost::json::value(*text);
}

Outcome<boost::json::value> encode_plain(const Value& value)
{
    if (const auto* flag = std::get_if<bool>(&value)) return boost::json::value(*flag);
    if (std::holds_alternative<std::int64_t>(value)) return encode_number(value, 1, -largest_exact_number, largest_exact_number);
    if (const auto* text = std::get_if<std::string>(&value)) return boost::json::value(*text);
    return because("not given");
}

Outcome<Value> decode_number(const boost::json::value& value, std::int64_t divisor, std::int64_t lowest)
{
    const auto text = scalar_text(value);
    const auto number = text && !text->starts_with("0x") ? parse_integer(*text) : std::nullopt;
    if (!number || *number < lowest) return because("not a whole number in range");
    return Value{*number / divisor};
}

Outcome<Value> decode_digits(const boost::json::value& value, bool (*fits)(std::string_view), const char* wrong)
{
    auto text = scalar_text(value);
    if (!text || value.is_bool() || !fits(*text)) return because(wrong);
    return Value{std::move(*text)};
}

bool all_of(std::string_view text, bool (*fits)(char))
{
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

} // namespace

bool is_hex_text(std::string_view text)
{
    return all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

bool is_dec_text(std::string_view text)
{
    return all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Encoder> encoder_named(std::string_view name)
{
    for (const auto& [known, encoder] : names)
        if (known == name) return encoder;
    return std::nullopt;
}

Outcome<boost::json::value> encode(Encoder encoder, const Value& value)
{
    switch (encoder) {
    case Encoder::plain:
        return encode_plain(value);
    case Encoder::hex_text:
        return encode_digits(value, is_hex_text, "hex_text: not hexadecimal digits");
    case Encoder::dec_text:
        return encode_digits(value, is_dec_text, "dec_text: not decimal digits");
    case Encoder::integer:
        return encode_number(value, 1, -largest_exact_number, largest_exact_number);
    case Encoder::epoch_s:
        return encode_number(value, 1, 0, last_epoch_s);
    case Encoder::epoch_ms:
        return encode_number(value, 1000, 0, last_epoch_s);
    case Encoder::tenths:
        return encode_length(value, 100);
    case Encoder::pulse_time:
        return encode_pulse_time(value);
    case Encoder::seconds:
        return encode_length(value, 1000);
    case Encoder::truth:
        break;
    }
    if (const auto* flag = std::get_if<bool>(&value)) return boost::json::value(*flag);
    return because("bool: neither true nor false");
}

Outcome<Value> decode(Encoder encoder, const boost::json::value& value)
{
    switch (encoder) {
    case Encoder::hex_text:
        return decode_digits(value, is_hex_text, "hex_text: not hexadecimal digits");
    case Encoder::dec_text:
        return decode_digits(value, is_dec_text, "dec_text: not decimal digits");
    case Encoder::integer:
        return decode_number(value, 1, std::numeric_limits<std::int64_t>::min());
    case Encoder::epoch_s:
        return decode_number(value, 1, 0);
    case Encoder::epoch_ms:
        return decode_number(value, 1000, 0);
    case Encoder::tenths:
    case Encoder::pulse_time:
    case Encoder::seconds:
        return because("lengths of time are not read from a device");
    case Encoder::plain:
    case Encoder::truth:
        break;
    }
    auto text = scalar_text(value);
    if (encoder == Encoder::truth && text && *text != "true" && *text != "false") text.reset();
    if (!text) return because(encoder == Encoder::truth ? "bool: neither true nor false" : "not a text, number or truth value");
    if (encoder == Encoder::truth) return Value{*text == "true"};
    return Value{std::move(*text)};
}

} // namespace gatehouse::profile
