#include "http/api/check.hpp"

#include "http/api/check_text.hpp"
#include "http/api/unknown.hpp"

#include <boost/json/value.hpp>

#include <cmath>

namespace gatehouse::http::api {

namespace {

using Type = Kind::Type;

std::string_view name_of(json::kind kind)
{
    switch (kind) {
    case json::kind::null:
        return "null";
    case json::kind::bool_:
        return "boolean";
    case json::kind::string:
        return "string";
    case json::kind::array:
        return "array";
    case json::kind::object:
        return "object";
    default:
        return "number";
    }
}

void expected(std::string_view what, const json::value& given, std::string_view path, Issues& issues)
{
    issues.add(path, "Expected " + std::string{what} + ", received " + std::string{name_of(given.kind())});
}

/// A path with one more step, taken back at the end of the scope.
class Step {
public:
    Step(std::string& path, std::string_view name) : path_{path}, size_{path.size()}
    {
        if (!path_.empty()) path_ += '.';
        path_ += name;
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { path_.resize(size_); }

private:
    std::string& path_;
    std::size_t size_;
};

std::string number_text(double bound)
{
    return std::to_string(static_cast<long long>(bound));
}

Value check_number(const Kind& kind, const json::value& given, std::string_view path, Issues& issues)
{
    const bool whole = kind.type == Type::integer;
    double value = 0;
    if (given.is_int64())
        value = static_cast<double>(given.get_int64());
    else if (given.is_uint64())
        value = static_cast<double>(given.get_uint64());
    else if (given.is_double())
        value = given.get_double();
    else {
        expected(whole ? "integer" : "number", given, path, issues);
        return {};
    }
    if (!std::isfinite(value))
        issues.add(path, "Must be a finite number");
    else if (whole && std::trunc(value) != value)
        issues.add(path, "Expected integer, received a fraction");
    else if (value < kind.low)
        issues.add(path, "Must be at least " + number_text(kind.low));
    else if (value > kind.high)
        issues.add(path, "Must be at most " + number_text(kind.high));
    else if (whole && std::abs(value) > 9007199254740991.0)
        issues.add(path, "Number is too large");
    else
        return whole ? Value{.is = static_cast<std::int64_t>(value)} : Value{.is = value};
    return {};
}

Value check_list(const Kind& kind, const json::value& given, std::string& path, Issues& issues)
{
    const auto* const items = given.if_array();
    if (items == nullptr) {
        expected("array", given, path, issues);
        return {};
    }
    if (items->size() < kind.min) issues.add(path, "Array must contain at least " + std::to_string(kind.min) + " element(s)");
    if (items->size() > kind.max) {
        issues.add(path, "Array must contain at most " + std::to_string(kind.max) + " element(s)");
        return {};
    }
    List out;
    out.reserve(items->size());
    for (const auto& item : *items) {
        const Step step{path, std::to_string(out.size())};
        out.push_back(check(*kind.item, item, path, issues));
    }
    return {.is = std::move(out)};
}

Value check_map(const Kind& kind, const json::object& given, const std::string& path, Issues& issues)
{
    if (given.size() > kind.max) {
        issues.add(path, "Must have at most " + std::to_string(kind.max) + " entries");
        return {};
    }
    Entries out;
    std::string here = path; // a key is the client's own text and stays out of messages
    for (const auto& [key, value] : given) {
        check_text(text(1, 200), key, here, issues);
        out.emplace_back(key, check(*kind.item, value, here, issues));
    }
    return {.is = std::move(out)};
}

Value check_object(const Kind& kind, const json::value& given, std::string& path, Issues& issues)
{
    const auto* const members = given.if_object();
    if (members == nullptr) {
        expected("object", given, path, issues);
        return {};
    }
    if (kind.type == Type::map) return check_map(kind, *members, path, issues);
    auto values = check_members(*kind.fields, *members, path, issues);
    fill_fallbacks(*kind.fields, values);
    return {.is = Params{*kind.fields, std::move(values)}};
}

Value check_boolean(const Kind& kind, const json::value& given, std::string_view path, Issues& issues)
{
    if (const auto* const truth = given.if_bool()) return {.is = *truth};
    if (kind.type == Type::text_or_boolean && given.is_string()) return check_text(kind, given.get_string(), path, issues);
    expected(kind.type == Type::boolean ? "boolean" : "string or boolean", given, path, issues);
    return {};
}

} // namespace

Value check(const Kind& kind, const json::value& given, std::string& path, Issues& issues)
{
    if (given.is_null() && kind.may_be_null) return {.is = nullptr};
    switch (kind.type) {
    case Type::integer:
    case Type::number:
        return check_number(kind, given, path, issues);
    case Type::list:
        return check_list(kind, given, path, issues);
    case Type::object:
    case Type::map:
        return check_object(kind, given, path, issues);
    case Type::boolean:
    case Type::text_or_boolean:
        return check_boolean(kind, given, path, issues);
    default:
        break;
    }
    if (const auto* const text = given.if_string()) return check_text(kind, *text, path, issues);
    expected("string", given, path, issues);
    return {};
}

std::vector<Value> check_members(const Fields& fields, const json::object& given, std::string& path, Issues& issues)
{
    std::vector<Value> values(fields.all().size());
    std::size_t known = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& field = fields.all()[i];
        const auto* const value = given.if_contains(field.name);
        known += value != nullptr ? 1 : 0;
        if (value == nullptr && !field.is_required) continue;
        const Step step{path, field.name};
        if (value == nullptr)
            issues.add(path, "Required");
        else
            values[i] = check(field.kind, *value, path, issues);
    }
    if (known < given.size()) check_unknown(fields, given, path, issues);
    return values;
}

void fill_fallbacks(const Fields& fields, std::vector<Value>& values)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i].absent()) continue;
        const auto& fallback = fields.all()[i].fallback;
        if (const auto* const truth = std::get_if<bool>(&fallback))
            values[i].is = *truth;
        else if (const auto* const number = std::get_if<std::int64_t>(&fallback)) {
            if (fields.all()[i].kind.type == Type::number)
                values[i].is = static_cast<double>(*number);
            else
                values[i].is = *number;
        } else if (const auto* const text = std::get_if<std::string>(&fallback))
            values[i].is = *text;
    }
}

} // namespace gatehouse::http::api
