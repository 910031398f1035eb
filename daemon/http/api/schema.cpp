#include "http/api/schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <cmath>

namespace gatehouse::http::api {

namespace {

using Type = Kind::Type;

json::object text_with(std::string_view format)
{
    json::object out;
    out["type"] = "string";
    if (!format.empty()) out["format"] = format;
    return out;
}

json::object text_schema(const Kind& kind)
{
    auto out = text_with("");
    if (kind.min > 0) out["minLength"] = kind.min;
    out["maxLength"] = kind.max;
    if (kind.pattern != nullptr) out["pattern"] = kind.pattern->regex;
    return out;
}

json::value bound(const Kind& kind, double value)
{
    if (kind.type == Type::integer) return static_cast<std::int64_t>(value);
    return value;
}

json::object number_schema(const Kind& kind)
{
    json::object out;
    out["type"] = kind.type == Type::integer ? "integer" : "number";
    if (std::isfinite(kind.low)) out["minimum"] = bound(kind, kind.low);
    if (std::isfinite(kind.high)) out["maximum"] = bound(kind, kind.high);
    return out;
}

json::object choice_schema(const Kind& kind)
{
    auto out = text_with("");
    json::array choices;
    for (const auto& choice : kind.choices) choices.emplace_back(choice);
    out["enum"] = std::move(choices);
    return out;
}

json::object list_schema(const Kind& kind)
{
    json::object out;
    out["type"] = "array";
    out["items"] = schema_of(*kind.item);
    if (kind.min > 0) out["minItems"] = kind.min;
    out["maxItems"] = kind.max;
    return out;
}

json::object map_schema(const Kind& kind)
{
    json::object out;
    out["type"] = "object";
    out["additionalProperties"] = schema_of(*kind.item);
    out["maxProperties"] = kind.max;
    return out;
}

json::object text_or_boolean_schema(const Kind& kind)
{
    json::object truth;
    truth["type"] = "boolean";
    json::array either;
    either.push_back(text_schema(kind));
    either.push_back(std::move(truth));
    json::object out;
    out["oneOf"] = std::move(either);
    return out;
}

json::object bare_schema(const Kind& kind)
{
    switch (kind.type) {
    case Type::uuid:
        return text_with("uuid");
    case Type::email:
        return text_with("email");
    case Type::datetime:
        return text_with("date-time");
    case Type::phone: {
        auto out = text_with("");
        out["pattern"] = R"(^\+[1-9]\d{1,14}$)";
        return out;
    }
    case Type::boolean: {
        json::object out;
        out["type"] = "boolean";
        return out;
    }
    case Type::text_or_boolean:
        return text_or_boolean_schema(kind);
    case Type::integer:
    case Type::number:
        return number_schema(kind);
    case Type::choice:
        return choice_schema(kind);
    case Type::list:
        return list_schema(kind);
    case Type::object:
        return schema_of(*kind.fields);
    case Type::map:
        return map_schema(kind);
    default:
        return text_schema(kind);
    }
}

} // namespace

json::object schema_of(const Kind& kind)
{
    auto out = bare_schema(kind);
    if (kind.may_be_null) out["nullable"] = true;
    if (kind.is_secret) out["x-secret"] = true;
    return out;
}

json::value schema_of(const Fallback& fallback)
{
    if (const auto* const truth = std::get_if<bool>(&fallback)) return *truth;
    if (const auto* const number = std::get_if<std::int64_t>(&fallback)) return *number;
    if (const auto* const text = std::get_if<std::string>(&fallback)) return json::value(*text);
    return nullptr;
}

json::object schema_of(const Fields& fields)
{
    json::object members;
    json::array required;
    for (const auto& field : fields.all()) {
        auto member = schema_of(field.kind);
        if (!field.note.empty()) member["description"] = field.note;
        if (auto fallback = schema_of(field.fallback); !fallback.is_null()) member["default"] = std::move(fallback);
        members[field.name] = std::move(member);
        if (field.is_required) required.emplace_back(field.name);
    }
    json::object out;
    out["type"] = "object";
    out["properties"] = std::move(members);
    if (!required.empty()) out["required"] = std::move(required);
    return out;
}

} // namespace gatehouse::http::api
