#pragma once

#include "http/api/openapi.hpp"
#include "http/context.hpp"

namespace gatehouse::http {

// What is declared in configuration, as the API shows it. Core thread.

json::object acs_system_json(const Context& context, const model::SystemNode& system);
json::object acs_access_group_json(const Context& context, const model::GroupNode& group);
json::object acs_entrance_json(const Context& context, const model::EntranceNode& entrance);
/// A door: what the API calls a device.
json::object device_json(const Context& context, const model::DoorNode& door);

/// The one connected account of a workspace: declared like everything else, so that it never changes.
model::Uuid connected_account_id(const model::WorkspaceRow& workspace);

/// Their shapes for the OpenAPI document, with those of credentials and action attempts.
api::Schemas site_schemas();

/// An action as far as it has come.
json::object action_attempt_json(const Context& context, const model::ActionAttempt& attempt);

} // namespace gatehouse::http
