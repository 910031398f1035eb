#include "unit/http/things.hpp"

#include "http/api/query.hpp"

#include <boost/json/parse.hpp>

#include <unistd.h>

namespace gatehouse::tests {

using namespace http::api;
using base::Fault;

namespace {

/// Answers with what it understood, in query encoding.
asio::awaitable<Answer> tell_parameters(Context&, const Params& params)
{
    co_return ok("understood", json::value(encode_query(params, true)));
}

asio::awaitable<Answer> get_thing(Context& context, const Params& params)
{
    if (params.has("name")) co_return ok("thing", json::value(context.caller));
    co_return base::fail(Fault::not_found, "No such thing", "thing_not_found");
}

asio::awaitable<Answer> list_things(Context&, const Params& params)
{
    const auto [limit, after] = params.page();
    const int first = after ? std::stoi(*after) : 0;
    json::array rows;
    int next = first;
    while (next < 5 && rows.size() < limit) rows.push_back(next++);
    co_return page("things", std::move(rows), next < 5 ? std::optional{std::to_string(next)} : std::nullopt);
}

asio::awaitable<Answer> fail_inside(Context&, const Params& params)
{
    (void)params.find<std::string>("undeclared");
    co_return base::fail(Fault::internal, "secret detail");
}

asio::awaitable<Answer> fail_here(Context&, const Params&)
{
    co_return base::fail(Fault::internal, "secret detail");
}

Fields every_kind()
{
    return Fields{}
        .optional("id", uuid())
        .optional("name", text(2, 5))
        .optional("code", text(digits))
        .nullable("email_address", email())
        .nullable("phone_number", phone())
        .optional("ends_at", datetime())
        .optional("flag", boolean(), true)
        .optional("count", integer(1, 10))
        .optional("ratio", number(0, 1))
        .optional("mode", choice({"card", "code"}))
        .optional("ids", list(uuid(), 0, 3))
        .optional("words", list(text(1)))
        .optional("schedule", nullable(object(Fields{}.required("starts_at", datetime()).optional("ends_at", nullable(datetime())))))
        .optional("tags", map(text_or_boolean(10), 2))
        .optional("pin", secret(text(digits, 4, 8)));
}

std::vector<BasicEndpoint<Context>> endpoints()
{
    auto checked = Route{Policy::api_key, "/things/check"}.on(Verb::get).on(Verb::patch).on(Verb::del).takes(every_kind());
    auto selected = Route{Policy::api_key, "/things/get"}
                        .on(Verb::get)
                        .takes(Fields{}.optional("id", uuid()).optional("name", text(1)).optional("site", text(1)))
                        .exactly_one({"id", "name"})
                        .needs("site", "id")
                        .returns("thing", "thing");
    auto required = Route{Policy::api_key, "/things/need"}.takes(Fields{}.required("id", uuid()).required("name", text(1)));
    auto listed = Route{Policy::api_key, "/things/list"}
                      .on(Verb::get)
                      .takes(Fields{}.optional("search", text(1)).optional("pin", secret(text(digits))))
                      .returns_page("things", "thing", 2);
    std::vector<BasicEndpoint<Context>> all;
    all.push_back({std::move(checked), tell_parameters});
    all.push_back({std::move(required), tell_parameters});
    all.push_back({std::move(selected), get_thing});
    all.push_back({std::move(listed), list_things});
    all.push_back({Route{Policy::local_admin, "/things/admin"}, tell_parameters});
    all.push_back({Route{Policy::anyone, "/health"}.on(Verb::get), tell_parameters});
    all.push_back({Route{Policy::anyone, "/things/bug"}.on(Verb::get), fail_inside});
    all.push_back({Route{Policy::anyone, "/things/broken"}.on(Verb::get), fail_here});
    return all;
}

base::Result<Context> open(const Visit& visit)
{
    if (visit.route.policy != Policy::api_key) return Context{"nobody"};
    if (visit.token == "seam_good") return Context{"ada"};
    return base::fail(Fault::refused, "Unknown API key", "unauthorized");
}

Settings settings()
{
    Settings made;
    made.cursor_key.fill(std::byte{7});
    made.own_uid = ::getuid();
    return made;
}

} // namespace

std::string Told::type() const
{
    const auto* const found = body.is_object() ? body.get_object().if_contains("error") : nullptr;
    return found == nullptr ? "" : std::string{found->at("type").as_string()};
}

std::string Told::message() const
{
    const auto* const found = body.is_object() ? body.get_object().if_contains("error") : nullptr;
    return found == nullptr ? "" : std::string{found->at("message").as_string()};
}

std::vector<std::string> Told::errors_of(std::string_view path) const
{
    std::string pointer = "/error/validation_errors";
    for (std::size_t at = 0; at < path.size();) {
        const auto dot = std::min(path.find('.', at), path.size());
        pointer.append("/").append(path.substr(at, dot - at));
        at = dot + 1;
    }
    boost::system::error_code ec;
    const auto* const found = body.find_pointer(pointer + "/_errors", ec);
    std::vector<std::string> out;
    if (found == nullptr) return out;
    for (const auto& message : found->as_array()) out.emplace_back(message.as_string());
    return out;
}

Things::Things() : api_{clock_, settings(), endpoints(), Schemas{{"thing", Fields{}.required("thing_id", uuid())}}, open}
{
    serve(api_.handler());
}

Told Things::tell(std::string request)
{
    Told told;
    const auto scenario = [](Things& self, const std::string& bytes, Told& into) -> asio::awaitable<void> {
        auto wire = co_await self.connect();
        auto answered = co_await wire.ask(bytes);
        into.status = answered.status;
        into.headers = std::move(answered.headers);
        boost::system::error_code ec;
        into.body = json::parse(answered.body, ec);
        EXPECT_FALSE(ec) << answered.body;
    };
    play(scenario(*this, request, told));
    return told;
}

Told Things::ask(std::string_view path, std::string_view body, std::string_view headers)
{
    return tell(post(path, body, headers));
}

Told Things::ask_get(std::string_view target, std::string_view headers, std::string_view verb)
{
    return tell(get(target, headers, verb));
}

std::string Things::understood(const Told& told) const
{
    if (told.status != 200) return told.message();
    return std::string{told.body.at("understood").as_string()};
}

} // namespace gatehouse::tests
