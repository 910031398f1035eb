#pragma once

#include <boost/json.hpp>

#include <stdexcept>
#include <string>

namespace gatehouse::cli {

/// Nobody answered, or not in the gateway's language; the text is for the operator.
struct Unanswered : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What the running gateway said: 200 with what was asked for, else its error object.
struct Answer {
    unsigned status = 0;
    boost::json::object body;

    bool ok() const { return status == 200; }
    /// `error.type` and `error.message`; empty when there is none.
    std::string error(std::string_view member) const;
};

/// Asks the gateway behind a Unix socket and waits as long as it takes. Throws Unanswered.
Answer ask(const std::string& socket, const std::string& path, const boost::json::object& body);

} // namespace gatehouse::cli
