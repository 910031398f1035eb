#include "http/acs_credential_plan.hpp"

#include "http/codes.hpp"
#include "http/select.hpp"

#include <charconv>

namespace gatehouse::http {

using namespace api;

namespace {

using Outcome = std::variant<PlannedCredential, Answer>;

constexpr std::string_view h10301 = "h10301"; ///< 26 bits: facility 8, number 16
constexpr std::int64_t facility_limit = 255;
constexpr std::uint64_t number_limit = 65'535;

model::AccessMethod method_of(std::string_view word)
{
    if (word == "code") return model::AccessMethod::code;
    if (word == "mobile_key") return model::AccessMethod::mobile_key;
    return word == "cloud_key" ? model::AccessMethod::cloud_key : model::AccessMethod::card;
}

/// Digits without leading zeros: 0012 and 12 are one card.
std::optional<std::string> plain_number(const std::string& text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number > number_limit) return std::nullopt;
    return std::to_string(number);
}

/// The raw card of a request; the answer when its fields do not fit together.
std::optional<Answer> read_card(const Params& params, model::Credential& row)
{
    for (const auto* name : {"card_number", "facility_code", "card_format", "card_uid"})
        if (params.has(name) && row.method != model::AccessMethod::card) return invalid(name, "Only with access_method: card");
    row.card_uid = params.find<std::string>("card_uid");
    if (row.card_uid && row.card_uid->size() % 2 != 0) return invalid("card_uid", "Needs an even number of hexadecimal digits");
    const auto number = params.find<std::string>("card_number");
    if (!number) {
        if (params.has("facility_code")) return invalid("facility_code", "Needs card_number");
        if (params.has("card_format")) return invalid("card_format", "Needs card_number");
        return std::nullopt;
    }
    row.card_number = plain_number(*number);
    if (!row.card_number) return invalid("card_number", "A card of format h10301 has a number from 0 to 65535");
    row.facility_code = params.find<std::int64_t>("facility_code");
    if (!row.facility_code) return invalid("facility_code", "A card of format h10301 has a facility code");
    row.card_format = params.find<std::string>("card_format").value_or(std::string{h10301});
    return std::nullopt;
}

std::optional<Answer> read_code(const Params& params, const PinRules& rules, model::Credential& row)
{
    row.code = params.find<std::string>("code");
    if (row.method == model::AccessMethod::code && !row.code) return invalid("code", "Required with access_method: code");
    if (row.code && row.method != model::AccessMethod::code) return invalid("code", "Only with access_method: code");
    const auto fits = row.code ? check_code("code", *row.code, rules) : base::Result<void>{};
    return fits ? std::nullopt : std::optional<Answer>{fits.error()};
}

/// Entrances of the credential's own system, each once. No list and an empty one both mean: all paths of the user.
std::optional<Answer> read_list(const Context& context, const Params& params, model::Credential& row, Edit& edit)
{
    auto entrances = params.list<model::EntranceId>("allowed_acs_entrance_ids");
    std::sort(entrances.begin(), entrances.end());
    entrances.erase(std::unique(entrances.begin(), entrances.end()), entrances.end());
    for (const auto& id : entrances) {
        const auto* entrance = context.workspace().entrances.find(id);
        if (entrance == nullptr)
            return Answer{base::fail(base::Fault::not_found, "allowed_acs_entrance_ids: no such ACS entrance as " + to_string(id),
                                     "acs_entrance_not_found")};
        if (entrance->row.system != row.system) return invalid("allowed_acs_entrance_ids", "Only entrances of the credential's own system");
    }
    row.list = entrances.empty() ? model::ListState::follows_user : model::ListState::listed;
    edit.rows.push_back(model::put(row));
    for (const auto& id : entrances) edit.rows.push_back(model::put(model::CredentialEntrance{row.id, id, row.workspace}));
    return std::nullopt;
}

/// Owner and system: a user's, an identity's account in the system named, or stock of the system named.
asio::awaitable<std::optional<Answer>> read_owner(Context& context, const Params& params, model::Credential& row, Edit& edit)
{
    const auto system = params.find<model::SystemId>("acs_system_id");
    const auto manager = params.find<model::SystemId>("credential_manager_acs_system_id"); // has nothing to manage here
    const auto& systems = context.workspace().systems;
    if ((system && systems.find(*system) == nullptr) || (manager && systems.find(*manager) == nullptr))
        co_return Answer{base::fail(base::Fault::not_found, "No such ACS system", "acs_system_not_found")};
    if (const auto id = params.find<model::UserId>("acs_user_id")) {
        const auto user = find_user(context.workspace(), *id);
        if (!user) co_return Answer{user.error()};
        if (system && (*user)->row.system != *system) co_return invalid("acs_system_id", "The user belongs to another system");
        row.user = *id;
        row.system = (*user)->row.system;
        co_return std::nullopt;
    }
    row.system = *system;
    if (const auto id = params.find<model::IdentityId>("user_identity_id")) {
        auto account = co_await account_of(context, *id, *system);
        if (!account) co_return Answer{account.error()};
        row.user = account->user;
        edit = std::move(account->edit);
    }
    co_return std::nullopt;
}

} // namespace

asio::awaitable<Outcome> plan_credential(Context& context, const Params& params)
{
    PlannedCredential planned;
    model::Credential row;
    const auto now = context.now().instant;
    row.id = planned.credential = {base::random_uuid(context.services.random)};
    row.workspace = context.workspace().row.id;
    row.method = method_of(params.get<std::string>("access_method"));
    row.created_at = now;
    row.starts_at = params.find<base::Instant>("starts_at");
    row.ends_at = params.find<base::Instant>("ends_at");
    row.multi_phone_sync = params.get<bool>("is_multi_phone_sync_credential");
    if (auto wrong = refuse_window(row.starts_at, row.ends_at, now)) co_return std::move(*wrong);
    if (auto wrong = read_code(params, context.services.pins, row)) co_return std::move(*wrong);
    if (auto wrong = read_card(params, row)) co_return std::move(*wrong);
    auto wrong_owner = co_await read_owner(context, params, row, planned.edit);
    if (wrong_owner) co_return std::move(*wrong_owner);
    if (auto wrong = read_list(context, params, row, planned.edit)) co_return std::move(*wrong);
    planned.edit.events.push_back(credential_event(context, "acs_credential.issued", row));
    co_return std::move(planned);
}

Fields credential_fields()
{
    return Fields{}
        .required("access_method", choice({"code", "card", "mobile_key", "cloud_key"}))
        .optional("acs_system_id", uuid())
        .optional("acs_user_id", uuid())
        .optional("user_identity_id", uuid())
        .optional("allowed_acs_entrance_ids", list(uuid()))
        .optional("code", secret(text(digits, 1, 32)))
        .optional("starts_at", datetime())
        .optional("ends_at", datetime())
        .optional("is_multi_phone_sync_credential", boolean(), false)
        .optional("credential_manager_acs_system_id", uuid())
        .optional("card_number", text(digits, 1, 20), {}, "Decimal number of a raw card; with facility_code and card_format")
        .optional("facility_code", integer(0, facility_limit), {}, "Facility code of a raw card")
        .optional("card_format", choice({std::string{h10301}}), {}, "Layout of a raw card's number")
        .optional("card_uid", text(lower_hex, 8, 20), {}, "Serial number of the chip, lower-case hexadecimal of even length");
}

} // namespace gatehouse::http
