#pragma once

#include "base/clock.hpp"
#include "http/api/cursor.hpp"
#include "http/api/openapi.hpp"
#include "http/api/params.hpp"
#include "http/api/respond.hpp"
#include "http/api/route.hpp"
#include "http/api/throttle.hpp"
#include "http/transport/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gatehouse::http::api {

/// A request that its route's policy let in so far; the application still has to know the token.
struct Visit {
    const transport::Request& request;
    const Route& route;
    std::string_view token = {}; ///< the Bearer token, for Policy::api_key
};

struct Settings {
    Cursors::Key cursor_key;   ///< 32 random bytes; cursors of another key are refused
    std::uint32_t own_uid = 0; ///< who, beside root, is a local admin
    About about = {};          ///< title and version of the OpenAPI document
};

/// Everything in front of a handler that does not depend on the application: finding the row, verbs, policies, the throttle of bad
/// tokens, parameters, envelopes, pages. Threads: one.
class Front {
public:
    /// Throws std::logic_error naming the row when the table is wrong (a path twice, a rule about an undeclared parameter).
    Front(base::Clock& clock, Settings settings, const std::vector<const Route*>& routes, const Schemas& schemas);

    /// The row that serves `path`.
    std::optional<std::size_t> find(std::string_view path) const;
    /// Checks verb and policy and finds the token; the answer when it must not go on.
    std::optional<Answer> admit(Visit& visit) const;
    /// The application did not accept the visit: 401, and 429 beyond ten bad tokens a minute from one source, or a hundred an hour with
    /// one key, wherever it comes from: a withdrawn key in many hands. A good key is never made to wait.
    Answer turned_away(const Visit& visit, const base::Error& error);
    asio::awaitable<std::variant<Params, Answer>> parameters(const Visit& visit) const;
    /// Completes and writes an answer. `params` is null when they were never read.
    asio::awaitable<transport::Response> respond(const transport::Request& request, const Route* route, const Params* params,
                                                 Answer answer) const;
    /// The OpenAPI document is a row of its own, in front of the table.
    bool is_document(const transport::Request& request) const { return request.path == document_route_.path; }
    asio::awaitable<transport::Response> document(const transport::Request& request) const;

private:
    void paginate(const transport::Request& request, const Route& route, const Params& params, Answer& answer) const;
    base::Clock& clock_;
    Settings settings_;
    Cursors cursors_;
    Throttle sources_;
    Throttle keys_;
    const Route document_route_;
    std::unordered_map<std::string_view, std::size_t> rows_;
    std::string document_;
};

} // namespace gatehouse::http::api
