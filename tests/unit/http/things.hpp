#pragma once

#include "http/api/api.hpp"
#include "unit/http/loop.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::tests {

namespace api = http::api;
namespace json = boost::json;

/// What the example endpoints know about a request.
struct Context {
    std::string caller;
};

/// A parsed answer of the API.
struct Told {
    unsigned status = 0;
    json::value body = {};
    std::map<std::string, std::string> headers = {};

    std::string type() const;    ///< error.type
    std::string message() const; ///< error.message
    /// The messages of `validation_errors` at a dotted path.
    std::vector<std::string> errors_of(std::string_view path) const;
};

/// A small API over a real socket: one endpoint with every kind of parameter, one with selectors, one with pages, one for local tools.
/// The key "seam_good" is known.
class Things : public Loop {
public:
    Things();
    ~Things() override { server_.reset(); } // before the table it serves
    /// Sends these bytes and reads the answer.
    Told tell(std::string request);
    /// POST with a JSON body.
    Told ask(std::string_view path, std::string_view body, std::string_view headers = key);
    Told ask_get(std::string_view target, std::string_view headers = key, std::string_view verb = "GET");
    /// What /things/check understood, in query encoding, or the error's message.
    std::string understood(const Told& told) const;

    static constexpr std::string_view key = "Authorization: Bearer seam_good\r\n";

private:
    api::Api<Context> api_;
};

} // namespace gatehouse::tests
