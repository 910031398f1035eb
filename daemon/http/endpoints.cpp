#include "http/endpoints.hpp"

#include "http/resources_grant.hpp"
#include "http/resources_people.hpp"
#include "http/resources_site.hpp"

#include <iterator>

namespace gatehouse::http {

std::vector<Endpoint> endpoints()
{
    std::vector<Endpoint> all;
    for (const auto part : {health_endpoints,
                            workspace_endpoints,
                            user_identity_endpoints,
                            user_identity_link_endpoints,
                            acs_user_endpoints,
                            acs_user_access_endpoints,
                            acs_system_endpoints,
                            acs_access_group_endpoints,
                            acs_entrance_endpoints,
                            acs_credential_endpoints,
                            access_grant_endpoints,
                            access_method_endpoints,
                            device_endpoints,
                            lock_endpoints,
                            event_endpoints,
                            gatehouse_endpoints,
                            gatehouse_controller_endpoints,
                            gatehouse_people_endpoints,
                            gatehouse_explain_endpoints,
                            gatehouse_expected_endpoints,
                            configuration_endpoints,
                            clock_endpoints,
                            token_endpoints}) {
        auto rows = part();
        all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    }
    return all;
}

api::Schemas schemas()
{
    auto all = people_schemas();
    all.merge(site_schemas());
    all.merge(grant_schemas());
    all.merge(explain_schemas());
    all.merge(expected_schemas());
    all.merge(event_schemas());
    return all;
}

} // namespace gatehouse::http
