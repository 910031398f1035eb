#include "drivers/kit/kit.hpp"

namespace gatehouse::check {
namespace {

using testing::HasSubstr;

/// Drivers in Python that are asked about devices before the start.
class AskedDrivers : public Kit {
protected:
    static KitRun ask(const std::string& driver, const std::string& question, const std::string& attach)
    {
        return run_command("echo '" + attach + "' | env -i '" + driver + "' " + question + " /nowhere");
    }

    const std::string python = SKELETONS "/gatehouse-driver-skeleton-py";
    const std::string attach = R"({"type":"attach","id":"7","deadline":"1","line":"l","device":"yard","params":{"colour":"red"},)"
                               R"("doors":[{"door":0,"mode":"locked"}]})";
};

TEST_F(AskedDrivers, TellWhatADeviceCanDo)
{
    const auto run = ask(python, "--capabilities", attach);
    EXPECT_EQ(run.code, 0) << run.report;
    EXPECT_THAT(run.report, HasSubstr(R"({"type":"answer","id":"7","verdict":"acknowledged","capabilities":{"stores_credentials":true,)"));
}

TEST_F(AskedDrivers, DoNotKnowBeforeTheStartWhatDependsOnTheDevice)
{
    EXPECT_EQ(ask(broken("depends-on-its-device"), "--capabilities", attach).code, 2);
}

TEST_F(AskedDrivers, JudgeDevices)
{
    auto run = ask(python, "--check-devices", attach);
    EXPECT_EQ(run.code, 0) << run.report;
    EXPECT_EQ(run.report, "");

    run = ask(python, "--check-devices", attach + "\n" + attach);
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(run.report, "yard : this driver serves one device a line\n");

    run = ask(broken("finds-fault"), "--check-devices", attach);
    EXPECT_EQ(run.code, 1);
    EXPECT_EQ(run.report, "yard params.colour: is not known\n");
}

TEST_F(AskedDrivers, JudgeNothingElse)
{
    for (const auto* question : {"--check-devices", "--capabilities"})
        for (const auto* asked :
             {R"({"type":"ping","id":"7"})", R"({"type":"attach","id":"7","deadline":"1","line":"l"})", "rubbish", "[]"})
            EXPECT_EQ(ask(python, question, asked).code, 4) << question << " " << asked;
}

} // namespace
} // namespace gatehouse::check
