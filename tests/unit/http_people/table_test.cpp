#include "unit/http_people/house.hpp"

#include "http/endpoints.hpp"

namespace gatehouse::tests {
namespace {

using testing::UnorderedElementsAre;

std::vector<std::string> paths_of(http::Policy policy)
{
    std::vector<std::string> paths;
    for (const auto& endpoint : http::endpoints())
        if (endpoint.route.policy == policy) paths.push_back(endpoint.route.path);
    return paths;
}

TEST(EndpointTable, NothingButHealthIsOpenToAnyone)
{
    EXPECT_THAT(paths_of(http::Policy::anyone), UnorderedElementsAre("/health"));
    EXPECT_THAT(paths_of(http::Policy::local_admin),
                UnorderedElementsAre("/gatehouse/tokens/create", "/gatehouse/tokens/list", "/gatehouse/tokens/revoke",
                                     "/gatehouse/controllers/adopt", "/gatehouse/controllers/replace", "/gatehouse/configuration/plan",
                                     "/gatehouse/configuration/apply", "/gatehouse/configuration/retire", "/gatehouse/clock/get",
                                     "/gatehouse/clock/accept"));
}

TEST(EndpointTable, NothingThatChangesAnythingIsServedByGet)
{
    for (const auto& endpoint : http::endpoints()) {
        const auto& path = endpoint.route.path;
        const auto action = path.substr(path.rfind('/') + 1);
        const bool reads = action == "get" || action.starts_with("list") || action == "health";
        EXPECT_EQ(endpoint.route.accepts(http::Verb::get), reads) << path;
        EXPECT_TRUE(endpoint.route.accepts(http::Verb::post)) << path;
    }
}

} // namespace
} // namespace gatehouse::tests
