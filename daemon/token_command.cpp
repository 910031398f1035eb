#include "token_command.hpp"

#include "access/tokens.hpp"
#include "base/time.hpp"
#include "ledger/ledger.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <iostream>

namespace gatehouse {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;

namespace {

using base::Fault;

int complain_token(std::string_view what)
{
    std::cerr << "gatehoused: " << what << "\n";
    return exit_failure;
}

/// Asks the running daemon; nothing when none listens.
std::optional<base::Result<json::object>> ask_daemon(const Options& options, std::string_view path, const json::object& body)
{
    asio::io_context context;
    beast::basic_stream<asio::local::stream_protocol> stream{context};
    beast::error_code error;
    stream.connect(asio::local::stream_protocol::endpoint{options.socket().string()}, error);
    if (error) return std::nullopt;

    beast::http::request<beast::http::string_body> request{beast::http::verb::post, path, 11};
    request.set(beast::http::field::host, "localhost");
    request.set(beast::http::field::content_type, "application/json");
    request.body() = json::serialize(body);
    request.prepare_payload();
    beast::flat_buffer buffer;
    beast::http::response<beast::http::string_body> response;
    beast::http::write(stream, request, error);
    if (!error) beast::http::read(stream, buffer, response, error);
    if (error) return base::fail(Fault::offline, "the daemon did not answer: " + error.message());

    const auto answer = json::parse(response.body(), error);
    if (error || !answer.is_object()) return base::fail(Fault::internal, "the daemon answered " + std::to_string(response.result_int()));
    const auto& object = answer.get_object();
    if (response.result_int() == 200) return object;
    const auto* failure = object.if_contains("error");
    const auto* message = failure != nullptr && failure->is_object() ? failure->get_object().if_contains("message") : nullptr;
    const bool said = message != nullptr && message->is_string();
    return base::fail(Fault::refused, said ? std::string{message->get_string()} : "the daemon refused");
}

json::object body_of(const TokenCommand& wanted)
{
    json::object body{{"name", wanted.name}};
    if (!wanted.workspace.empty()) body["workspace"] = wanted.workspace;
    return body;
}

/// The state while no daemon runs, for one command.
class Journal {
public:
    explicit Journal(store::Store store) : store_{std::move(store)} {}
    ~Journal() { store_thread_.join(); }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    base::Result<void> load()
    {
        if (const auto loaded = ledger_.load(); !loaded) return loaded.error();
        if (ledger_.damaged_rows() != 0)
            return base::fail(Fault::internal, "the database holds damaged rows: start gatehoused, which reports and mends them");
        return {};
    }
    base::Result<void> change(std::vector<model::Mutation> rows, std::vector<model::Event> events)
    {
        ledger::Draft draft;
        draft.actor = {"local", "command line"};
        draft.rows = std::move(rows);
        draft.events = std::move(events);
        const auto number = ledger_.apply(std::move(draft));
        if (!number) return number.error();
        base::Result<void> stored = base::fail(Fault::internal, "not stored");
        asio::co_spawn(core_, ledger_.durable_at(*number),
                       [&stored](std::exception_ptr, base::Result<void> done) { stored = std::move(done); });
        core_.run();
        return stored;
    }
    const model::Directory& directory() const { return directory_; }
    base::Random& random() { return random_; }
    base::Instant now() const { return clock_.wall(); }
    std::string key_of(model::WorkspaceId id) const { return directory_.workspace(id)->row.key; }

private:
    store::Store store_;
    asio::io_context core_{1};
    asio::thread_pool store_thread_{1};
    base::SystemClock clock_;
    base::SystemRandom random_;
    model::Directory directory_;
    ledger::Ledger ledger_{directory_, store_, clock_, core_.get_executor(), store_thread_.get_executor(), random_};
};

base::Result<std::unique_ptr<Journal>> open_journal(const Options& options)
{
    if (!std::filesystem::exists(options.state / "gatehouse.db")) // the daemon's user begins it, not whoever asks for a key
        return base::fail(Fault::offline,
                          "no daemon listens and " + options.state.string() + " has no gatehouse.db yet: start gatehoused once");
    auto store = store::open(options.state, {.reserve = 0}); // the daemon keeps its own
    if (!store) return store.error();
    auto journal = std::make_unique<Journal>(std::move(*store));
    if (auto loaded = journal->load(); !loaded) return loaded.error();
    return journal;
}

/// The workspace of that key, or the only one there is.
base::Result<model::WorkspaceId> pick(const model::Directory& directory, const std::string& key)
{
    for (const auto& [id, workspace] : directory.workspaces())
        if (workspace->row.key == key || (key.empty() && directory.workspaces().size() == 1)) return id;
    const auto known = access::names_of_workspaces(directory);
    return base::fail(Fault::not_found, key.empty() ? "say which workspace, --workspace KEY: " + known
                                                    : "no workspace \"" + key + "\"; there is: " + known +
                                                          ". A new one is known when the daemon ran with it once");
}

base::Result<std::string> create_at_rest(Journal& journal, const TokenCommand& wanted)
{
    const auto tenant = pick(journal.directory(), wanted.workspace);
    if (!tenant) return tenant.error();
    if (!access::tokens_named(journal.directory(), wanted.name, *tenant).empty()) return access::name_taken(journal.key_of(*tenant));
    const auto token = access::make_token(journal.random(), *tenant, wanted.name, journal.now());
    model::Event event;
    event.workspace = *tenant;
    event.type = "gatehouse.token.created";
    event.body = {{"token_id", to_string(token.row.id)}};
    event.refs = {token.row.id.value};
    if (auto stored = journal.change({model::put(token.row)}, {std::move(event)}); !stored) return stored.error();
    return token.key;
}

base::Result<std::size_t> revoke_at_rest(Journal& journal, const TokenCommand& wanted)
{
    std::optional<model::WorkspaceId> tenant;
    if (!wanted.workspace.empty()) {
        const auto picked = pick(journal.directory(), wanted.workspace);
        if (!picked) return picked.error();
        tenant = *picked;
    }
    auto revocation = access::revocation(journal.directory(), wanted.name, tenant);
    if (!revocation) return revocation.error();
    if (auto stored = journal.change(std::move(revocation->rows), std::move(revocation->events)); !stored) return stored.error();
    return revocation->tokens.size();
}

/// One line of the list.
struct Listed {
    std::string workspace, name, created_at;
    friend auto operator<=>(const Listed&, const Listed&) = default;
};

void print(std::vector<Listed> rows)
{
    std::ranges::sort(rows);
    std::size_t workspace = 9, name = 4;
    for (const auto& row : rows) workspace = std::max(workspace, row.workspace.size()), name = std::max(name, row.name.size());
    rows.insert(rows.begin(), {"WORKSPACE", "NAME", "CREATED"});
    const auto padded = [](std::string text, std::size_t width) {
        text.resize(std::max(width, text.size()) + 2, ' ');
        return text;
    };
    for (const auto& row : rows) std::cout << padded(row.workspace, workspace) << padded(row.name, name) << row.created_at << "\n";
}

std::string token_text(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

/// Page after page. Nothing when no daemon listens.
std::optional<base::Result<std::vector<Listed>>> list_of_daemon(const Options& options)
{
    std::vector<Listed> rows;
    json::object body;
    for (;;) {
        const auto asked = ask_daemon(options, "/gatehouse/tokens/list", body);
        if (!asked) return std::nullopt;
        if (!*asked) return asked->error();
        for (const auto& token : (*asked)->at("tokens").as_array()) {
            const auto& row = token.as_object();
            rows.push_back({token_text(row, "workspace"), token_text(row, "name"), token_text(row, "created_at")});
        }
        body["page_cursor"] = (*asked)->at("pagination").as_object().at("next_page_cursor");
        if (body["page_cursor"].is_null()) return rows;
    }
}

} // namespace

int create_token(const Options& options, const TokenCommand& wanted)
{
    if (const auto asked = ask_daemon(options, "/gatehouse/tokens/create", body_of(wanted))) {
        if (!*asked) return complain_token(asked->error().detail);
        std::cout << token_text((*asked)->at("token").as_object(), "key") << "\n";
        return exit_ok;
    }
    const auto journal = open_journal(options);
    if (!journal) return complain_token(journal.error().detail);
    const auto key = create_at_rest(**journal, wanted);
    if (!key) return complain_token(key.error().detail);
    std::cout << *key << "\n";
    return exit_ok;
}

int list_tokens(const Options& options)
{
    if (auto asked = list_of_daemon(options)) {
        if (!*asked) return complain_token(asked->error().detail);
        print(std::move(**asked));
        return exit_ok;
    }
    const auto journal = open_journal(options);
    if (!journal) return complain_token(journal.error().detail);
    std::vector<Listed> rows;
    for (const auto& [id, token] : (*journal)->directory().tokens())
        rows.push_back({(*journal)->key_of(token.workspace), token.name, base::to_iso(token.created_at)});
    print(std::move(rows));
    return exit_ok;
}

int revoke_token(const Options& options, const TokenCommand& wanted)
{
    std::size_t gone = 0;
    if (const auto asked = ask_daemon(options, "/gatehouse/tokens/revoke", body_of(wanted))) {
        if (!*asked) return complain_token(asked->error().detail);
        gone = (*asked)->at("tokens").as_array().size();
    } else {
        const auto journal = open_journal(options);
        if (!journal) return complain_token(journal.error().detail);
        const auto revoked = revoke_at_rest(**journal, wanted);
        if (!revoked) return complain_token(revoked.error().detail);
        gone = *revoked;
    }
    std::cout << "revoked " << gone << (gone == 1 ? " key\n" : " keys of that name\n");
    return exit_ok;
}

} // namespace gatehouse
