#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::simulators::common {

/// Takes typed members out of a request. After the first one that is missing or wrong, `error()` names it and the rest is worthless.
class Fields {
public:
    explicit Fields(const boost::json::object& request) : request_{request} {}

    std::string text(std::string_view name, std::size_t longest);
    std::optional<std::string> optional_text(std::string_view name, std::size_t longest);
    bool flag(std::string_view name);
    std::optional<bool> optional_flag(std::string_view name);
    std::optional<double> optional_number(std::string_view name, double least, double most);
    std::string one_of(std::string_view name, std::initializer_list<std::string_view> words);
    boost::json::object optional_object(std::string_view name);
    boost::json::value any(std::string_view name); ///< null when missing

    /// Call last: refuses members nobody asked for.
    bool complete();

    const std::string& error() const { return error_; }

private:
    const boost::json::value* take(std::string_view name);
    void refuse(std::string_view name, std::string_view why);

    const boost::json::object& request_;
    std::string taken_ = "\n";
    std::string error_;
};

} // namespace gatehouse::simulators::common
