#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace gatehouse::base {

/// What went wrong, by what the caller should do next.
enum class Fault : std::uint8_t {
    transient,   ///< noise, busy: try again soon (never the answer to a device write that timed out)
    unknown,     ///< a write timed out or was answered ambiguously: read back before anything else
    offline,     ///< nobody answers: back off, mark the device
    refused,     ///< the other side understood and said no: do not repeat
    full,        ///< no room: tell the operator
    unsupported, ///< it lacks the feature
    invalid,     ///< the input was wrong: nothing was done
    not_found,
    conflict,
    internal, ///< our bug
};

struct Error {
    Error(Fault f = Fault::internal, std::string d = {}, std::string c = {}) : fault{f}, detail{std::move(d)}, code{std::move(c)} {}
    Fault fault;
    std::string detail; ///< for the log and for people; never holds a secret
    std::string code;   ///< stable machine-readable reason ("card_number_in_use"), empty where the fault says enough
};

/// Called by boost::system::result when value() meets an error; the house tests first, so this is a bug.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw std::runtime_error{"unchecked result: " + error.detail};
}

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
    using Base = boost::system::result<T, Error>;

public:
    using Base::Base;
};

inline Error fail(Fault fault, std::string detail, std::string code = {})
{
    return {fault, std::move(detail), std::move(code)};
}

} // namespace gatehouse::base
