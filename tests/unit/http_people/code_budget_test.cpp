#include "unit/http_people/house.hpp"

#include <boost/json/serialize.hpp>

namespace gatehouse::tests {

namespace {

/// The stairs open by a code alone; Ada has 731942 there.
struct CodeBudget : House {
    CodeBudget()
    {
        auto entrance = harbour().entrances.find(model::EntranceId{*base::parse_uuid(stairs_entrance_)})->row;
        entrance.mode = "pin";
        apply({model::put(entrance)});
        ada_ = person("Ada Lind");
        eve_ = person("Eve Holm");
        EXPECT_EQ(grant(ada_, {"731942"}).status, 200U);
    }
    std::string person(std::string_view name)
    {
        return std::string{made("/user_identities/create", {{"full_name", name}}, "user_identity").at("user_identity_id").as_string()};
    }
    /// An empty code is left to the gateway.
    Told grant(const std::string& person, const std::vector<std::string>& codes)
    {
        json::array methods;
        for (const auto& code : codes) {
            json::object item{{"mode", "code"}};
            if (!code.empty()) item["code"] = code;
            methods.push_back(std::move(item));
        }
        return ask("/access_grants/create", {{"user_identity_id", person},
                                             {"acs_entrance_ids", json::array{stairs_entrance_}},
                                             {"requested_access_methods", std::move(methods)}});
    }
    void spend(int refusals)
    {
        for (int i = 0; i < refusals; ++i) EXPECT_EQ(grant(eve_, {"731942"}).status, 409U) << i;
    }
    std::size_t told()
    {
        core_.restart();
        core_.poll(); // an event is written behind the answer
        return static_cast<std::size_t>(std::ranges::count(events(), "gatehouse.device.codes_guessed"));
    }

    std::string ada_, eve_;
};

} // namespace

TEST_F(CodeBudget, EndsAskingForCodeAfterCodeUntilOneIsSomebodyElses)
{
    spend(10);
    const auto braked = grant(eve_, {"731942"});
    EXPECT_EQ(braked.status, 429U);
    EXPECT_EQ(braked.type(), "rate_limit_exceeded");
    EXPECT_EQ(services_.code_budget.wait(workspace_, clock_.now()), base::seconds{3600});
    EXPECT_EQ(grant(eve_, {"604815"}).body, braked.body) << "a free code is answered as a taken one";
    EXPECT_EQ(ask("/acs/credentials/create",
                  {{"access_method", "code"}, {"code", "604815"}, {"user_identity_id", eve_}, {"acs_system_id", house_}})
                  .status,
              429U);
    clock_.advance(base::seconds{3600});
    EXPECT_EQ(grant(eve_, {"604815"}).status, 200U);
}

TEST(ChosenCodes, AtDoorsOfOthersAreSixtyInAnHour)
{
    http::CodeBudget budget;
    const auto workspace = model::WorkspaceId{base::declared_uuid("harbour", "workspace", "crew")};
    const base::Monotonic begun{base::seconds{100}};
    budget.choose(workspace, 59, begun);
    EXPECT_FALSE(budget.wait(workspace, begun));
    budget.choose(workspace, 1, begun + base::seconds{600});
    EXPECT_EQ(budget.wait(workspace, begun + base::seconds{600}), base::seconds{3000});
    EXPECT_FALSE(budget.wait(workspace, begun + base::seconds{3600}));
    budget.choose(workspace, 1, begun + base::seconds{3700});
    EXPECT_FALSE(budget.wait(workspace, begun + base::seconds{3700})) << "another hour";
}

TEST(TooOften, SaysWhenToAskAgain)
{
    const http::Answer answer{http::api::too_often(base::seconds{90}, "Wait")};
    EXPECT_EQ(answer.status, 429U);
    EXPECT_EQ(answer.retry_after, base::seconds{90});
    EXPECT_EQ(answer.body.at("error").at("type"), "rate_limit_exceeded");
    EXPECT_EQ(answer.body.at("error").at("message"), "Wait");
}

TEST_F(CodeBudget, SpendsOneForARequestHoweverManyOfItsCodesAreTaken)
{
    EXPECT_EQ(grant(ada_, {"604815", "604825", "604835"}).status, 200U);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(grant(eve_, {"604815", "604825", "604835"}).status, 409U) << i;
    EXPECT_EQ(grant(eve_, {"604815"}).status, 429U);
}

TEST_F(CodeBudget, IsNotSpentByCodesOfTheSamePerson)
{
    for (int i = 0; i < 12; ++i) EXPECT_EQ(grant(ada_, {"731942"}).status, 409U) << i;
    EXPECT_EQ(grant(ada_, {"604815"}).status, 200U);
}

TEST_F(CodeBudget, LeavesWhatGivesNoChosenCode)
{
    const auto held = grant(eve_, {"604815"}).body.at("access_grant").as_object();
    spend(10);
    EXPECT_EQ(grant(eve_, {""}).status, 200U) << "the gateway picks a free one";
    EXPECT_EQ(ask("/access_grants/update", {{"access_grant_id", held.at("access_grant_id")}, {"ends_at", "2027-03-02T00:00:00Z"}}).status,
              200U);
    EXPECT_EQ(ask("/access_grants/delete", {{"access_grant_id", held.at("access_grant_id")}}).status, 200U);
}

TEST_F(CodeBudget, TellsTheOwnerOfTheDoorOnceWhenItRunsOut)
{
    spend(9);
    EXPECT_EQ(told(), 0U);
    spend(1);
    EXPECT_EQ(grant(eve_, {"731942"}).status, 429U);
    EXPECT_EQ(told(), 1U);
}

} // namespace gatehouse::tests
