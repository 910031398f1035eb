#include "http/api/respond.hpp"

#include "http/api/issues.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace gatehouse::http::api {

namespace {

using base::Fault;

/// How each fault answers when its error names no code of its own.
struct Shape {
    Fault fault;
    unsigned status;
    std::string_view type;
};

constexpr std::array shapes{
    Shape{Fault::transient, 503, "temporarily_unavailable"},
    Shape{Fault::unknown, 503, "temporarily_unavailable"},
    Shape{Fault::offline, 503, "temporarily_unavailable"},
    Shape{Fault::refused, 403, "forbidden"},
    Shape{Fault::full, 507, "insufficient_storage"},
    Shape{Fault::unsupported, 400, "not_supported"},
    Shape{Fault::invalid, 400, "invalid_input"},
    Shape{Fault::not_found, 404, "not_found"},
    Shape{Fault::conflict, 409, "conflict"},
    Shape{Fault::internal, 500, "internal_server_error"},
};

/// Codes whose status is their own.
constexpr std::array special{
    std::pair{std::string_view{"unauthorized"}, 401U},
    std::pair{std::string_view{"client_session_not_found"}, 401U},
    std::pair{std::string_view{"client_session_revoked"}, 401U},
    std::pair{std::string_view{"client_session_expired"}, 401U},
    std::pair{std::string_view{"invalid_publishable_key"}, 401U},
    std::pair{std::string_view{"method_not_allowed"}, 405U},
    std::pair{std::string_view{"rate_limit_exceeded"}, 429U},
};

/// In front of the parameter's name, in the code of a misfit.
constexpr std::string_view misfit_code = "invalid_input:";

/// In front of the seconds to wait, in the code of what was asked for too often.
constexpr std::string_view wait_code = "rate_limit_exceeded:";

const Shape& shape_of(Fault fault)
{
    const auto* const found = std::ranges::find(shapes, fault, &Shape::fault);
    return found == shapes.end() ? shapes.back() : *found;
}

unsigned status_of(const base::Error& error)
{
    // A missing session is a 401 to its own holder and a 404 to whoever asks for it by id.
    const auto* const found = std::ranges::find(special, error.code, &std::pair<std::string_view, unsigned>::first);
    if (found != special.end() && error.fault != Fault::not_found) return found->second;
    return shape_of(error.fault).status;
}

} // namespace

Answer::Answer(const base::Error& error) : status{status_of(error)}
{
    if (std::string_view{error.code}.starts_with(misfit_code)) {
        *this = invalid(std::string_view{error.code}.substr(misfit_code.size()), error.detail);
        return;
    }
    if (std::string_view{error.code}.starts_with(wait_code)) {
        *this = slow_down(base::seconds{std::stoll(error.code.substr(wait_code.size()))}, error.detail);
        return;
    }
    const bool ours = error.fault == Fault::internal;
    const std::string_view type = error.code.empty() || ours ? shape_of(error.fault).type : std::string_view{error.code};
    const std::string_view message =
        ours || error.detail.empty() ? (ours ? "Internal server error" : type) : std::string_view{error.detail};
    json::object shown;
    shown["type"] = type;
    shown["message"] = message;
    if (type == "invalid_input") shown["validation_errors"] = json::object{{"_errors", json::array{json::value(message)}}};
    body["error"] = std::move(shown);
    body["ok"] = false;
    if (ours) trouble = error.detail.empty() ? "unnamed" : error.detail;
}

Answer ok()
{
    Answer answer;
    answer.body["ok"] = true;
    return answer;
}

Answer ok(std::string_view key, json::value value)
{
    Answer answer;
    answer.body.reserve(2);
    answer.body.emplace(key, std::move(value));
    answer.body["ok"] = true;
    return answer;
}

Answer ok(json::object keys)
{
    Answer answer;
    answer.body = std::move(keys);
    answer.body["ok"] = true;
    return answer;
}

Answer page(std::string_view key, json::array rows, std::optional<std::string> next)
{
    auto answer = ok(key, json::value(std::move(rows))); // parentheses: braces would wrap it in another array
    answer.paged = true;
    answer.next = std::move(next);
    return answer;
}

Answer refuse(const base::Error& error, json::value data)
{
    Answer answer{error};
    answer.body["error"].as_object()["data"] = std::move(data);
    return answer;
}

Answer invalid(std::string_view parameter, std::string_view message)
{
    Issues issues;
    issues.add(parameter, message);
    return issues.answer();
}

base::Error misfit(std::string_view parameter, std::string_view message)
{
    return base::fail(Fault::invalid, std::string{message}, std::string{misfit_code}.append(parameter));
}

Answer slow_down(base::seconds retry_after, std::string message)
{
    Answer answer{base::fail(Fault::refused, std::move(message), "rate_limit_exceeded")};
    answer.retry_after = retry_after;
    return answer;
}

base::Error too_often(base::seconds retry_after, std::string message)
{
    return base::fail(Fault::refused, std::move(message), std::string{wait_code} + std::to_string(retry_after.count()));
}

std::optional<Answer> refuse_window(std::optional<base::Instant> starts_at, std::optional<base::Instant> ends_at, base::Instant now,
                                    std::string_view parameter)
{
    if (!ends_at) return std::nullopt;
    if (*ends_at <= now) return invalid(parameter, "Must be in the future");
    if (starts_at && *ends_at <= *starts_at) return invalid(parameter, "Must be after starts_at");
    return std::nullopt;
}

json::value to_json(base::Instant instant)
{
    return json::value(base::to_iso(instant));
}

json::value to_json(const std::optional<std::string>& text)
{
    if (!text) return nullptr;
    return json::value(*text);
}

asio::awaitable<void> next_turn()
{
    co_await asio::post(asio::use_awaitable);
}

} // namespace gatehouse::http::api
