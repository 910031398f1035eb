#include "http/resources_site.hpp"

namespace gatehouse::http {

using namespace api;

namespace {

/// Errors, warnings and pending mutations: objects with a code, a message and a time.
Kind troubles()
{
    return list(object(Fields{}.required("created_at", datetime()).required("message", text())));
}

Fields access_fields()
{
    return Fields{}
        .required("acs_credential_id", uuid())
        .nullable("acs_user_id", uuid())
        .required("device_id", uuid())
        .required("state", choice({"verified", "assumed", "pending", "refused", "unknown"}))
        .nullable("reason", text())
        .nullable("since", datetime())
        .nullable("verified_at", datetime())
        .required("change_number", integer())
        .nullable("ends_at", datetime());
}

} // namespace

Schemas site_schemas()
{
    Schemas all;
    all["acs_system"] = Fields{}
                            .required("acs_system_id", uuid())
                            .required("name", text())
                            .required("connected_account_id", uuid())
                            .required("created_at", datetime())
                            .required("errors", troubles())
                            .required("warnings", troubles())
                            .required("workspace_id", uuid());
    all["acs_access_group"] = Fields{}
                                  .required("acs_access_group_id", uuid())
                                  .required("acs_system_id", uuid())
                                  .required("name", text())
                                  .required("created_at", datetime())
                                  .required("workspace_id", uuid());
    all["acs_entrance"] = Fields{}
                              .required("acs_entrance_id", uuid())
                              .required("acs_system_id", uuid())
                              .required("display_name", text())
                              .required("created_at", datetime())
                              .optional("can_unlock_with_card", boolean())
                              .optional("can_unlock_with_code", boolean())
                              .optional("can_unlock_with_cloud_key", boolean());
    all["acs_credential"] = Fields{}
                                .required("acs_credential_id", uuid())
                                .required("acs_system_id", uuid())
                                .optional("acs_user_id", uuid())
                                .required("access_method", choice({"code", "card", "mobile_key", "cloud_key"}))
                                .nullable("card_number", text())
                                .optional("facility_code", integer())
                                .optional("card_format", text())
                                .optional("card_uid", text())
                                .nullable("is_latest_desired_state_synced_with_provider", boolean())
                                .nullable("latest_desired_state_synced_with_provider_at", datetime())
                                .required("created_at", datetime())
                                .required("errors", troubles())
                                .required("warnings", troubles())
                                .required("workspace_id", uuid());
    all["device"] = Fields{}
                        .required("device_id", uuid())
                        .required("device_type", text())
                        .required("display_name", text())
                        .required("errors", troubles())
                        .required("warnings", troubles())
                        .required("created_at", datetime())
                        .required("workspace_id", uuid());
    all["action_attempt"] = Fields{}
                                .required("action_attempt_id", uuid())
                                .required("action_type", text())
                                .required("status", choice({"pending", "success", "error"}));
    all["workspace"] = Fields{}.required("workspace_id", uuid()).required("name", text());
    all["token"] = Fields{}.required("token_id", uuid()).required("name", text()).required("key", secret(text()));
    all["gatehouse_access"] = access_fields();
    all["gatehouse_residual_access"] =
        access_fields().required("person", text()).nullable("door", text()).nullable("controller", text()).required("message", text());
    all["gatehouse_controller"] = Fields{}
                                      .required("controller_id", uuid())
                                      .required("key", text())
                                      .required("name", text())
                                      .required("state", choice({"online", "offline", "unknown", "not_served"}))
                                      .nullable("reason", text())
                                      .nullable("trouble", text());
    return all;
}

} // namespace gatehouse::http
