#include "sealed.hpp"

#include "ledger/mode.hpp"
#include "listening.hpp"

#include <boost/json.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace gatehouse {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 4> sealing{"database_unreadable", "database_damaged", "database_foreign", "schema_newer"};
constexpr unsigned unavailable = 503;
constexpr base::milliseconds drain_sealed{1'500};

http::transport::Response refusal()
{
    const auto error = ledger::admits(ledger::Mode::sealed, false).error();
    http::transport::Response response{.status = unavailable};
    response.body = json::serialize(json::object{{"error", json::object{{"type", error.code}, {"message", error.detail}}}, {"ok", false}});
    return response;
}

http::transport::Response health(const std::string& reason)
{
    const json::object storage{{"mode", to_string(ledger::Mode::sealed)}, {"reason", reason}};
    http::transport::Response response{.status = unavailable};
    response.body =
        json::serialize(json::object{{"status", "sealed"}, {"version", GATEHOUSE_VERSION}, {"storage", storage}, {"ok", false}});
    return response;
}

} // namespace

bool seals(const base::Error& error)
{
    return std::ranges::find(sealing, error.code) != sealing.end();
}

base::Result<std::unique_ptr<Sealed>> Sealed::build(asio::io_context& core, const Options& options, const settings::Settings& settings,
                                                    const base::Error& why)
{
    spdlog::critical("storage_sealed reason={} detail=\"{}\"", why.code, why.detail);
    std::unique_ptr<Sealed> sealed{new Sealed{options, why.code}};
    auto runtime = store::LockFile::take(options.runtime / "lock");
    if (!runtime) return runtime.error();
    sealed->runtime_ = std::move(*runtime);
    auto server = bind_endpoints(core, sealed->clock_, sealed->random_, options, settings);
    if (!server) return server.error();
    sealed->server_.emplace(std::move(*server));
    return sealed;
}

base::Result<void> Sealed::start()
{
    server_->start([this](const http::transport::Request& request) { return answer(request); });
    return write_listening(options_, *server_);
}

asio::awaitable<http::transport::Response> Sealed::answer(const http::transport::Request& request) const
{
    auto response = request.path == "/health" ? health(reason_) : refusal();
    co_return response;
}

asio::awaitable<void> Sealed::stop()
{
    remove_listening(options_);
    co_await server_->stop(drain_sealed);
}

} // namespace gatehouse
