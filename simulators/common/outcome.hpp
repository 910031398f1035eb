#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <utility>

namespace gatehouse::simulators::common {

/// Why something was refused, in one line that names the option, field or file at fault.
struct Problem {
    // Two arguments on purpose: whatever text alone could make would be taken for a value of Outcome<std::string>.
    Problem() = default;
    Problem(std::in_place_t, std::string why) : text{std::move(why)} {}
    std::string text;
};

/// A value, or the reason there is none. Test it, then `*x`; `error().text` otherwise.
template <class T>
class [[nodiscard]] Outcome : public boost::system::result<T, Problem> {
    using Base = boost::system::result<T, Problem>;

public:
    using Base::Base;
};

inline Problem problem(std::string text)
{
    return {std::in_place, std::move(text)};
}

} // namespace gatehouse::simulators::common
