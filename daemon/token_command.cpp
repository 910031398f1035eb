#include "access/tokens.hpp"
#include "app.hpp"
#include "ledger/ledger.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <iostream>

namespace gatehouse {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;

namespace {

int complain(std::string_view what)
{
    std::cerr << "gatehoused: " << what << "\n";
    return exit_failure;
}

/// Asks the running daemon; nothing when none listens.
std::optional<int> ask_daemon(const Options& options, const std::string& name, const std::string& workspace)
{
    asio::io_context context;
    beast::basic_stream<asio::local::stream_protocol> stream{context};
    beast::error_code error;
    stream.connect(asio::local::stream_protocol::endpoint{options.socket().string()}, error);
    if (error) return std::nullopt;

    json::object body{{"name", name}};
    if (!workspace.empty()) body["workspace"] = workspace;
    beast::http::request<beast::http::string_body> request{beast::http::verb::post, "/gatehouse/tokens/create", 11};
    request.set(beast::http::field::host, "localhost");
    request.set(beast::http::field::content_type, "application/json");
    request.body() = json::serialize(body);
    request.prepare_payload();
    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    beast::http::write(stream, request, error);
    if (!error) beast::http::read(stream, buffer, response, error);
    if (error) return complain("the daemon did not answer: " + error.message());

    const auto answer = json::parse(response.body(), error);
    if (error || !answer.is_object()) return complain("the daemon answered " + std::to_string(response.result_int()));
    const auto& object = answer.get_object();
    if (response.result_int() != 200) {
        const auto* failure = object.if_contains("error");
        const auto* message = failure != nullptr && failure->is_object() ? failure->get_object().if_contains("message") : nullptr;
        return complain(message != nullptr && message->is_string() ? std::string_view{message->get_string()} : "the daemon refused");
    }
    std::cout << object.at("token").as_object().at("key").as_string().c_str() << "\n";
    return exit_ok;
}

/// The workspace of that key, or the only one there is.
base::Result<model::WorkspaceId> pick(const model::Directory& directory, const std::string& key)
{
    for (const auto& [id, workspace] : directory.workspaces())
        if (workspace->row.key == key || (key.empty() && directory.workspaces().size() == 1)) return id;
    return base::fail(base::Fault::not_found, key.empty() ? "say which workspace: --workspace KEY"
                                                          : "no workspace \"" + key + "\"; has the daemon run with it once?");
}

} // namespace

int create_token(const Options& options, const std::string& name, const std::string& workspace)
{
    if (const auto asked = ask_daemon(options, name, workspace)) return *asked;

    if (!std::filesystem::exists(options.state / "gatehouse.db")) // the daemon's user begins it, not whoever asks for a key
        return complain("no daemon listens and " + options.state.string() + " has no gatehouse.db yet: start gatehoused once");
    auto store = store::open(options.state, {.reserve = 0}); // the daemon keeps its own
    if (!store) return complain(store.error().detail);
    asio::io_context core{1};
    asio::thread_pool store_thread{1};
    base::SystemClock clock;
    base::SystemRandom random;
    model::Directory directory;
    ledger::Ledger ledger{directory, *store, clock, core.get_executor(), store_thread.get_executor(), random};
    if (const auto loaded = ledger.load(); !loaded) return complain(loaded.error().detail);
    if (ledger.damaged_rows() != 0) return complain("the database holds damaged rows: start gatehoused, which reports and mends them");
    const auto tenant = pick(directory, workspace);
    if (!tenant) return complain(tenant.error().detail);

    const auto token = access::make_token(random, *tenant, name, clock.wall());
    ledger::Draft draft;
    draft.actor = {"local", "command line"};
    draft.rows.push_back(model::put(token.row));
    const auto number = ledger.apply(std::move(draft));
    if (!number) return complain(number.error().detail);
    base::Result<void> stored = base::fail(base::Fault::internal, "not stored");
    asio::co_spawn(core, ledger.durable_at(*number), [&stored](std::exception_ptr, base::Result<void> done) { stored = std::move(done); });
    core.run();
    store_thread.join();
    if (!stored) return complain(stored.error().detail);
    std::cout << token.key << "\n";
    return exit_ok;
}

} // namespace gatehouse
