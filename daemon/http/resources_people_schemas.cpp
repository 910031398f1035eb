#include "http/resources_people.hpp"

namespace gatehouse::http {

namespace {

using namespace api;

Fields people_issue(std::string_view code, std::vector<std::string> codes)
{
    return Fields{}.required("created_at", datetime()).required("message", text()).required(code, choice(std::move(codes)));
}

Fields identity_fields()
{
    auto error = people_issue("error_code", {"issue_with_acs_user"})
                     .required("acs_system_id", uuid())
                     .required("acs_user_id", uuid())
                     .required("acs_credential_id", uuid(), "Extension: the credential it is about.");
    return Fields{}
        .required("acs_user_ids", list(uuid()))
        .required("created_at", datetime())
        .required("display_name", text(1))
        .required("email_address", nullable(email()))
        .required("errors", list(object(std::move(error))))
        .required("full_name", nullable(text(1)))
        .required("is_frozen", boolean(), "Extension: stopped everywhere, until that is lifted.")
        .required("phone_number", nullable(phone()))
        .required("user_identity_id", uuid())
        .required("user_identity_key", nullable(text(1)))
        .required("warnings",
                  list(object(people_issue("warning_code", {"being_deleted", "acs_user_profile_does_not_match_user_identity"}))))
        .required("workspace_id", uuid())
        .required("merged_user_identity_ids", list(uuid()))
        .required("merged_user_identity_keys", list(text(1)));
}

Fields schedule_fields()
{
    return Fields{}.required("starts_at", datetime()).required("ends_at", nullable(datetime()));
}

/// What a mutation leads from or to; which members it has follows from the code.
Fields change_fields()
{
    return Fields{}
        .nullable("starts_at", datetime())
        .nullable("ends_at", datetime())
        .optional("is_suspended", boolean())
        .nullable("acs_access_group_id", uuid())
        .nullable("acs_credential_id", uuid());
}

Fields mutation_fields()
{
    return people_issue("mutation_code", {"creating", "deferring_creation", "updating_access_schedule", "updating_suspension_state",
                                          "updating_group_membership", "updating_credential_assignment"})
        .optional("scheduled_at", datetime())
        .optional("from", object(change_fields()))
        .optional("to", object(change_fields()));
}

Fields user_fields()
{
    auto error = people_issue("error_code", {"failed_to_update_on_acs_system"})
                     .required("acs_credential_id", uuid(), "Extension: the credential it is about.");
    return Fields{}
        .optional("access_schedule", object(schedule_fields()))
        .required("acs_system_id", uuid())
        .required("acs_user_id", uuid())
        .required("connected_account_id", uuid())
        .required("created_at", datetime())
        .required("display_name", text(1))
        .optional("email", email(), {}, "Deprecated: the same as email_address.")
        .optional("email_address", email())
        .required("errors", list(object(std::move(error))))
        .optional("full_name", text(1))
        .required("is_managed", boolean())
        .required("is_suspended", boolean())
        .required("last_successful_sync_at", nullable(datetime()), "Oldest read-back among all doors, once all of them are proven.")
        .required("pending_mutations", list(object(mutation_fields())))
        .optional("phone_number", phone())
        .nullable("user_identity_email_address", email())
        .nullable("user_identity_full_name", text(1))
        .optional("user_identity_id", uuid())
        .nullable("user_identity_phone_number", phone())
        .required("warnings", list(object(people_issue("warning_code", {"acs_user_inactive", "unknown_issue_with_acs_user"}))))
        .required("workspace_id", uuid());
}

/// What is left to users who were suspended.
Fields suspension_fields()
{
    auto residual = Fields{}
                        .nullable("device_id", uuid())
                        .nullable("door", text())
                        .required("acs_user_id", uuid())
                        .required("acs_credential_id", uuid())
                        .nullable("ends_at", datetime())
                        .required("message", text());
    auto way = Fields{}
                   .required("device_id", uuid())
                   .required("door", text())
                   .required("acs_user_id", uuid())
                   .required("acs_credential_id", uuid())
                   .required("opens", boolean())
                   .nullable("from", datetime())
                   .nullable("until", datetime());
    return Fields{}
        .required("still_open", list(object(std::move(residual))), "Not yet proven gone from a controller.")
        .required("opens_otherwise", list(object(std::move(way))), "By other users of the same person.");
}

} // namespace

Schemas people_schemas()
{
    Schemas schemas;
    schemas.emplace("user_identity", identity_fields());
    schemas.emplace("acs_user", user_fields());
    schemas.emplace("gatehouse_suspension", suspension_fields());
    return schemas;
}

} // namespace gatehouse::http
