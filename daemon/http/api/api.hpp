#pragma once

#include "http/api/endpoint.hpp"
#include "http/api/front.hpp"

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace gatehouse::http::api {

/// The endpoint table at work: give `answer` to `transport::Server::start`. Outlives the server.
template <class Context>
class Api {
public:
    /// Makes the context of one request. For Policy::api_key it looks up `visit.token`; an unknown key is Fault::refused with code
    /// `unauthorized` (or another code of the 401 family). For the other policies the context belongs to no workspace.
    using Open = std::function<base::Result<Context>(const Visit& visit)>;

    /// Throws std::logic_error when the table is wrong: the daemon does not start.
    Api(base::Clock& clock, Settings settings, std::vector<BasicEndpoint<Context>> endpoints, const Schemas& schemas, Open open)
        : endpoints_{std::move(endpoints)}, open_{std::move(open)}, front_{clock, std::move(settings), routes(), schemas}
    {
    }

    asio::awaitable<transport::Response> answer(const transport::Request& request)
    {
        if (front_.is_document(request)) {
            auto document = co_await front_.document(request);
            co_return document;
        }
        const auto row = front_.find(request.path);
        const auto* const endpoint = row ? &endpoints_[*row] : nullptr;
        const auto* const route = row ? &endpoint->route : nullptr;
        std::optional<Params> params;
        std::optional<Answer> outcome;
        if (endpoint != nullptr) {
            auto answered = co_await run(*endpoint, request, params);
            outcome = std::move(answered);
        } else {
            outcome.emplace(base::fail(base::Fault::not_found, "No such endpoint"));
        }
        auto response = co_await front_.respond(request, route, params ? &*params : nullptr, std::move(*outcome));
        co_return response;
    }

    /// The same, as the transport's handler.
    transport::Handler handler()
    {
        return [this](const transport::Request& request) { return answer(request); };
    }

private:
    /// From policy to handler. `params` is filled in once they are read.
    asio::awaitable<Answer> run(const BasicEndpoint<Context>& endpoint, const transport::Request& request, std::optional<Params>& params)
    {
        Visit visit{request, endpoint.route};
        if (auto refused = front_.admit(visit)) co_return std::move(*refused);
        auto context = open_(visit);
        if (!context) co_return front_.turned_away(visit, context.error());
        auto decoded = co_await front_.parameters(visit);
        if (auto* const wrong = std::get_if<Answer>(&decoded)) co_return std::move(*wrong);
        params = std::get<Params>(std::move(decoded));
        auto outcome = co_await endpoint.handler(*context, *params);
        co_return outcome;
    }

    std::vector<const Route*> routes() const
    {
        std::vector<const Route*> all;
        for (const auto& endpoint : endpoints_) all.push_back(&endpoint.route);
        return all;
    }

    const std::vector<BasicEndpoint<Context>> endpoints_;
    Open open_;
    Front front_;
};

} // namespace gatehouse::http::api
