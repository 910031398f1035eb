#include "controller.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::mqtt {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string added = R"({"type":"adduser","ip":"192.168.4.11","hostname":"front-1"})";
const std::string deleted = R"({"type":"deletuid","ip":"192.168.4.11","hostname":"front-1"})";

std::string delete_uid(std::string_view uid)
{
    return R"({"cmd":"deletuid","doorip":"192.168.4.11","uid":")" + std::string{uid} + R"("})";
}

TEST(EspRfidCommands, StoresTheWholeMessageAndListsItAsItCame)
{
    BenchController controller;
    const std::string message = R"({"cmd":"adduser","doorip":"192.168.4.11","uid":"04a1b2c3","user":"Ada","acctype":"1",)"
                                R"("validsince":0,"validuntil":1800000000,"pincode":"","gh":"k:7"})";
    EXPECT_THAT(controller.command(message), ElementsAre(added));
    EXPECT_THAT(controller.list(), ElementsAre(message));
    controller.command(R"({"cmd":"adduser","doorip":"192.168.4.11","uid":"04a1b2c3","acctype":0})");
    EXPECT_THAT(controller.list(), ElementsAre(R"({"cmd":"adduser","doorip":"192.168.4.11","uid":"04a1b2c3","acctype":0})"));
}

TEST(EspRfidCommands, AnswersNothingAtAllToAListOfAnEmptyTable)
{
    BenchController controller;
    EXPECT_THAT(controller.list(), IsEmpty());
}

TEST(EspRfidCommands, AcknowledgesDeletingWhatIsNotThere)
{
    BenchController controller;
    controller.add("04a1b2c3");
    EXPECT_THAT(controller.command(delete_uid("ffffffff")), ElementsAre(deleted));
    EXPECT_THAT(controller.stored(), ElementsAre("04a1b2c3"));
    EXPECT_THAT(controller.command(delete_uid("04a1b2c3")), ElementsAre(deleted));
    EXPECT_THAT(controller.stored(), IsEmpty());
}

TEST(EspRfidCommands, DeletesEverybody)
{
    BenchController controller;
    controller.add("04a1b2c3");
    controller.add("04a1b2c4");
    EXPECT_THAT(controller.command(R"({"cmd":"deletusers","doorip":"192.168.4.11"})"),
                ElementsAre(R"({"type":"deletusers","ip":"192.168.4.11","hostname":"front-1"})"));
    EXPECT_THAT(controller.stored(), IsEmpty());
}

TEST(EspRfidCommands, AcknowledgesWritesThatFailed)
{
    BenchController controller;
    controller.add("04a1b2c3");
    controller.fault("write_fails", "true");
    EXPECT_THAT(controller.add("04a1b2c4"), ElementsAre(added));
    EXPECT_THAT(controller.command(delete_uid("04a1b2c3")), ElementsAre(deleted));
    EXPECT_THAT(controller.stored(), ElementsAre("04a1b2c3"));
    EXPECT_EQ(controller.board.counters.writes_lost, 2U);
}

TEST(EspRfidCommands, AcknowledgesNewUsersAFullTableHasNoRoomForAndReplacesOldOnes)
{
    BenchController controller;
    controller.fault("table_full", "1");
    controller.add("04a1b2c3");
    EXPECT_THAT(controller.add("04a1b2c4"), ElementsAre(added));
    EXPECT_THAT(controller.add("04a1b2c3", R"(,"acctype":0)"), ElementsAre(added));
    EXPECT_THAT(controller.stored(), ElementsAre("04a1b2c3"));
    EXPECT_EQ(controller.access("04a1b2c3"), R"("Disabled")");
}

TEST(EspRfidCommands, CutsUidsAtNineteenCharactersSoThatTwoCanCollideAndNeitherOpens)
{
    BenchController controller;
    controller.add("00112233445566778899");
    controller.add("0011223344556677889f");
    EXPECT_THAT(controller.stored(), ElementsAre("0011223344556677889"));
    EXPECT_THAT(controller.list(), ElementsAre(testing::HasSubstr(R"("uid":"0011223344556677889f")")));
    EXPECT_EQ(controller.access("0011223344556677889f"), R"("Denied")");
}

TEST(EspRfidCommands, TakesTheUidStillInMemoryWhenACommandHasNone)
{
    BenchController controller;
    controller.add("04a1b2c3");
    EXPECT_THAT(controller.command(R"({"cmd":"deletuid","doorip":"192.168.4.11"})"), ElementsAre(deleted));
    EXPECT_THAT(controller.stored(), IsEmpty());
}

TEST(EspRfidCommands, LeavesOutRecordsWithMoreThanThirtyTwoMembersAndRefusesTheirCards)
{
    BenchController controller;
    auto members = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += R"(,"x)" + std::to_string(i) + R"(":0)";
        return text;
    };
    controller.add("00000001", R"(,"acctype":99)" + members(27)); // with cmd, doorip, uid, user, acctype: 32
    controller.add("00000002", R"(,"acctype":99)" + members(28));
    EXPECT_THAT(controller.list(), ElementsAre(testing::HasSubstr("00000001")));
    EXPECT_EQ(controller.access("00000001"), R"("Admin")");
    EXPECT_EQ(controller.access("00000002"), R"("Disabled")");
}

TEST(EspRfidCommands, LosesDigitsOfNumbersThatDoNotFitThirtyTwoBits)
{
    BenchController controller;
    controller.add("04a1b2c3", R"(,"a":4294967295,"b":12345678901234)");
    EXPECT_THAT(controller.list(), ElementsAre(testing::HasSubstr(R"("a":4294967295,"b":1.2345678)")));
    EXPECT_THAT(controller.list(), ElementsAre(testing::Not(testing::HasSubstr("12345678901234"))));
}

TEST(EspRfidCommands, SendsItsSettingsAndRestartsWithNewOnes)
{
    BenchController controller;
    const auto answer = controller.command(R"({"cmd":"getconf","doorip":"192.168.4.11"})");
    ASSERT_THAT(answer, ElementsAre(testing::StartsWith(
                            R"({"type":"getconf","ip":"192.168.4.11","hostname":"front-1","configfile":{"network":{)")));

    EXPECT_THAT(controller.command(R"({"cmd":"updateconf","doorip":"192.168.4.11","configfile":{"network":{"bssid":""},)"
                                   R"("hardware":{"rtime":900},"general":{"hostnm":"back-1"},"mqtt":{"enabled":1,"topic":"site/back"}}})"),
                ElementsAre(R"({"type":"updateconf","ip":"192.168.4.11","hostname":"front-1"})"));
    EXPECT_TRUE(controller.restarts);
    controller.reboot();
    EXPECT_EQ(controller.board.settings.topic, "site/back");
    EXPECT_EQ(controller.board.settings.relays.at(0).activation, 900ms);
    EXPECT_THAT(controller.said, ElementsAre(testing::HasSubstr(R"("hostname":"back-1")")));
}

TEST(EspRfidCommands, NeverComesBackWithSettingsThatTurnMqttOffOrCannotBeRead)
{
    for (const auto* file : {R"({"network":{"bssid":""},"mqtt":{"enabled":0,"topic":"site/front"}})", R"({"mqtt":{"enabled":1}})", "7"}) {
        BenchController controller;
        controller.command(R"({"cmd":"updateconf","doorip":"192.168.4.11","configfile":)" + std::string{file} + "}");
        controller.reboot();
        EXPECT_FALSE(controller.board.settings.usable) << file;
    }
}

TEST(EspRfidCommands, AcknowledgesThatTheLogIsGone)
{
    BenchController controller;
    EXPECT_THAT(controller.command(R"({"cmd":"deletlog","doorip":"192.168.4.11"})"),
                ElementsAre(R"({"type":"deletlog","ip":"192.168.4.11","hostname":"front-1"})"));
}

} // namespace
} // namespace gatehouse::simulators::mqtt
