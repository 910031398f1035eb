#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>

namespace gatehouse::profile {

/// Why a value could not be read, encoded or decoded; text for an operator, never a secret.
struct Failure {
    Failure() = default; // on purpose no aggregate: it would make every conversion to Outcome ambiguous
    std::string text;
};
inline Failure because(std::string text)
{
    Failure failure;
    failure.text = std::move(text);
    return failure;
}

/// A value, or why there is none. Test it, then dereference.
template <class T>
class [[nodiscard]] Outcome : public boost::system::result<T, Failure> {
    using Base = boost::system::result<T, Failure>;

public:
    using Base::Base;
};

} // namespace gatehouse::profile
