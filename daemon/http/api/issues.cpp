#include "http/api/issues.hpp"

namespace gatehouse::http::api {

namespace {

constexpr std::size_t most_issues = 50;  // a hostile list of a thousand wrong items needs no thousand messages
constexpr std::size_t most_ignored = 16; // each is held against every name there is
constexpr std::string_view required = "Required";

/// The node of `tree` at a dotted path, made on the way, each with its `_errors` list.
json::object& node_at(json::object& tree, std::string_view path)
{
    auto* node = &tree;
    while (!path.empty()) {
        const auto dot = path.find('.');
        const auto name = path.substr(0, dot);
        auto& child = (*node)[name];
        if (!child.is_object()) child.emplace_object()["_errors"] = json::array{};
        node = &child.as_object();
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return *node;
}

} // namespace

void Issues::add(std::string_view path, std::string_view message)
{
    add(std::vector<std::string>{std::string{path}}, message);
}

void Issues::add(const std::vector<std::string>& names, std::string_view message)
{
    if (all_.size() < most_issues) all_.push_back({names, std::string{message}});
}

bool Issues::ignore(std::string name)
{
    if (ignored_count_ > most_ignored) return false;
    if (++ignored_count_ > most_ignored) {
        add("", "Too many unknown parameters");
        return false;
    }
    if (!name.empty()) ignored_.push_back(std::move(name));
    return true;
}

std::string Issues::summary() const
{
    std::string text;
    if (all_.size() > 1) text = std::to_string(all_.size()) + " Input Errors: ";
    for (std::size_t i = 0; i < all_.size(); ++i) {
        const auto& [paths, message] = all_[i];
        if (i > 0) text += ", ";
        if (paths.size() != 1 || paths.front().empty())
            text += message;
        else if (message == required)
            text += paths.front() + " is required";
        else
            text += message + " for \"" + paths.front() + "\"";
    }
    return text;
}

Answer Issues::answer() const
{
    json::object errors;
    errors["_errors"] = json::array{};
    for (const auto& [paths, message] : all_) {
        if (paths.size() > 1) errors["_errors"].as_array().emplace_back(message);
        for (const auto& path : paths) node_at(errors, path)["_errors"].as_array().emplace_back(message);
    }
    Answer answer{base::fail(base::Fault::invalid, summary())};
    answer.body["error"].as_object()["validation_errors"] = std::move(errors);
    return answer;
}

} // namespace gatehouse::http::api
