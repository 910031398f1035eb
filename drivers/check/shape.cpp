#include "shape.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace gatehouse::check {

namespace json = boost::json;

void Shape::add(std::string what)
{
    if (wrong_.empty()) wrong_ = where_ + ": " + what;
}

const json::value* Shape::find(std::string_view name, Need need)
{
    const auto* value = object_.if_contains(name);
    if (value == nullptr && need == Need::must) add("`" + std::string{name} + "` is missing");
    return value;
}

Shape& Shape::text(std::string_view name, std::size_t longest, Need need)
{
    const auto* value = find(name, need);
    if (value == nullptr) return *this;
    if (!value->is_string())
        add("`" + std::string{name} + "` is not text");
    else if (value->get_string().size() > longest)
        add("`" + std::string{name} + "` is longer than " + std::to_string(longest) + " bytes");
    return *this;
}

Shape& Shape::word(std::string_view name, std::initializer_list<std::string_view> words, Need need)
{
    const auto* value = find(name, need);
    if (value == nullptr) return *this;
    const bool known = value->is_string() && std::find(words.begin(), words.end(), std::string_view{value->get_string()}) != words.end();
    if (!known) add("`" + std::string{name} + "` is none of the words the protocol has for it");
    return *this;
}

Shape& Shape::reason(std::string_view name, Need need)
{
    const auto* value = find(name, need);
    if (value == nullptr) return *this;
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    const bool good = value->is_string() && !value->get_string().empty() && value->get_string().size() <= 64 &&
                      std::all_of(value->get_string().begin(), value->get_string().end(), fits);
    if (!good) add("`" + std::string{name} + "` is not a snake_case word of at most 64 bytes");
    return *this;
}

Shape& Shape::decimal(std::string_view name, Need need)
{
    const auto* value = find(name, need);
    if (value == nullptr) return *this;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool good = value->is_string() && !value->get_string().empty() && value->get_string().size() <= 20 &&
                      std::all_of(value->get_string().begin(), value->get_string().end(), digit) &&
                      (value->get_string().size() == 1 || value->get_string().front() != '0');
    if (!good) add("`" + std::string{name} + "` is not a decimal number as text");
    return *this;
}

Shape& Shape::whole(std::string_view name, std::int64_t least, std::int64_t most, Need need)
{
    const auto* value = find(name, need);
    if (value == nullptr) return *this;
    const bool number = value->is_int64() || (value->is_uint64() && value->get_uint64() <= INT64_MAX);
    const auto found = number ? value->to_number<std::int64_t>() : 0;
    if (!number || found < least || found > most)
        add("`" + std::string{name} + "` is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return *this;
}

Shape& Shape::flag(std::string_view name, Need need)
{
    const auto* value = find(name, need);
    if (value != nullptr && !value->is_bool()) add("`" + std::string{name} + "` is not true or false");
    return *this;
}

Shape& Shape::list(std::string_view name, Need need)
{
    const auto* value = find(name, need);
    if (value != nullptr && !value->is_array()) add("`" + std::string{name} + "` is not a list");
    return *this;
}

} // namespace gatehouse::check
