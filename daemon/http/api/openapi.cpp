#include "http/api/openapi.hpp"

#include "http/api/schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <set>

namespace gatehouse::http::api {

namespace {

json::object reference(std::string_view name)
{
    json::object out;
    out["$ref"] = "#/components/schemas/" + std::string{name};
    return out;
}

json::object as_json_content(json::object schema)
{
    json::object media;
    media["schema"] = std::move(schema);
    json::object content;
    content["application/json"] = std::move(media);
    return content;
}

json::object returned_schema(const Returned& returned)
{
    if (returned.shape == Returned::Shape::one) return reference(returned.resource);
    json::object list;
    list["type"] = "array";
    list["items"] = reference(returned.resource);
    return list;
}

json::object success(const Route& route)
{
    json::object truth;
    truth["type"] = "boolean";
    json::object members;
    json::array required;
    for (const auto& returned : route.returned) {
        members[returned.key] = returned_schema(returned);
        required.emplace_back(returned.key);
    }
    if (route.page_size > 0) {
        members["pagination"] = reference("pagination");
        required.emplace_back("pagination");
    }
    members["ok"] = std::move(truth);
    required.emplace_back("ok");

    json::object schema;
    schema["type"] = "object";
    schema["properties"] = std::move(members);
    schema["required"] = std::move(required);
    json::object out;
    out["description"] = "OK";
    out["content"] = as_json_content(std::move(schema));
    return out;
}

json::object responses(const Route& route)
{
    json::object failure;
    failure["description"] = "Error";
    failure["content"] = as_json_content(reference("error_body"));
    json::object out;
    out["200"] = success(route);
    out["default"] = std::move(failure);
    return out;
}

/// One alternative per name: that name is required.
json::array each_required(const std::vector<std::string>& names)
{
    json::array out;
    for (const auto& name : names) {
        json::array required;
        required.emplace_back(name);
        json::object one;
        one["required"] = std::move(required);
        out.push_back(std::move(one));
    }
    return out;
}

json::object missing(const std::string& name)
{
    json::object out;
    out["not"] = each_required({name}).front();
    return out;
}

/// One alternative per name: none of the others is given.
json::array all_but_one_missing(const std::vector<std::string>& names)
{
    json::array out;
    for (const auto& name : names) {
        json::array others;
        for (const auto& other : names)
            if (other != name) others.push_back(missing(other));
        json::object one;
        one["allOf"] = std::move(others);
        out.push_back(std::move(one));
    }
    return out;
}

/// The first is not given, or the second is as well.
json::array missing_or_both(const std::vector<std::string>& names)
{
    auto out = each_required({names[1]});
    out.push_back(missing(names[0]));
    return out;
}

json::object request_schema(const Route& route)
{
    auto schema = schema_of(route.parameters);
    json::array all;
    for (const auto& rule : route.rules) {
        json::object one;
        if (rule.form == Rule::Form::exactly_one) one["oneOf"] = each_required(rule.names);
        if (rule.form == Rule::Form::at_least_one) one["anyOf"] = each_required(rule.names);
        if (rule.form == Rule::Form::at_most_one) one["anyOf"] = all_but_one_missing(rule.names);
        if (rule.form == Rule::Form::needs) one["anyOf"] = missing_or_both(rule.names);
        if (!one.empty()) all.push_back(std::move(one));
    }
    if (!all.empty()) schema["allOf"] = std::move(all);
    return schema;
}

json::array query_parameters(const Route& route)
{
    json::array out;
    for (const auto& field : route.parameters.all()) {
        const bool structured = field.kind.type == Kind::Type::object || field.kind.type == Kind::Type::map;
        json::object parameter;
        parameter["name"] = field.name;
        parameter["in"] = "query";
        parameter["required"] = field.is_required;
        parameter["schema"] = schema_of(field.kind);
        if (!field.note.empty()) parameter["description"] = field.note;
        if (structured) parameter["description"] = "Members as dotted keys: " + field.name + ".member=value";
        out.push_back(std::move(parameter));
    }
    return out;
}

std::string_view schema_name(Policy policy)
{
    switch (policy) {
    case Policy::anyone:
        return "anyone";
    case Policy::api_key:
        return "api_key";
    case Policy::local_admin:
        return "local_admin";
    }
    return "";
}

/// "/acs/users/get" and GET make "acs_users_get_get".
std::string operation_id(const Route& route, Verb verb)
{
    std::string id = route.path.substr(1);
    std::ranges::replace(id, '/', '_');
    std::ranges::replace(id, '.', '_');
    std::string name{transport::to_text(verb)};
    std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    return id + "_" + name;
}

json::object operation(const Route& route, Verb verb)
{
    json::object out;
    out["operationId"] = operation_id(route, verb);
    if (!route.summary.empty()) out["summary"] = route.summary;
    out["x-policy"] = schema_name(route.policy);
    if (route.policy != Policy::api_key) out["security"] = json::array{};
    const bool in_query = verb == Verb::get || verb == Verb::del;
    if (in_query && !route.parameters.empty()) out["parameters"] = query_parameters(route);
    if (!in_query && !route.parameters.empty()) {
        json::object body;
        body["content"] = as_json_content(request_schema(route));
        out["requestBody"] = std::move(body);
    }
    out["responses"] = responses(route);
    return out;
}

json::object path_item(const Route& route)
{
    json::object out;
    for (const auto verb : route.verbs) {
        std::string name{transport::to_text(verb)};
        std::ranges::transform(name, name.begin(), [](char c) { return static_cast<char>(c | 0x20); });
        out[name] = operation(route, verb);
    }
    return out;
}

Fields error_fields()
{
    Kind any = map(text_or_boolean());
    auto shown = Fields{}.required("type", text()).required("message", text(0, 10000)).optional("validation_errors", std::move(any));
    return Fields{}.required("error", object(std::move(shown))).required("ok", boolean());
}

json::object schemas_of(const std::vector<const Route*>& routes, const Schemas& schemas)
{
    json::object out;
    for (const auto& [name, fields] : schemas) out[name] = schema_of(fields);
    for (const auto* const route : routes)
        for (const auto& returned : route->returned)
            if (!out.contains(returned.resource)) out[returned.resource].emplace_object()["type"] = "object";
    out["pagination"] = schema_of(Fields{}
                                      .required("has_next_page", boolean())
                                      .required("next_page_cursor", nullable(text()))
                                      .required("next_page_url", nullable(text(0, 20000))));
    out["error_body"] = schema_of(error_fields());
    return out;
}

json::object components(const std::vector<const Route*>& routes, const Schemas& schemas)
{
    json::object bearer;
    bearer["type"] = "http";
    bearer["scheme"] = "bearer";
    json::object schemes;
    schemes["api_key"] = std::move(bearer);
    json::object out;
    out["schemas"] = schemas_of(routes, schemas);
    out["securitySchemes"] = std::move(schemes);
    return out;
}

} // namespace

std::string openapi_document(const About& about, const std::vector<const Route*>& routes, const Schemas& schemas)
{
    json::object info;
    info["title"] = about.title;
    info["version"] = about.version;
    json::object key;
    key["api_key"] = json::array{};
    json::array security;
    security.push_back(std::move(key));
    json::object paths;
    for (const auto* const route : routes) paths[route->path] = path_item(*route);

    json::object document;
    document["openapi"] = "3.0.3";
    document["info"] = std::move(info);
    document["security"] = std::move(security);
    document["paths"] = std::move(paths);
    document["components"] = components(routes, schemas);
    return json::serialize(document);
}

} // namespace gatehouse::http::api
