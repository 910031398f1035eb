#pragma once

#include "http/api/fields.hpp"
#include "http/transport/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http::api {

using transport::Verb;

/// Who may call an endpoint. There is no default: a route cannot be made without one.
enum class Policy : std::uint8_t {
    anyone,      ///< no credential: /health, the OpenAPI document
    api_key,     ///< a key of a workspace as Bearer
    local_admin, ///< the Unix socket, and there only root or the daemon's own user
};

/// What holds between parameters. Only parameters that were given count; a fallback does not.
struct Rule {
    enum class Form : std::uint8_t { exactly_one, at_least_one, at_most_one, needs };
    Form form;
    std::vector<std::string> names; ///< needs: the first needs the second
};

/// One data key of the success body.
struct Returned {
    enum class Shape : std::uint8_t { one, many, page };
    std::string key;
    Shape shape = Shape::one;
    std::string resource; ///< name of a schema in the OpenAPI document
};

/// One row of the endpoint table, without its handler: everything validation, routing and the OpenAPI document follow from.
struct Route {
    Policy policy;
    std::string path;
    std::vector<Verb> verbs; ///< POST, then the semantic ones
    Fields parameters;
    std::vector<Rule> rules;
    std::vector<Returned> returned;
    std::size_t page_size = 0; ///< default of `limit`; 0: not paged
    std::string summary;

    Route(Policy who, std::string_view where) : policy{who}, path{where}, verbs{Verb::post} {}

    Route on(Verb verb) &&;        ///< a verb beside POST
    Route takes(Fields fields) &&; ///< once
    Route exactly_one(std::vector<std::string> names) &&;
    Route at_least_one(std::vector<std::string> names) &&;
    Route at_most_one(std::vector<std::string> names) &&;
    Route needs(std::string name, std::string other) &&;
    Route returns(std::string_view key, std::string_view resource) &&;
    Route returns_list(std::string_view key, std::string_view resource) &&;
    /// Adds `limit` and `page_cursor`, and `pagination` to the answer. After `takes`.
    Route returns_page(std::string_view key, std::string_view resource, std::size_t default_limit = 500) &&;
    Route about(std::string_view sentence) &&;

    bool accepts(Verb verb) const;
};

} // namespace gatehouse::http::api
