#include "bench_device.hpp"
#include "tasmota/control.hpp"
#include "tasmota/device.hpp"
#include "tasmota/messages.hpp"

#include <gmock/gmock.h>

namespace gatehouse::simulators::tasmota {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class BenchRelays : public BenchDevice<Device> {
public:
    explicit BenchRelays(Installation chosen = {}) : BenchDevice{Device{named(std::move(chosen)), 7}} {}

    std::vector<std::string> command(const std::string& name, std::string payload)
    {
        return publish("cmnd/strike/" + name, std::move(payload));
    }
    bool open(std::size_t relay = 1) const { return device.channels[relay - 1].relay.open; }

private:
    static Installation named(Installation chosen)
    {
        chosen.topic = "strike";
        chosen.telemetry = 24h * 30;
        return chosen;
    }
};

const auto on = ElementsAre(R"(stat/strike/RESULT {"POWER":"ON"})", "stat/strike/POWER ON");
const auto off = ElementsAre(R"(stat/strike/RESULT {"POWER":"OFF"})", "stat/strike/POWER OFF");

TEST(Tasmota, SaysThatItIsThereAndTellsItsRelaysWhenPowered)
{
    BenchRelays board;
    EXPECT_THAT(board.said,
                ElementsAre("tele/strike/LWT Online (retained)", R"(stat/strike/RESULT {"POWER":"OFF"})", "stat/strike/POWER OFF"));
    board.dial();
    EXPECT_THAT(board.said, SizeIs(1));
    EXPECT_EQ(last_will(board.device.installation, false).payload, "Offline");
    EXPECT_TRUE(last_will(board.device.installation, false).retain);
}

TEST(Tasmota, SwitchesAndAnswersTwice)
{
    BenchRelays board;
    EXPECT_THAT(board.command("POWER", "ON"), on);
    EXPECT_TRUE(board.open());
    EXPECT_THAT(board.command("power1", " off "), off);
    EXPECT_THAT(board.command("POWER", "1"), on);
    EXPECT_THAT(board.command("POWER", "toggle"), off);
    EXPECT_THAT(board.command("POWER", "2"), on);
    EXPECT_EQ(board.device.channels[0].relay.pulses, 3U);
}

TEST(Tasmota, TakesAnythingElseForAQuestion)
{
    BenchRelays board;
    for (const auto* question : {"", "?", " ", "state", "OPEN"}) EXPECT_THAT(board.command("POWER", question), off) << question;
    EXPECT_FALSE(board.open());
    EXPECT_EQ(board.device.channels[0].relay.pulses, 0U);
}

TEST(Tasmota, NumbersItsKeysWhereThereAreMoreRelays)
{
    BenchRelays board{{.relays = 2}};
    EXPECT_THAT(board.command("POWER2", "ON"), ElementsAre(R"(stat/strike/RESULT {"POWER2":"ON"})", "stat/strike/POWER2 ON"));
    EXPECT_FALSE(board.open(1));
    EXPECT_THAT(board.command("POWER", "ON"), ElementsAre(R"(stat/strike/RESULT {"POWER1":"ON"})", "stat/strike/POWER1 ON"));
    EXPECT_THAT(board.command("POWER0", "OFF"), SizeIs(4));
    EXPECT_FALSE(board.open(1) || board.open(2));
    EXPECT_THAT(board.command("POWER3", "ON"), IsEmpty());
}

TEST(Tasmota, EndsAPulseByItselfAndTellsIt)
{
    for (const auto& [setting, length] :
         {std::pair{"5", 500ms}, {"111", 11'100ms}, {"112", 12'000ms}, {"113", 13'000ms}, {"64900", 64'800'000ms}}) {
        BenchRelays board;
        board.control(R"({"op":"set","pulse_time":)" + std::string{setting} + "}");
        board.command("POWER", "ON");
        EXPECT_THAT(board.turn_after(length - 1ms), Not(testing::Contains(HasSubstr("POWER OFF")))) << setting;
        EXPECT_THAT(board.turn_after(1ms), off) << setting;
        EXPECT_FALSE(board.open());
    }
    BenchRelays board; // PulseTime 0
    board.command("POWER", "ON");
    EXPECT_EQ(next_turn_at(board.device), board.device.tells_at);
    EXPECT_TRUE(board.open());
}

TEST(Tasmota, StartsThePulseAnewWithEveryOnAndForgetsItWithOff)
{
    BenchRelays board{{.pulse_time = 10}};
    board.command("POWER", "ON");
    board.turn_after(900ms);
    board.command("POWER", "ON");
    EXPECT_THAT(board.turn_after(999ms), IsEmpty());
    EXPECT_THAT(board.turn_after(1ms), off);
    board.command("POWER", "ON");
    board.command("POWER", "OFF");
    EXPECT_EQ(board.device.channels[0].ends_at, never);
}

TEST(Tasmota, SetsAndTellsPulseTimes)
{
    BenchRelays board{{.relays = 2}};
    EXPECT_THAT(board.command("PulseTime2", "30"), ElementsAre(R"(stat/strike/RESULT {"PulseTime2":{"Set":30,"Remaining":30}})"));
    board.turn_after(1s);
    EXPECT_THAT(board.command("PulseTime2", ""), ElementsAre(R"(stat/strike/RESULT {"PulseTime2":{"Set":30,"Remaining":20}})"));
    EXPECT_THAT(board.turn_after(2s), ElementsAre(R"(stat/strike/RESULT {"POWER2":"OFF"})", "stat/strike/POWER2 OFF")); // nobody opened it
    EXPECT_THAT(board.command("PULSETIME", "?"),
                ElementsAre(R"(stat/strike/RESULT {"PulseTime1":{"Set":0,"Remaining":0},"PulseTime2":{"Set":30,"Remaining":0}})"));
    EXPECT_THAT(board.command("PulseTime1", "64901"), ElementsAre(HasSubstr(R"("PulseTime1":{"Set":0)")));
    EXPECT_THAT(board.command("PulseTime1", "160"), ElementsAre(HasSubstr(R"("PulseTime1":{"Set":160,"Remaining":160})")));
    EXPECT_THAT(board.command("PulseTime3", "30"), IsEmpty());
}

TEST(Tasmota, KeepsItsSettingsOverPowerLossAndItsRelaysAsPowerOnStateSays)
{
    for (const auto& [state, before, after] : {std::tuple{0, true, false},
                                               {1, false, true},
                                               {2, true, false},
                                               {2, false, true},
                                               {3, true, true},
                                               {3, false, false},
                                               {4, false, true}}) {
        BenchRelays board;
        board.command("POWER", before ? "ON" : "OFF");
        board.control(R"({"op":"set","pulse_time":30,"power_on_state":)" + std::to_string(state) + "}");
        board.power_cycle();
        EXPECT_EQ(board.open(), after) << state << before;
        EXPECT_THAT(board.said, testing::Contains(after ? "stat/strike/POWER ON" : "stat/strike/POWER OFF"));
        EXPECT_EQ(board.device.channels[0].pulse_time, 30U);
        if (after && state != 4) { // the pulse runs from the start again
            EXPECT_THAT(board.turn_after(3s), off) << state;
        }
    }
    BenchRelays backwards{{.pulse_time = 30, .power_on_state = 5}};
    EXPECT_FALSE(backwards.open());
    EXPECT_THAT(backwards.turn_after(3s), on);
}

TEST(Tasmota, IsOpenToNobodyWhileItHasNoPower)
{
    BenchRelays board;
    board.command("POWER", "ON");
    power_off(board.device);
    EXPECT_FALSE(board.open());
    EXPECT_THAT(board.command("POWER", "OFF"), IsEmpty());
    power_on(board.device, board.now);
    EXPECT_TRUE(board.open()); // PowerOnState 3
}

TEST(Tasmota, AnswersOnTopicsNamedAfterTheCommandWithOption4)
{
    BenchRelays board;
    EXPECT_THAT(board.command("SetOption4", "1"), ElementsAre(R"(stat/strike/SETOPTION4 {"SetOption4":"ON"})"));
    EXPECT_THAT(board.command("POWER", "ON"), ElementsAre(R"(stat/strike/POWER {"POWER":"ON"})", "stat/strike/POWER ON"));
    EXPECT_THAT(board.command("PulseTime1", "5"), ElementsAre(StartsWith("stat/strike/PULSETIME1 ")));
}

TEST(Tasmota, TellsPowerOnStateAndRestarts)
{
    BenchRelays board;
    EXPECT_THAT(board.command("PowerOnState", "?"), ElementsAre(R"(stat/strike/RESULT {"PowerOnState":3})"));
    EXPECT_THAT(board.command("PowerOnState", "0"), ElementsAre(R"(stat/strike/RESULT {"PowerOnState":0})"));
    EXPECT_TRUE(receive(board.device, {.topic = "cmnd/strike/Restart", .payload = "1"}, board.now).restarts);
    EXPECT_FALSE(receive(board.device, {.topic = "cmnd/strike/Restart", .payload = ""}, board.now).restarts);
}

TEST(Tasmota, AnswersWhatItDoesNotKnow)
{
    BenchRelays board;
    EXPECT_THAT(board.command("OPENDOOR", "1"), ElementsAre(R"(stat/strike/RESULT {"Command":"Unknown"})"));
    EXPECT_FALSE(listens_to(board.device, "cmnd/other/POWER"));
    EXPECT_THAT(board.publish("cmnd/other/POWER", "ON"), IsEmpty());
}

TEST(Tasmota, TellsItsStateFiveSecondsAfterItDialledAndThenAtItsPace)
{
    BenchDevice<Device> board{Device{{.topic = "strike", .telemetry = 300s}, 7}};
    EXPECT_THAT(board.turn_after(4999ms), IsEmpty());
    EXPECT_THAT(board.turn_after(1ms),
                ElementsAre(AllOf(StartsWith(R"(tele/strike/STATE {"Time":"2023-11-14T22:13:25","Uptime":"0T00:00:05","UptimeSec":5)"),
                                  HasSubstr(R"("POWER":"OFF")"))));
    EXPECT_THAT(board.turn_after(299s), IsEmpty());
    EXPECT_THAT(board.turn_after(1s), SizeIs(1));
}

TEST(Tasmota, TellsOfItsSwitchOnlyWhenDetached)
{
    BenchRelays silent;
    silent.control(R"({"op":"door","open":true})");
    EXPECT_THAT(silent.said, IsEmpty());
    BenchRelays detached{{.contact = Contact::detached}};
    detached.control(R"({"op":"door","open":true})");
    EXPECT_THAT(detached.said, ElementsAre("stat/strike/SWITCH1 ON"));
    EXPECT_FALSE(detached.open());
    detached.control(R"({"op":"door","open":true})");
    EXPECT_THAT(detached.said, IsEmpty());
    detached.control(R"({"op":"door","open":false})");
    EXPECT_THAT(detached.said, ElementsAre("stat/strike/SWITCH1 OFF"));
    BenchRelays attached{{.contact = Contact::attached}};
    attached.control(R"({"op":"door","open":true})");
    EXPECT_THAT(attached.said, on); // the door opens the strike
}

TEST(TasmotaControl, ChangesSettingsBehindEverybodysBack)
{
    BenchRelays board{{.relays = 2}};
    EXPECT_EQ(board.answer(R"({"op":"set","relay":2,"pulse_time":7,"power_on_state":1})"), R"({"ok":true})");
    EXPECT_THAT(board.said, IsEmpty());
    const auto dump = board.dump();
    EXPECT_EQ(boost::json::serialize(dump.at("relays").at(1)), R"({"open":false,"pulses":0,"pulse_time":7,"remaining":0})");
    EXPECT_EQ(dump.at("power_on_state"), 1);
    EXPECT_THAT(board.answer(R"({"op":"set","relay":3,"pulse_time":7})"), HasSubstr("relay: needs a number from 1 to 2"));
    EXPECT_THAT(board.answer(R"({"op":"set","pulse_time":64901})"), HasSubstr("pulse_time: needs a number from 0 to 64900"));
    EXPECT_THAT(board.answer(R"({"op":"set","option4":1})"), HasSubstr("option4: needs true or false"));
}

TEST(TasmotaControl, MakesTheBoardDeafAndDumbWhileAPulseEnds)
{
    BenchRelays board{{.pulse_time = 5}};
    board.command("POWER", "ON");
    board.control(R"({"op":"silent","on":true})");
    EXPECT_THAT(board.command("POWER", "OFF"), IsEmpty());
    EXPECT_TRUE(board.open());
    EXPECT_THAT(board.turn_after(500ms), IsEmpty());
    EXPECT_FALSE(board.open());
    board.control(R"({"op":"fault","name":"reset"})");
    EXPECT_TRUE(board.effects.cuts_link);
}

} // namespace
} // namespace gatehouse::simulators::tasmota
