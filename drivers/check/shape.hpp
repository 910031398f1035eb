#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace gatehouse::check {

/// What is wrong with the members of one object, stated from docs/driver-protocol.md and from no other code. The first thing wrong stays.
class Shape {
public:
    Shape(const boost::json::object& object, std::string where) : object_{object}, where_{std::move(where)} {}

    enum class Need { must, may };
    Shape& text(std::string_view name, std::size_t longest, Need need = Need::must);
    Shape& word(std::string_view name, std::initializer_list<std::string_view> words, Need need = Need::must);
    Shape& reason(std::string_view name, Need need = Need::may);   ///< snake_case, at most 64
    Shape& decimal(std::string_view name, Need need = Need::must); ///< a 64-bit number as text: no sign, blank or leading zero
    Shape& whole(std::string_view name, std::int64_t least, std::int64_t most, Need need = Need::must);
    Shape& flag(std::string_view name, Need need = Need::must);
    Shape& list(std::string_view name, Need need = Need::must);

    const std::string& wrong() const { return wrong_; }
    bool ok() const { return wrong_.empty(); }
    void add(std::string what);

private:
    const boost::json::value* find(std::string_view name, Need need);

    const boost::json::object& object_;
    std::string where_, wrong_;
};

/// The first thing wrong with an answer to a request of this type with so many steps; empty: nothing.
std::string wrong_answer(const boost::json::object& answer, std::string_view type, std::size_t steps);
/// The same of a notification about this line and device.
std::string wrong_notification(const boost::json::object& told, std::string_view line, std::string_view device, std::int64_t now_ms);
std::string wrong_entry(const boost::json::object& entry);
std::string wrong_capabilities(const boost::json::object& capabilities);

} // namespace gatehouse::check
