#pragma once

#include "sdk/device.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::sdk {

/// Decimal text without sign, leading zeros or blanks.
std::optional<std::uint64_t> decimal(std::string_view text);

/// Reads the fields of one JSON object within bounds. The first thing wrong is kept as `problem()`, naming the field and never its
/// value; what is read after it is empty.
class Fields {
public:
    explicit Fields(const boost::json::object& object, std::string where = {}) : object_{object}, where_{std::move(where)} {}

    bool has(std::string_view name) const { return object_.contains(name); }
    std::string text(std::string_view name, std::size_t most);
    std::string optional_text(std::string_view name, std::size_t most);
    std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least, std::int64_t most);
    /// A 64-bit number, carried as text.
    std::int64_t long_number(std::string_view name);
    std::optional<std::int64_t> optional_long_number(std::string_view name);
    std::vector<std::int64_t> numbers(std::string_view name, std::size_t count_most, std::int64_t least, std::int64_t most);
    Settings settings(std::string_view name);
    Secrets secrets(std::string_view name);
    /// The objects of a list, at most `count_most`; missing is empty.
    std::vector<const boost::json::object*> objects(std::string_view name, std::size_t count_most);

    template <class Enum>
    Enum word(std::string_view name)
    {
        const auto found = from_word<Enum>(text(name, 64));
        if (!found) wrong(name, "is not a word of this protocol");
        return found.value_or(Enum{});
    }

    void wrong(std::string_view name, std::string_view what);
    /// What was wrong in an object within this one is wrong here too.
    void adopt(const Fields& inner)
    {
        if (problem_.empty()) problem_ = inner.problem_;
    }
    const std::string& problem() const { return problem_; }
    bool good() const { return problem_.empty(); }

private:
    const boost::json::value* find(std::string_view name) const;

    const boost::json::object& object_;
    std::string where_;
    std::string problem_;
};

} // namespace gatehouse::sdk
