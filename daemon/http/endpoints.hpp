#pragma once

#include "http/api/openapi.hpp"
#include "http/context.hpp"

namespace gatehouse::http {

/// The whole endpoint table, and the schemas of what it answers.
std::vector<Endpoint> endpoints();
api::Schemas schemas();

// One function a file of endpoints.
std::vector<Endpoint> user_identity_endpoints();
std::vector<Endpoint> user_identity_link_endpoints();
std::vector<Endpoint> acs_user_endpoints();
std::vector<Endpoint> acs_user_access_endpoints();
std::vector<Endpoint> acs_system_endpoints();
std::vector<Endpoint> acs_access_group_endpoints();
std::vector<Endpoint> acs_entrance_endpoints();
std::vector<Endpoint> acs_credential_endpoints();
std::vector<Endpoint> access_grant_endpoints();
std::vector<Endpoint> access_method_endpoints();
std::vector<Endpoint> device_endpoints();
std::vector<Endpoint> lock_endpoints();
std::vector<Endpoint> event_endpoints();
std::vector<Endpoint> workspace_endpoints();
std::vector<Endpoint> gatehouse_endpoints();
std::vector<Endpoint> configuration_endpoints();
std::vector<Endpoint> clock_endpoints();
std::vector<Endpoint> gatehouse_controller_endpoints();
std::vector<Endpoint> gatehouse_people_endpoints();
std::vector<Endpoint> gatehouse_explain_endpoints();
std::vector<Endpoint> gatehouse_expected_endpoints();
api::Schemas explain_schemas();
api::Schemas expected_schemas();
api::Schemas event_schemas();
std::vector<Endpoint> token_endpoints();
std::vector<Endpoint> health_endpoints();

} // namespace gatehouse::http
