#include "place.hpp"

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

namespace {

/// API keys of a site with two workspaces. ASK is curl at the port, with a key as its first word.
class Tokens : public Place {
protected:
    Tokens() { edit("site.yaml", "pier: {}\n", "pier: {}\n  quay: {}\n"); }

    std::string beside(const std::string& words) const
    {
        return shell("rm -f run/listening.json; " + gatehoused("") + R"( 2>>log &
daemon=$!
timeout 30 sh -c "until [ -e run/listening.json ]; do kill -0 $daemon || exit; done"
url=http://$(grep -o '127.0.0.1:[0-9]*' run/listening.json | head -1)/workspaces/get
ASK() { curl -s -o answer -w '%{http_code}\n' -X POST -H "authorization: Bearer $1" $url; }
)" + words + "\nkill $daemon; wait $daemon")
            .output;
    }
    std::string token(const std::string& words) const { return gatehoused("token " + words); }
    std::string events() const { return shell("sqlite3 state/gatehouse.db \"SELECT type FROM event WHERE type LIKE '%token%'\"").output; }
};

constexpr auto table = R"(WORKSPACE  NAME  CREATED
pier       one   20..-..-..T..:..:..[.]...Z
quay       one   20..-..-..T..:..:..[.]...Z
)";

} // namespace

TEST_F(Tokens, ARevokedOneIsRefusedByTheRunningGatewayAndAfterARestart)
{
    const auto said =
        beside("A=$(" + token("create --name one --workspace pier") + ")\nB=$(" + token("create --name two --workspace pier") +
               ")\nASK $A; ASK $B; " + token("revoke one") + "; ASK $A; cat answer; ASK $B; echo $A >a; echo $B >b");
    EXPECT_THAT(said, StartsWith("200\n200\nrevoked 1 key\n401\n"));
    EXPECT_THAT(said, AllOf(HasSubstr(R"("type":"unauthorized")"), testing::EndsWith("200\n")));
    EXPECT_EQ(beside("ASK $(cat a); ASK $(cat b)"), "401\n200\n");
    EXPECT_EQ(events(), "gatehouse.token.created\ngatehouse.token.created\ngatehouse.token.revoked\n");
}

TEST_F(Tokens, AreListedWithoutWhatTheyAre)
{
    const auto said = beside(token("create --name one --workspace quay") + " >a; " + token("create --name one --workspace pier") + " >b; " +
                             token("list"));
    EXPECT_THAT(said, MatchesRegex(table));
    EXPECT_THAT(shell(token("list")).output, MatchesRegex(table)) << "nor when no gateway runs";
    EXPECT_EQ(shell(token("revoke one --workspace quay")).output, "revoked 1 key\n");
    EXPECT_THAT(shell(token("list")).output, AllOf(HasSubstr("pier"), Not(HasSubstr("quay"))));
    EXPECT_EQ(beside("ASK $(cat a); ASK $(cat b)"), "401\n200\n");
}

TEST_F(Tokens, AWordThatIsNoneIsNamedWithThoseThereAre)
{
    const auto ended = shell(token("remove one") + " 2>&1");
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.output, "gatehoused: token \"remove\" is not known; there are create, list, revoke\n");
    EXPECT_THAT(shell(token("") + " 2>&1").output, HasSubstr("A subcommand is required"));
}

TEST_F(Tokens, HaveANameOfTheirOwnInAWorkspace)
{
    const auto taken = "gatehoused: Workspace pier has a key of that name; revoke it first, or take another name\n";
    EXPECT_EQ(beside(token("create --name one --workspace pier") + " >a; " + token("create --name one --workspace pier")), taken);
    EXPECT_EQ(shell(token("create --name one --workspace pier")).output, taken);
    EXPECT_EQ(shell(token("create --name one --workspace quay") + " | cut -c1-5").output, "seam_\n");
    EXPECT_EQ(shell(token("revoke one")).output, "gatehoused: Several workspaces have a key of that name; say which workspace\n");
    EXPECT_EQ(shell(token("revoke two")).output, "gatehoused: No key has that name\n");
}

TEST_F(Tokens, AreRefusedForAWorkspaceThatIsNotThereWithThoseThatAre)
{
    EXPECT_EQ(beside(token("create --name one --workspace peer") + "; " + token("create --name one")),
              "gatehoused: No such workspace. There is: pier, quay\n"
              "gatehoused: There are several workspaces, say which: pier, quay for \"workspace\"\n");
    EXPECT_THAT(shell(token("create --name one --workspace peer")).output, HasSubstr("no workspace \"peer\"; there is: pier, quay"));
}
