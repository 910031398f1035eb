#include "http/resources_credential.hpp"

#include "http/resources_site.hpp"
#include "http/words.hpp"

#include <algorithm>

namespace gatehouse::http {

using api::to_json;
using model::Truth;

namespace {

std::string_view word(model::AccessMethod method)
{
    switch (method) {
    case model::AccessMethod::code:
        return "code";
    case model::AccessMethod::card:
        return "card";
    case model::AccessMethod::mobile_key:
        return "mobile_key";
    case model::AccessMethod::cloud_key:
        return "cloud_key";
    }
    return "card";
}

std::string display_name(const model::Credential& credential)
{
    switch (credential.method) {
    case model::AccessMethod::code:
        return "Code";
    case model::AccessMethod::card:
        return "Card";
    case model::AccessMethod::mobile_key:
        return "Mobile key";
    case model::AccessMethod::cloud_key:
        return "Cloud key";
    }
    return "Credential";
}

void add_card(const model::Credential& credential, json::object& shown)
{
    if (credential.method != model::AccessMethod::card) return;
    shown["card_number"] = to_json(credential.card_number);
    if (credential.facility_code) shown["facility_code"] = *credential.facility_code;
    if (credential.card_format) shown["card_format"] = *credential.card_format;
    if (credential.card_uid) shown["card_uid"] = *credential.card_uid;
}

/// No door that it leads to can take it: an error alone, and nothing that was issued.
bool refused_everywhere(const reconcile::CredentialTruth& truth)
{
    const auto refused = [](const reconcile::AccessRow& row) { return row.state == Truth::refused; };
    return !truth.rows.empty() && std::all_of(truth.rows.begin(), truth.rows.end(), refused);
}

/// What devices say of it: synced true, false, or null where nobody knows; refusals are errors, long doubt is a warning.
void add_truth(const Context& context, const model::CredentialNode& credential, json::object& shown)
{
    const auto truth = reconcile::truth_of(context.services.reconciler, context.workspace(), credential);
    const auto now = context.now().instant;
    json::array errors, warnings;
    const auto* user = credential.row.user ? context.workspace().users.find(*credential.row.user) : nullptr;
    const auto* person = user == nullptr || !user->row.identity ? nullptr : context.workspace().identities.find(*user->row.identity);
    if (person != nullptr && person->row.frozen)
        warnings.push_back(json::object{
            {"created_at", to_json(std::max(credential.row.created_at, person->row.frozen_at.value_or(credential.row.created_at)))},
            {"warning_code", "unknown_issue_with_acs_credential"},
            {"message", person_stopped}});
    for (const auto& row : truth.rows) {
        const auto at = to_json(row.since.value_or(credential.row.created_at));
        if (row.state == Truth::refused)
            errors.push_back(
                json::object{{"created_at", at}, {"error_code", row.reason}, {"message", describe(context.services.directory, row, now)}});
        else if (row.late)
            warnings.push_back(json::object{{"created_at", at},
                                            {"warning_code", "unknown_issue_with_acs_credential"},
                                            {"message", describe(context.services.directory, row, now)}});
    }
    const auto& reconciler = context.services.reconciler;
    const bool asked = !reconcile::asked_nowhere(reconciler, context.workspace(), credential);
    if (!asked)
        warnings.push_back(json::object{{"created_at", to_json(credential.row.created_at)},
                                        {"warning_code", "unknown_issue_with_acs_credential"},
                                        {"message", "No door that it leads to takes one"}});
    const bool issued = asked && !refused_everywhere(truth) && !reconcile::held_nowhere(reconciler, context.workspace(), credential);
    shown["errors"] = std::move(errors);
    shown["warnings"] = std::move(warnings);
    shown["is_issued"] = issued;
    shown["issued_at"] = issued ? to_json(credential.row.created_at) : json::value(nullptr);
    const auto synced = asked || truth.synced == false ? truth.synced : std::nullopt; // nothing held is no credential in place
    shown["is_latest_desired_state_synced_with_provider"] = synced ? json::value(*synced) : json::value(nullptr);
    shown["latest_desired_state_synced_with_provider_at"] = truth.synced_at ? to_json(*truth.synced_at) : json::value(nullptr);
}

} // namespace

json::object acs_credential_json(const Context& context, const model::CredentialNode& credential)
{
    const auto& row = credential.row;
    json::object shown{{"acs_credential_id", to_string(row.id)},
                       {"acs_system_id", to_string(row.system)},
                       {"access_method", word(row.method)},
                       {"display_name", display_name(row)},
                       {"code", to_json(row.code)},
                       {"connected_account_id", base::to_string(connected_account_id(context.workspace().row))},
                       {"created_at", to_json(row.created_at)},
                       {"external_type_display_name", "Gatehouse credential"},
                       {"is_managed", true},
                       {"is_multi_phone_sync_credential", row.multi_phone_sync},
                       {"workspace_id", to_string(row.workspace)}};
    if (row.user) {
        shown["acs_user_id"] = to_string(*row.user);
        const auto* user = context.workspace().users.find(*row.user);
        if (user != nullptr && user->row.identity) shown["user_identity_id"] = to_string(*user->row.identity);
    }
    if (row.starts_at) shown["starts_at"] = to_json(*row.starts_at);
    if (row.ends_at) shown["ends_at"] = to_json(*row.ends_at);
    add_card(row, shown);
    add_truth(context, credential, shown);
    return shown;
}

} // namespace gatehouse::http
