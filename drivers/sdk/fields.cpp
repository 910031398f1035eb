#include "sdk/fields.hpp"

#include <boost/json/value.hpp>

#include <charconv>
#include <limits>

namespace gatehouse::sdk {

namespace json = boost::json;

namespace {

constexpr std::size_t most_fields = 32;
constexpr std::size_t most_value_bytes = 32 * 1024; // a chain of certificates

} // namespace

std::optional<std::uint64_t> decimal(std::string_view text)
{
    if (text.empty() || text.size() > 20 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

const json::value* Fields::find(std::string_view name) const
{
    return object_.if_contains(name);
}

void Fields::wrong(std::string_view name, std::string_view what)
{
    if (problem_.empty()) problem_ = where_ + std::string{name} + " " + std::string{what};
}

std::string Fields::optional_text(std::string_view name, std::size_t most)
{
    const auto* value = find(name);
    if (!value) return {};
    const auto* string = value->if_string();
    if (!string) {
        wrong(name, "is not text");
        return {};
    }
    if (string->size() > most) {
        wrong(name, "is too long");
        return {};
    }
    return {string->data(), string->size()};
}

std::string Fields::text(std::string_view name, std::size_t most)
{
    auto found = optional_text(name, most);
    if (found.empty()) wrong(name, "is missing");
    return found;
}

std::optional<std::int64_t> Fields::optional_number(std::string_view name, std::int64_t least, std::int64_t most)
{
    const auto* value = find(name);
    if (!value) return std::nullopt;
    const auto* number = value->if_int64();
    if (!number) {
        wrong(name, "is not a whole number");
        return std::nullopt;
    }
    if (*number < least || *number > most) {
        wrong(name, "is out of bounds");
        return std::nullopt;
    }
    return *number;
}

std::int64_t Fields::number(std::string_view name, std::int64_t least, std::int64_t most)
{
    const auto found = optional_number(name, least, most);
    if (!found) wrong(name, "is missing");
    return found.value_or(least);
}

std::optional<std::int64_t> Fields::optional_long_number(std::string_view name)
{
    if (!has(name)) return std::nullopt;
    const auto found = decimal(optional_text(name, 20));
    if (!found || *found > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        wrong(name, "is not a decimal number in text");
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*found);
}

std::int64_t Fields::long_number(std::string_view name)
{
    const auto found = optional_long_number(name);
    if (!found) wrong(name, "is missing");
    return found.value_or(0);
}

std::vector<std::int64_t> Fields::numbers(std::string_view name, std::size_t count_most, std::int64_t least, std::int64_t most)
{
    std::vector<std::int64_t> found;
    const auto* value = find(name);
    if (!value) return found;
    const auto* array = value->if_array();
    if (!array || array->size() > count_most) {
        wrong(name, "is not a list within bounds");
        return found;
    }
    for (const auto& item : *array) {
        const auto* number = item.if_int64();
        if (!number || *number < least || *number > most) {
            wrong(name, "holds what is not a number within bounds");
            return {};
        }
        found.push_back(*number);
    }
    return found;
}

namespace {

std::optional<std::vector<std::string>> texts(const json::array& array)
{
    std::vector<std::string> found;
    for (const auto& item : array) {
        const auto* text = item.if_string();
        if (!text || text->size() > most_value_bytes || found.size() == most_fields) return std::nullopt;
        found.emplace_back(text->data(), text->size());
    }
    return found;
}

std::optional<Value> setting(const json::value& value)
{
    if (const auto* flag = value.if_bool()) return *flag;
    if (const auto* number = value.if_int64()) return *number;
    if (const auto* text = value.if_string(); text && text->size() <= most_value_bytes) return std::string{text->data(), text->size()};
    if (const auto* array = value.if_array())
        if (auto list = texts(*array)) return *std::move(list);
    return std::nullopt;
}

} // namespace

Settings Fields::settings(std::string_view name)
{
    Settings found;
    const auto* value = find(name);
    if (!value) return found;
    const auto* object = value->if_object();
    if (!object || object->size() > most_fields) {
        wrong(name, "is not an object within bounds");
        return found;
    }
    for (const auto& member : *object) {
        auto read = setting(member.value());
        if (!read) {
            wrong(name, "holds a value of no allowed type");
            return {};
        }
        found.emplace(std::string{member.key()}, *std::move(read));
    }
    return found;
}

Secrets Fields::secrets(std::string_view name)
{
    Secrets found;
    for (auto& [key, value] : settings(name)) {
        auto* text = std::get_if<std::string>(&value);
        if (!text) {
            wrong(name, "holds what is not text");
            return {};
        }
        found.emplace(key, std::move(*text));
    }
    return found;
}

std::vector<const json::object*> Fields::objects(std::string_view name, std::size_t count_most)
{
    std::vector<const json::object*> found;
    const auto* value = find(name);
    if (!value) return found;
    const auto* array = value->if_array();
    if (!array || array->size() > count_most) {
        wrong(name, "is not a list within bounds");
        return found;
    }
    for (const auto& item : *array) {
        const auto* object = item.if_object();
        if (!object) {
            wrong(name, "holds what is not an object");
            return {};
        }
        found.push_back(object);
    }
    return found;
}

} // namespace gatehouse::sdk
