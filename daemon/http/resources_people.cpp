#include "http/resources_people.hpp"

#include "http/acs_user_truth.hpp"
#include "http/resources_site.hpp"

namespace gatehouse::http {

namespace {

std::string first_given(std::initializer_list<const model::Text*> names, std::string otherwise)
{
    for (const auto* name : names)
        if (*name && !(*name)->empty()) return std::string{**name};
    return otherwise;
}

void put_if(json::object& into, std::string_view name, const model::Text& text)
{
    if (text) into[name] = *text;
}

std::string id_text(const model::Uuid& id)
{
    return base::to_string(id);
}

/// What is wrong with an identity's users, named by their ids.
json::array errors_of(const Context& context, const model::IdentityNode& identity)
{
    json::array all;
    for (const auto& id : identity.users) {
        const auto& user = *context.workspace().users.find(id);
        for (auto& error : errors_of(context, user)) {
            auto& shown = error.as_object();
            shown["error_code"] = "issue_with_acs_user";
            shown["acs_user_id"] = to_string(id);
            shown["acs_system_id"] = to_string(user.row.system);
            all.push_back(std::move(error));
        }
    }
    return all;
}

bool differ(const model::Text& left, const model::Text& right)
{
    return left && right && model::folded(*left) != model::folded(*right);
}

json::array suspension_warnings(const Context& context, const model::IdentityNode& identity)
{
    json::array all;
    for (const auto& id : identity.users) {
        const auto& user = context.workspace().users.find(id)->row;
        const bool email = differ(user.email_address, identity.row.email_address);
        if (!email && !differ(user.phone_number, identity.row.phone_number)) continue;
        json::object warning;
        warning["created_at"] = api::to_json(user.created_at);
        warning["message"] =
            std::string{email ? "email_address" : "phone_number"} + " of ACS user " + to_string(id) + " differs from the identity's";
        warning["warning_code"] = "acs_user_profile_does_not_match_user_identity";
        all.push_back(std::move(warning));
    }
    return all;
}

/// Copies of what the identity says of itself; null where it says nothing.
void put_identity(json::object& shown, const model::Workspace& workspace, const model::User& user)
{
    const auto* identity = user.identity ? workspace.identities.find(*user.identity) : nullptr;
    const auto person = identity == nullptr ? model::Identity{} : identity->row;
    if (identity != nullptr) shown["user_identity_id"] = to_string(person.id);
    shown["user_identity_full_name"] = api::to_json(person.full_name);
    shown["user_identity_email_address"] = api::to_json(person.email_address);
    shown["user_identity_phone_number"] = api::to_json(person.phone_number);
}

} // namespace

json::object user_identity_json(const Context& context, const model::IdentityNode& identity)
{
    const auto& row = identity.row;
    json::array users;
    for (const auto& id : identity.users) users.emplace_back(to_string(id));
    json::object shown;
    shown["user_identity_id"] = to_string(row.id);
    shown["user_identity_key"] = api::to_json(row.key);
    shown["full_name"] = api::to_json(row.full_name);
    shown["email_address"] = api::to_json(row.email_address);
    shown["phone_number"] = api::to_json(row.phone_number);
    shown["display_name"] = first_given({&row.full_name, &row.email_address, &row.phone_number, &row.key}, to_string(row.id));
    shown["acs_user_ids"] = std::move(users);
    shown["is_frozen"] = row.frozen;
    shown["created_at"] = api::to_json(row.created_at);
    shown["workspace_id"] = to_string(row.workspace);
    shown["errors"] = errors_of(context, identity);
    shown["warnings"] = suspension_warnings(context, identity);
    shown["merged_user_identity_ids"] = json::array{};
    shown["merged_user_identity_keys"] = json::array{};
    return shown;
}

json::object acs_user_json(const Context& context, const model::UserNode& user)
{
    const auto& row = user.row;
    auto truth = truth_of(context, user);
    json::object shown;
    shown["acs_user_id"] = to_string(row.id);
    shown["acs_system_id"] = to_string(row.system);
    shown["workspace_id"] = to_string(row.workspace);
    shown["connected_account_id"] = id_text(connected_account_id(context.workspace().row));
    shown["created_at"] = api::to_json(row.created_at);
    shown["display_name"] = first_given({&row.full_name, &row.email_address, &row.phone_number}, to_string(row.id));
    put_if(shown, "full_name", row.full_name);
    put_if(shown, "email", row.email_address);
    put_if(shown, "email_address", row.email_address);
    put_if(shown, "phone_number", row.phone_number);
    put_identity(shown, context.workspace(), row);
    shown["is_managed"] = true;
    const auto* person = row.identity ? context.workspace().identities.find(*row.identity) : nullptr;
    shown["is_suspended"] = row.suspended || (person != nullptr && person->row.frozen);
    if (row.starts_at) {
        json::object schedule;
        schedule["starts_at"] = api::to_json(*row.starts_at);
        schedule["ends_at"] = row.ends_at ? api::to_json(*row.ends_at) : json::value(nullptr);
        shown["access_schedule"] = std::move(schedule);
    }
    shown["errors"] = std::move(truth.errors);
    shown["warnings"] = std::move(truth.warnings);
    shown["pending_mutations"] = std::move(truth.pending_mutations);
    shown["last_successful_sync_at"] = truth.synced_at ? api::to_json(*truth.synced_at) : json::value(nullptr);
    return shown;
}

} // namespace gatehouse::http
