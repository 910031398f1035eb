#include "mqtt/reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>

namespace gatehouse::simulators::mqtt {
namespace {

namespace json = boost::json;

void collect_strings(const json::value& value, std::set<std::string_view>& strings)
{
    if (const auto* text = value.if_string()) strings.insert(std::string_view{text->data(), text->size()});
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) collect_strings(element, strings);
    }
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            strings.insert(std::string_view{member.key().data(), member.key().size()});
            collect_strings(member.value(), strings);
        }
    }
}

std::optional<double> number_of(const json::value& value)
{
    if (value.is_bool()) return value.get_bool() ? 1 : 0;
    if (value.is_number()) return value.to_number<double>();
    const auto* text = value.if_string();
    if (text == nullptr || text->empty()) return std::nullopt;
    double number = 0;
    const auto* end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return number;
}

json::value rewritten_number(const json::value& value)
{
    const auto number = value.to_number<double>();
    const auto fits = number >= std::numeric_limits<std::int32_t>::min() && number <= std::numeric_limits<std::uint32_t>::max();
    if (value.is_double() || fits) return value;
    char digits[32]{};
    std::snprintf(digits, sizeof digits, "%.8e", number);
    return std::strtod(digits, nullptr);
}

} // namespace

std::optional<json::value> read_json(std::string_view text)
{
    json::parse_options options;
    options.max_depth = 10;
    options.allow_invalid_utf8 = true;
    json::stream_parser parser{{}, options};
    boost::system::error_code ec;
    parser.write_some(text.data(), text.size(), ec);
    if (ec) return std::nullopt;
    if (!parser.done()) parser.finish(ec);
    if (ec) return std::nullopt;
    return parser.release();
}

std::size_t slots(const json::value& value)
{
    std::size_t count = 0;
    if (const auto* array = value.if_array()) {
        for (const auto& element : *array) count += 1 + slots(element);
    }
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) count += 1 + slots(member.value());
    }
    return count;
}

std::size_t pool_bytes(const json::value& value)
{
    std::set<std::string_view> strings;
    collect_strings(value, strings);
    auto bytes = slots(value) * slot_bytes;
    for (const auto text : strings) bytes += text.size() + 1;
    return bytes;
}

std::int64_t as_integer(const json::value* value, std::int64_t least, std::int64_t most)
{
    if (value == nullptr) return 0;
    const auto number = number_of(*value);
    if (!number || !(*number >= static_cast<double>(least) && *number <= static_cast<double>(most))) return 0;
    return static_cast<std::int64_t>(*number);
}

std::uint32_t as_unsigned(const json::value* value)
{
    return static_cast<std::uint32_t>(as_integer(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

int as_int(const json::value* value)
{
    return static_cast<int>(as_integer(value, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

std::string as_text(const json::value* value)
{
    if (value == nullptr) return "null";
    if (const auto* text = value->if_string()) return {text->data(), text->size()};
    return json::serialize(*value);
}

json::value as_rewritten(const json::value& value)
{
    if (value.is_number()) return rewritten_number(value);
    if (const auto* array = value.if_array()) {
        json::array copy;
        for (const auto& element : *array) copy.push_back(as_rewritten(element));
        return copy;
    }
    if (const auto* object = value.if_object()) {
        json::object copy;
        for (const auto& member : *object) copy.emplace(member.key(), as_rewritten(member.value()));
        return copy;
    }
    return value;
}

} // namespace gatehouse::simulators::mqtt
