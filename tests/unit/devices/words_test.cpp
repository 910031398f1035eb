// What an operator reads of a device that is not served, in each state.

#include "unit/devices/two_drivers.hpp"

namespace gatehouse::tests {
namespace {

class Words : public SupervisionTest {
public:
    struct Case {
        std::string when, reads;
        std::function<void(Words&)> happens;
    };

    std::string fault() const { return fleet.status(first_device)->fault; }
    void answer(std::string_view type, const std::string& verdict)
    {
        driver.says(R"({"type":"answer","id":")" + last_id(type) + R"(",)" + verdict + "}");
        run_for(10ms);
    }
    void refuse_line() { answer("open_line", R"("verdict":"refused","reason":"endpoint","detail":"no such host")"); }
    void refuse_device() { answer("attach", R"("verdict":"refused","reason":"no_such_profile","detail":"x/1")"); }
    /// The next process of the driver gets no line open.
    void starts_again_without_its_line()
    {
        driver.ignores = {"open_line"};
        driver.crashes();
        run_for(1s);
        refuse_line();
    }
    void line_goes()
    {
        driver.says(R"({"type":"offline","line":"broker","at":"2","reason":"connection_lost"})");
        run_for(1ms);
    }
    model::Device yard() const { return directory.device(first_device)->row; }
    model::Line broker() const { return *directory.line(yard().line); }
};

class EachState : public Words, public testing::WithParamInterface<int> {
public:
    static const std::vector<Case>& all()
    {
        static const std::vector<Case> cases{
            {"before anything was asked", "its driver has not attached it yet", [](Words& self) { self.fleet.refresh(); }},
            {"all is well", "", [](Words& self) { self.start(); }},
            {"there is no program", "driver mqtt: no such program", [](Words& self) { self.driver.starts = false, self.start(); }},
            {"the program speaks another version", "driver mqtt: it chose a version of the protocol that was not offered",
             [](Words& self) { self.driver.version = 2, self.start(); }},
            {"the program crashed", "driver mqtt: signal 11", [](Words& self) { self.start(), self.driver.crashes(), self.run_for(1ms); }},
            {"the program hangs", "driver mqtt: it owes an answer",
             [](Words& self) {
                 self.start();
                 self.driver.ignores = {"ping"};
                 self.run_until([&self] { return !self.attached(); });
             }},
            {"the line cannot be opened", "its line is not open: endpoint: no such host",
             [](Words& self) { self.driver.ignores = {"open_line"}, self.start(), self.refuse_line(); }},
            {"the line was open and is lost", "", [](Words& self) { self.start(), self.line_goes(); }},
            {"the line is lost before the device was attached", "its line is not open: connection_lost",
             [](Words& self) { self.driver.ignores = {"attach"}, self.start(), self.line_goes(); }},
            {"the line cannot be opened by the next process", "its line is not open: endpoint: no such host",
             [](Words& self) { self.start(), self.starts_again_without_its_line(); }},
            {"the line gets an endpoint that cannot be opened", "its line is not open: endpoint: no such host",
             [](Words& self) {
                 self.start();
                 self.driver.ignores = {"open_line"};
                 auto line = self.broker();
                 line.endpoint = R"({"fields":{"url":"mqtt://elsewhere"},"secrets":{}})";
                 self.change(line);
                 self.refuse_line();
             }},
            {"the line is being opened anew", "its line is being opened anew",
             [](Words& self) {
                 self.start();
                 self.driver.ignores = {"open_line"};
                 auto line = self.broker();
                 line.endpoint = R"({"fields":{"url":"mqtt://elsewhere"},"secrets":{}})";
                 self.change(line);
             }},
            {"the device is refused", "refused by its driver: no_such_profile (x/1)",
             [](Words& self) { self.driver.ignores = {"attach"}, self.start(), self.refuse_device(); }},
            {"the device is refused, and its line is lost", "refused by its driver: no_such_profile (x/1)",
             [](Words& self) { self.driver.ignores = {"attach"}, self.start(), self.refuse_device(), self.line_goes(); }},
            {"the driver is busy with something else", "its driver could not attach it: bus",
             [](Words& self) {
                 self.driver.ignores = {"attach"}, self.start();
                 self.answer("attach", R"("verdict":"busy","reason":"bus")");
             }},
            {"the device is being attached anew", "being attached anew",
             [](Words& self) {
                 self.start();
                 self.driver.ignores = {"attach"};
                 auto device = self.yard();
                 device.profile = "other/1";
                 self.change(device);
             }},
            {"the device moves to a line that is not open", "its line is not open: endpoint: no such host",
             [](Words& self) {
                 self.start();
                 self.launcher.other.ignores = {"open_line"};
                 self.launcher.other.crashes();
                 auto device = self.yard();
                 device.line = id<model::LineId>(19);
                 self.change(device);
                 self.run_for(1s);
                 self.launcher.other.says(R"({"type":"answer","id":")" + std::string{self.launcher.other.sent.back().at("id").as_string()} +
                                          R"(","verdict":"refused","reason":"endpoint","detail":"no such host"})");
                 self.run_for(10ms);
             }},
        };
        return cases;
    }
};

TEST_P(EachState, SaysWhatKeepsTheDeviceFromBeingServed)
{
    const auto& [when, reads, happens] = all()[static_cast<std::size_t>(GetParam())];
    happens(*this);
    EXPECT_EQ(fault(), reads) << when;
    EXPECT_EQ(attached(), reads.empty()) << when;
}

INSTANTIATE_TEST_SUITE_P(Devices, EachState, testing::Range(0, static_cast<int>(EachState::all().size())),
                         [](const testing::TestParamInfo<int>& one) {
                             auto name = EachState::all()[static_cast<std::size_t>(one.param)].when;
                             std::erase_if(name, [](char c) { return c == ','; });
                             std::replace(name.begin(), name.end(), ' ', '_');
                             return name;
                         });

} // namespace
} // namespace gatehouse::tests
