#include "http/api/front.hpp"

#include "base/hash.hpp"
#include "http/api/body.hpp"
#include "http/api/decode.hpp"
#include "http/api/query.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

namespace gatehouse::http::api {

namespace {

using base::Fault;

constexpr std::string_view document_path = "/openapi.json";
constexpr int bad_uses_of_a_key = 100; ///< an hour
constexpr base::seconds an_hour{3600};

/// A parameter a rule names must exist, or the rule never fires.
void check_table(const std::vector<const Route*>& routes)
{
    for (const auto* const route : routes)
        for (const auto& rule : route->rules)
            for (const auto& name : rule.names)
                if (!route->parameters.find(name)) throw std::logic_error{route->path + ": rule about undeclared parameter " + name};
}

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/// The token of `Authorization: Bearer ...`; empty when there is none.
std::string_view bearer_token(std::string_view header)
{
    constexpr std::string_view scheme = "bearer";
    const auto same = [](char have, char want) { return (have | 0x20) == want; };
    if (header.size() <= scheme.size() || !std::ranges::equal(header.substr(0, scheme.size()), scheme, same)) return {};
    header.remove_prefix(scheme.size());
    if (!is_blank(header.front())) return {};
    while (!header.empty() && is_blank(header.front())) header.remove_prefix(1);
    return header.find_first_of(" \t") == std::string_view::npos ? header : std::string_view{};
}

std::string source_of(const transport::Peer& peer)
{
    return peer.uid ? "uid " + std::to_string(*peer.uid) : peer.address;
}

/// Host and port as a client may write them; anything else is not echoed into a link.
bool is_host(std::string_view host)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{".-:[]_"}.find(c) != std::string_view::npos;
    };
    return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, fits);
}

std::string accepted_verbs(const Route& route, std::string_view separator)
{
    std::string text;
    for (const auto verb : route.verbs) text.append(text.empty() ? "" : separator).append(transport::to_text(verb));
    return text;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

Answer wrong_verb(const Route& route)
{
    return base::fail(Fault::invalid, "only " + accepted_verbs(route, " and ") + " accepted", "method_not_allowed");
}

} // namespace

Front::Front(base::Clock& clock, Settings settings, const std::vector<const Route*>& routes, const Schemas& schemas)
    : clock_{clock}, settings_{std::move(settings)}, cursors_{settings_.cursor_key}, keys_{bad_uses_of_a_key, an_hour},
      document_route_{Route{Policy::anyone, document_path}.on(Verb::get)}, document_{openapi_document(settings_.about, routes, schemas)}
{
    check_table(routes);
    for (std::size_t i = 0; i < routes.size(); ++i)
        if (!rows_.emplace(routes[i]->path, i).second) throw std::logic_error{"two endpoints with one path: " + routes[i]->path};
}

std::optional<std::size_t> Front::find(std::string_view path) const
{
    const auto found = rows_.find(path);
    if (found == rows_.end()) return std::nullopt;
    return found->second;
}

std::optional<Answer> Front::admit(Visit& visit) const
{
    const auto& [request, route, token] = visit;
    if (!route.accepts(request.verb)) return wrong_verb(route);
    if (route.policy == Policy::anyone) return std::nullopt;
    if (route.policy == Policy::local_admin) {
        const auto uid = request.peer.uid;
        if (uid && (*uid == 0 || *uid == settings_.own_uid)) return std::nullopt;
        return Answer{base::fail(Fault::refused, "Only root or the daemon's user may call this, on the Unix socket")};
    }
    visit.token = bearer_token(request.authorization);
    if (!visit.token.empty()) return std::nullopt;
    return Answer{base::fail(Fault::refused, "A Bearer token is required", "unauthorized")};
}

Answer Front::turned_away(const Visit& visit, const base::Error& error)
{
    if (error.fault != Fault::refused) return Answer{error};
    const auto source = source_of(visit.request.peer);
    const auto now = clock_.now();
    if (const auto wait = sources_.bad_token(source, now)) return slow_down(*wait, "Too many bad tokens");
    const auto key = std::to_string(base::xxhash(visit.token)); // the text itself may be somebody's password
    if (const auto wait = keys_.bad_token(key, now)) return slow_down(*wait, "This key was refused too often");
    spdlog::warn("bad_token source={} request={}", source, visit.request.id);
    if (!error.code.empty()) return Answer{error};
    return Answer{base::fail(Fault::refused, "Unknown token", "unauthorized")};
}

asio::awaitable<std::variant<Params, Answer>> Front::parameters(const Visit& visit) const
{
    return decode(visit.route, visit.request, cursors_);
}

void Front::paginate(const transport::Request& request, const Route& route, const Params& params, Answer& answer) const
{
    json::object pagination;
    pagination["has_next_page"] = answer.next.has_value();
    pagination["next_page_cursor"] = nullptr;
    pagination["next_page_url"] = nullptr;
    if (answer.next) {
        const auto cursor = cursors_.seal(*answer.next, binding_of(route, params));
        const auto query = encode_query(params, false);
        std::string url = request.peer.tls ? "https://" : "http://";
        url.append(is_host(request.host) ? request.host : "localhost").append(route.path).append("?").append(query);
        url.append(query.empty() ? "" : "&").append("page_cursor=").append(cursor);
        pagination["next_page_cursor"] = cursor;
        pagination["next_page_url"] = url;
    }
    answer.body["pagination"] = std::move(pagination);
}

asio::awaitable<transport::Response> Front::respond(const transport::Request& request, const Route* route, const Params* params,
                                                    Answer answer) const
{
    if (answer.paged && route != nullptr && params != nullptr && route->page_size > 0) paginate(request, *route, *params, answer);
    if (!answer.trouble.empty()) spdlog::error("request_failed request={} path={} detail=\"{}\"", request.id, request.path, answer.trouble);
    transport::Response response{.status = answer.status};
    if (params != nullptr && !params->ignored().empty())
        response.headers.emplace_back("gatehouse-ignored-parameters", joined(params->ignored()));
    if (answer.retry_after) response.headers.emplace_back("retry-after", std::to_string(answer.retry_after->count()));
    if (answer.status == 405 && route != nullptr) response.headers.emplace_back("allow", accepted_verbs(*route, ", "));
    if (answer.status == 401) response.headers.emplace_back("www-authenticate", "Bearer");
    response.body = co_await write_body(answer.body);
    co_return response;
}

asio::awaitable<transport::Response> Front::document(const transport::Request& request) const
{
    transport::Response shown;
    if (document_route_.accepts(request.verb))
        shown.body = document_;
    else
        shown = co_await respond(request, &document_route_, nullptr, wrong_verb(document_route_));
    co_return shown;
}

} // namespace gatehouse::http::api
