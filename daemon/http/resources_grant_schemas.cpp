#include "http/resources_grant.hpp"

namespace gatehouse::http {

namespace {

using namespace api;

Fields grant_issue(std::string_view code, std::vector<std::string> codes)
{
    return Fields{}.required("created_at", datetime()).required("message", text()).required(code, choice(std::move(codes)));
}

Kind mode()
{
    return choice({"code", "card", "mobile_key", "cloud_key"});
}

Fields failed_device()
{
    return Fields{}.required("device_id", uuid()).required("error_code", text()).required("message", text());
}

Fields requested_fields()
{
    return Fields{}
        .optional("code", text(digits, 4, 9))
        .required("created_access_method_ids", list(uuid()))
        .required("created_at", datetime())
        .required("display_name", text(1))
        .required("mode", mode());
}

Fields grant_warning()
{
    return grant_issue("warning_code",
                       {"being_deleted", "underprovisioned_access", "overprovisioned_access", "device_does_not_support_access_codes"})
        .optional("failed_devices", list(object(failed_device())))
        .optional("device_id", uuid());
}

Fields times_mutation()
{
    const auto times = Fields{}.required("starts_at", nullable(datetime())).required("ends_at", nullable(datetime()));
    return grant_issue("mutation_code", {"updating_access_times"})
        .required("access_method_ids", list(uuid()))
        .required("from", object(times), "The same as `to` where a table lost what stood there.")
        .required("to", object(times));
}

Fields grant_fields_shown()
{
    return Fields{}
        .required("access_grant_id", uuid())
        .optional("access_grant_key", text())
        .required("access_method_ids", list(uuid()))
        .required("created_at", datetime())
        .required("display_name", text(1))
        .required("display_status", choice({"upcoming", "active", "opens_nothing", "ended", "being_deleted"}))
        .required("ends_at", nullable(datetime()))
        .required("errors", list(object(grant_issue("error_code", {"cannot_create_requested_access_methods"}))))
        .required("location_ids", list(uuid()), "Deprecated.")
        .required("name", nullable(text()))
        .required("pending_mutations", list(object(times_mutation())))
        .required("requested_access_methods", list(object(requested_fields())))
        .optional("reservation_key", text())
        .required("space_ids", list(uuid()))
        .required("starts_at", datetime())
        .required("user_identity_id", uuid())
        .required("warnings", list(object(grant_warning())))
        .required("workspace_id", uuid());
}

/// What a method's mutation leads from or to: doors, or times.
Fields method_moved()
{
    return Fields{}
        .optional("device_ids", list(uuid()))
        .optional("starts_at", nullable(datetime()))
        .optional("ends_at", nullable(datetime()));
}

Fields method_fields_shown()
{
    auto mutation = grant_issue("mutation_code", {"provisioning_access", "revoking_access", "updating_access_times"})
                        .required("from", object(method_moved()))
                        .required("to", object(method_moved()));
    return Fields{}
        .required("access_method_id", uuid())
        .nullable("code", text(digits, 4, 9))
        .required("created_at", datetime())
        .required("display_name", text(1))
        .required("display_status", choice({"issued", "waiting_for_card", "failed_to_issue", "being_deleted"}))
        .required("errors", list(object(grant_issue("error_code", {"failed_to_issue"}))))
        .optional("is_assignment_required", boolean())
        .optional("is_ready_for_assignment", boolean())
        .required("is_issued", boolean())
        .required("issued_at", nullable(datetime()))
        .required("mode", mode())
        .required("pending_mutations", list(object(std::move(mutation))))
        .required("warnings", list(object(grant_issue("warning_code", {"being_deleted", "delay_in_issuing"}))))
        .required("workspace_id", uuid());
}

} // namespace

Schemas grant_schemas()
{
    Schemas schemas;
    schemas.emplace("access_grant", grant_fields_shown());
    schemas.emplace("access_method", method_fields_shown());
    return schemas;
}

} // namespace gatehouse::http
