#include "http/resources_site.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

/// Errors, warnings and pending mutations: objects with a code, a message and a time.
Kind troubles(std::string_view code)
{
    return list(object(Fields{}.required("created_at", datetime()).required("message", text()).required(code, text())));
}

/// What stands in each row of a list of access, but for the credential: of another workspace's people it is not told.
Fields access_fields(std::vector<std::string> states = {"verified", "assumed", "pending", "refused", "unknown"})
{
    return Fields{}
        .nullable("acs_user_id", uuid())
        .nullable("user_identity_id", uuid())
        .required("state", choice(std::move(states)))
        .nullable("reason", text())
        .nullable("since", datetime())
        .nullable("verified_at", datetime())
        .required("change_number", integer())
        .nullable("ends_at", datetime());
}

Fields system_fields()
{
    return Fields{}
        .required("acs_system_id", uuid())
        .required("name", text())
        .required("acs_user_count", integer())
        .required("acs_access_group_count", integer())
        .required("connected_account_id", uuid())
        .required("connected_account_ids", list(uuid()), "Deprecated: connected_account_id alone.")
        .required("created_at", datetime())
        .required("external_type_display_name", text())
        .required("system_type_display_name", text())
        .required("image_alt_text", text())
        .required("image_url", text())
        .required("is_credential_manager", boolean())
        .required("location", object(Fields{}.required("time_zone", nullable(text()))))
        .required("errors", troubles("error_code"))
        .required("warnings", troubles("warning_code"))
        .required("workspace_id", uuid());
}

Fields group_fields()
{
    return Fields{}
        .required("acs_access_group_id", uuid())
        .required("acs_system_id", uuid())
        .required("name", text())
        .required("display_name", text())
        .required("external_type", choice({"gatehouse_group"}))
        .required("external_type_display_name", text())
        .required("access_group_type", choice({"gatehouse_group"}), "Deprecated: the same as external_type.")
        .required("access_group_type_display_name", text())
        .optional("access_schedule", object(Fields{}.required("starts_at", datetime()).required("ends_at", nullable(datetime()))))
        .required("connected_account_id", uuid())
        .required("created_at", datetime())
        .required("is_managed", boolean())
        .required("errors", troubles("error_code"))
        .required("warnings", troubles("warning_code"))
        .required("pending_mutations", troubles("mutation_code"))
        .required("workspace_id", uuid());
}

Fields entrance_fields()
{
    return Fields{}
        .required("acs_entrance_id", uuid())
        .required("acs_system_id", uuid())
        .required("display_name", text())
        .required("connected_account_id", uuid())
        .required("created_at", datetime())
        .required("can_unlock_with_card", boolean())
        .required("can_unlock_with_code", boolean())
        .required("can_unlock_with_cloud_key", boolean())
        .required("can_unlock_with_mobile_key", boolean())
        .required("can_belong_to_reservation", boolean())
        .required("space_ids", list(uuid()))
        .required("errors", troubles("error_code"))
        .required("warnings", troubles("warning_code"));
}

Fields credential_fields()
{
    return Fields{}
        .required("acs_credential_id", uuid())
        .required("acs_system_id", uuid())
        .optional("acs_user_id", uuid())
        .optional("user_identity_id", uuid())
        .required("access_method", choice({"code", "card", "mobile_key", "cloud_key"}))
        .required("display_name", text(1))
        .required("code", nullable(text()))
        .nullable("card_number", text())
        .optional("facility_code", integer())
        .optional("card_format", text())
        .optional("card_uid", text())
        .optional("starts_at", datetime())
        .optional("ends_at", datetime())
        .required("is_issued", boolean())
        .required("issued_at", nullable(datetime()))
        .required("is_managed", boolean())
        .required("is_multi_phone_sync_credential", boolean())
        .required("is_latest_desired_state_synced_with_provider", nullable(boolean()))
        .required("latest_desired_state_synced_with_provider_at", nullable(datetime()))
        .required("connected_account_id", uuid())
        .required("created_at", datetime())
        .required("external_type_display_name", text())
        .required("errors", troubles("error_code"))
        .required("warnings", troubles("warning_code"))
        .required("workspace_id", uuid());
}

Fields device_fields()
{
    auto named = Fields{}.required("name", text());
    auto model = Fields{}.required("display_name", text()).required("manufacturer_display_name", text());
    auto properties = Fields{}
                          .required("appearance", object(std::move(named)))
                          .required("model", object(std::move(model)))
                          .required("name", text())
                          .required("online", boolean());
    auto error = Fields{}
                     .required("created_at", datetime())
                     .required("message", text())
                     .required("error_code", text())
                     .required("is_device_error", boolean());
    return Fields{}
        .required("device_id", uuid())
        .required("device_type", choice({"gatehouse_door"}))
        .required("display_name", text())
        .required("nickname", text())
        .required("can_remotely_unlock", boolean())
        .required("can_remotely_lock", boolean())
        .required("can_program_online_access_codes", boolean())
        .required("capabilities_supported", list(text()))
        .required("connected_account_id", uuid())
        .required("created_at", datetime())
        .required("custom_metadata", map(text_or_boolean()))
        .required("is_managed", boolean())
        .required("location", object(Fields{}.required("time_zone", text()).required("timezone", text())))
        .required("properties", object(std::move(properties)))
        .required("space_ids", list(uuid()))
        .required("errors", list(object(std::move(error))))
        .required("warnings", troubles("warning_code"))
        .required("workspace_id", uuid());
}

Fields attempt_fields()
{
    return Fields{}
        .required("action_attempt_id", uuid())
        .required("action_type", text())
        .required("status", choice({"pending", "success", "error"}))
        .required("result", nullable(object(Fields{}.required("was_confirmed_by_device", boolean()))))
        .required("error", nullable(object(Fields{}.required("type", text()).required("message", text()))));
}

Fields workspace_fields()
{
    return Fields{}
        .required("workspace_id", uuid())
        .required("name", text())
        .required("company_name", text())
        .required("connect_partner_name", nullable(text()))
        .required("connect_webview_customization", object(Fields{}))
        .required("is_publishable_key_auth_enabled", boolean())
        .required("is_sandbox", boolean())
        .required("is_suspended", boolean())
        .required("organization_id", nullable(uuid()));
}

Fields controller_fields()
{
    return Fields{}
        .required("controller_id", uuid())
        .required("key", text())
        .required("name", text())
        .required("profile", text())
        .required("device_ids", list(uuid()))
        .required("absent", boolean())
        .required("created_at", datetime())
        .required("attached", boolean())
        .required("state", choice({"online", "offline", "unknown", "not_served"}))
        .nullable("reason", text())
        .nullable("since", datetime())
        .nullable("last_heard_at", datetime(), "An answer, a heartbeat or any other word of its own; told once a minute at most.")
        .required("decides_alone", boolean())
        .nullable("clock_ahead_s", integer(),
                  "How far its own clock is ahead (behind: below 0); null when it never told its time, or is heard and tells it no more.")
        .nullable("clock_told_at", datetime(), "When that was told last.")
        .required("clock", choice({"right", "off", "unknown", "none"}),
                  "Off: by more than a minute. Unknown: it was not told yet, or is not told any more. None: its driver cannot hear it. "
                  "Nothing that "
                  "begins later is left to one that is off or unknown.")
        .required("clock_off", boolean())
        .nullable("setup",
                  object(Fields{}
                             .required("state", choice({"verified", "differs", "unknown"}))
                             .nullable("detail", text())
                             .required("since", datetime())),
                  "Settings of the controller that its profile relies on, as they were asked for; null when it has none.")
        .required("settled", boolean())
        .required("synced_to_change", integer())
        .nullable("read_at", datetime())
        .required("first_contact", boolean())
        .required("foreign_entries", integer())
        .nullable("word_on_foreign_entries", object(Fields{}.required("foreign", choice({"remove", "keep"})).required("left", integer())),
                  "The operator's, while it is carried out; left: entries not yet proven gone.")
        .required("removal_of_foreign_entries_braked", boolean())
        .nullable("second_writer_since", datetime(), "Somebody else seems to write the controller; null an hour after the last sign of it.")
        .required("residual_entries", integer(), "How many rows of residual_access/list are of this controller.")
        .nullable("trouble", text());
}

} // namespace

Schemas site_schemas()
{
    Schemas all;
    all["acs_system"] = system_fields();
    all["acs_access_group"] = group_fields();
    all["acs_entrance"] = entrance_fields();
    all["acs_credential"] = credential_fields();
    all["device"] = device_fields();
    all["action_attempt"] = attempt_fields();
    all["workspace"] = workspace_fields();
    all["token"] = Fields{}
                       .required("token_id", uuid())
                       .required("name", text())
                       .required("workspace", text(key_name))
                       .required("created_at", datetime())
                       .optional("key", secret(text()), {}, "Where it is made, and never again.");
    all["gatehouse_access"] = access_fields().required("acs_credential_id", uuid()).required("device_id", uuid());
    all["gatehouse_residual_access"] = access_fields({"verified", "assumed", "pending", "refused", "unknown", "attested"})
                                           .nullable("attested_by", text())
                                           .nullable("attested_at", datetime())
                                           .nullable("acs_credential_id", uuid())
                                           .nullable("device_id", uuid()) // null: no door uses the output any more
                                           .required("person", text())
                                           .nullable("door", text())
                                           .nullable("controller", text())
                                           .required("message", text());
    all["gatehouse_controller"] = controller_fields();
    return all;
}

} // namespace gatehouse::http
