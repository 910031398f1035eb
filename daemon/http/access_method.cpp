#include "http/endpoints.hpp"
#include "http/grant_changes.hpp"
#include "http/resources_grant.hpp"
#include "http/resources_site.hpp"
#include "http/walk.hpp"
#include "model/attempts.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::http {

using namespace api;

namespace {

asio::awaitable<Answer> get_method(Context& context, const Params& params)
{
    const auto method = find_method(context.workspace(), params.get<model::MethodId>("access_method_id"));
    if (!method) co_return method.error();
    co_return ok("access_method", access_method_json(context, **method));
}

/// Whether the grant of a method is one that is asked for.
struct WantedMethod {
    const model::Workspace& workspace;
    const Params& params;

    bool operator()(const model::MethodNode& node) const
    {
        const auto& grant = *workspace.grants.find(node.row.grant);
        const auto names = [](const auto& links, const auto& id) {
            return std::any_of(links.begin(), links.end(), [&id](const auto& link) { return link.id == id; });
        };
        if (const auto id = params.find<model::AccessGrantId>("access_grant_id"); id && grant.row.id != *id) return false;
        if (const auto key = params.find<std::string>("access_grant_key"); key && grant.row.key != key) return false;
        if (const auto id = params.find<model::EntranceId>("acs_entrance_id"); id && !names(grant.entrances, *id)) return false;
        if (const auto id = params.find<model::DoorId>("device_id"); id && !names(grant.doors, *id)) return false;
        return !params.has("space_id") && !params.has("access_code_id");
    }
};

asio::awaitable<Answer> list_methods(Context& context, const Params& params)
{
    const auto render = [&context](const model::MethodNode& node) { return access_method_json(context, node); };
    PageOf rows{params, WantedMethod{context.workspace(), params}, render};
    co_await walk(context.workspace().methods, rows.after(), rows);
    co_return rows.answer("access_methods");
}

/// The grants of a reservation.
asio::awaitable<std::vector<model::AccessGrantId>> grants_of(Context& context, std::string reservation)
{
    std::vector<model::AccessGrantId> found;
    auto visit = [&reservation, &found](const model::GrantNode& grant) {
        if (grant.row.reservation_key == reservation) found.push_back(grant.row.id);
        return Visited::cheap;
    };
    const std::optional<model::Position> start;
    co_await walk(context.workspace().grants, start, visit);
    co_return found;
}

base::Result<Edit> plan_method_delete(const Context& context, const Params& params, const std::vector<model::AccessGrantId>& reserved)
{
    const auto& workspace = context.workspace();
    Edit edit;
    if (const auto id = params.find<model::MethodId>("access_method_id")) {
        const auto method = find_method(workspace, *id);
        if (!method) return method.error();
        end_method(context, **method, edit);
        return edit;
    }
    const auto end_all = [&context, &workspace, &edit](const model::GrantNode& grant) {
        for (const auto& id : grant.methods)
            if (edit.whole) end_method(context, *workspace.methods.find(id), edit);
    };
    if (const auto id = params.find<model::AccessGrantId>("access_grant_id")) {
        const auto grant = find_grant(workspace, *id);
        if (!grant) return grant.error();
        end_all(**grant);
        return edit;
    }
    for (const auto& id : reserved)
        if (const auto* grant = workspace.grants.find(id)) end_all(*grant);
    return edit;
}

asio::awaitable<Answer> delete_methods(Context& context, const Params& params)
{
    std::vector<model::AccessGrantId> reserved;
    if (auto key = params.find<std::string>("reservation_key")) reserved = co_await grants_of(context, std::move(*key));
    const Plan plan = [&reserved](const Context& ctx, const Params& asked) { return plan_method_delete(ctx, asked, reserved); };
    const auto done = co_await carry_out(context, params, plan);
    co_return answer_of(done);
}

/// The card as "110-12345", facility and number, of format h10301; and the serial number of its chip where it is known.
std::optional<Answer> read_card_of_method(const Params& params, model::Credential& row)
{
    const auto text = params.get<std::string>("card_number");
    const auto dash = text.find('-');
    unsigned facility = 0, number = 0;
    const auto whole = [](std::string_view digits, unsigned& into) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
        return error == std::errc{} && end == digits.data() + digits.size() && !digits.empty();
    };
    const auto view = std::string_view{text};
    const bool reads = dash != std::string::npos && whole(view.substr(0, dash), facility) && whole(view.substr(dash + 1), number);
    if (!reads || facility > 255 || number > 65'535) return invalid("card_number", "Expected facility and number, as in 110-12345");
    row.card_number = std::to_string(number);
    row.facility_code = facility;
    row.card_format = "h10301";
    row.card_uid = params.find<std::string>("card_uid");
    if (row.card_uid && row.card_uid->size() % 2 != 0) return invalid("card_uid", "Needs an even number of hexadecimal digits");
    return std::nullopt;
}

/// Only with the card given is it known whether a door can hold it.
model::ActionAttempt outcome_of_assignment(const Context& context, const model::GrantMethod& row)
{
    model::ActionAttempt attempt{.id = {base::random_uuid(context.services.random)}, .workspace = row.workspace};
    attempt.type = "ASSIGN_CREDENTIAL";
    attempt.method = row.id;
    attempt.created_at = context.services.clock.wall();
    const auto* method = context.workspace().methods.find(row.id);
    const bool failed = method == nullptr || failed_to_issue(context, *method);
    attempt.status = failed ? model::AttemptStatus::error : model::AttemptStatus::success;
    if (failed) attempt.error_type = "failed_to_issue";
    if (failed) attempt.error_message = "The card was given; no door can hold it: the errors of the access method say why";
    return attempt;
}

/// Gives the card to every credential of the method. It is an attempt because Seam's is one; it is over when it is answered. One that no
/// door could hold may be given again, with what was missing.
asio::awaitable<Answer> assign_card(Context& context, const Params& params)
{
    const auto& workspace = context.workspace();
    const auto method = find_method(workspace, params.get<model::MethodId>("access_method_id"));
    if (!method) co_return method.error();
    if ((*method)->row.mode != model::AccessMethod::card) co_return invalid("access_method_id", "Not a card");
    Edit edit;
    for (const auto& link : (*method)->credentials) {
        const auto* node = workspace.credentials.find(link.id);
        if (node == nullptr) continue;
        auto row = node->row;
        if (auto wrong = read_card_of_method(params, row)) co_return std::move(*wrong);
        edit.rows.push_back(model::put(std::move(row)));
    }
    if (edit.rows.empty())
        co_return Answer{base::fail(base::Fault::conflict, "The access method is being deleted", "access_method_being_deleted")};
    const auto row = (*method)->row;
    const auto given = co_await apply(context, std::move(edit));
    if (!given) co_return answer_of(given);
    auto attempt = outcome_of_assignment(context, row);
    Edit outcome;
    model::add_attempt(context.workspace(), attempt, outcome.rows);
    const bool issued = attempt.status == model::AttemptStatus::success;
    outcome.events.push_back(method_event(context, issued ? "access_method.issued" : "access_method.failed_to_issue", row));
    const auto done = co_await apply(context, std::move(outcome));
    if (!done) co_return answer_of(done);
    co_return ok("action_attempt", action_attempt_json(context, attempt));
}

} // namespace

std::vector<http::Endpoint> access_method_endpoints()
{
    return {
        {Route{Policy::api_key, "/access_methods/get"}
             .on(Verb::get)
             .takes(Fields{}.required("access_method_id", uuid()))
             .returns("access_method", "access_method"),
         get_method},
        {Route{Policy::api_key, "/access_methods/list"}
             .on(Verb::get)
             .takes(Fields{}
                        .optional("access_code_id", uuid())
                        .optional("access_grant_id", uuid())
                        .optional("access_grant_key", text(1))
                        .optional("acs_entrance_id", uuid())
                        .optional("device_id", uuid())
                        .optional("space_id", uuid()))
             .at_least_one({"access_grant_id", "access_grant_key", "acs_entrance_id", "device_id", "space_id", "access_code_id"})
             .returns_page("access_methods", "access_method"),
         list_methods},
        {Route{Policy::api_key, "/access_methods/delete"}
             .on(Verb::del)
             .takes(Fields{}.optional("access_method_id", uuid()).optional("access_grant_id", uuid()).optional("reservation_key", text(1)))
             .exactly_one({"access_method_id", "access_grant_id", "reservation_key"}),
         delete_methods},
        {Route{Policy::api_key, "/access_methods/assign_card"}
             .takes(Fields{}
                        .required("access_method_id", uuid())
                        .required("card_number", text(3, 20), "Facility and number of a card of format h10301, as in 110-12345.")
                        .optional("card_uid", text(lower_hex, 8, 20), {}, "Serial number of the chip"))
             .returns("action_attempt", "action_attempt"),
         assign_card},
    };
}

} // namespace gatehouse::http
