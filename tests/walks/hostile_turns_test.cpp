// How long a flood holds the core's thread at a time cannot be seen from outside: here the room that speaks with drivers stands in this
// process, with real driver programs on real pipes, and each turn of its loop is measured.

#include "base/uuid.hpp"
#include "devices/fleet.hpp"
#include "devices/process.hpp"
#include "hostile_town.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <csignal>
#include <ctime>
#include <fstream>

namespace gatehouse::walks {
namespace {

constexpr std::chrono::nanoseconds longest_turn = tests::instrumented ? 100ms : 500us; // an instrumented parser is no measure

/// Of this thread alone: what else runs on the machine does not count.
std::chrono::nanoseconds thread_time()
{
    timespec spent{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return std::chrono::seconds{spent.tv_sec} + std::chrono::nanoseconds{spent.tv_nsec};
}

class HostileTurns : public testing::TestWithParam<const char*> {
protected:
    HostileTurns()
    {
        std::signal(SIGPIPE, SIG_IGN);
        const std::string name = GetParam();
        const std::filesystem::path skeletons{SKELETONS};
        const auto install = [this](const std::filesystem::path& from, const std::string& to, std::filesystem::perms mode) {
            std::filesystem::copy_file(from, folder_.path() / to);
            std::filesystem::permissions(folder_.path() / to, mode);
        };
        install(HOSTILE_DRIVER, "gatehouse-driver-" + name, std::filesystem::perms{0755});
        install(skeletons / "gatehouse-driver-skeleton-py", "gatehouse-driver-skeleton-py", std::filesystem::perms{0755});
        for (const auto* module : {"gatehouse_driver.py", "gatehouse_fields.py"})
            install(skeletons / module, module, std::filesystem::perms{0644});
        std::ofstream{folder_.path() / ("gatehouse-driver-" + name + ".json")} << R"({"name":")" << name
                                                                               << R"(","protocol":1,"lines_per_process":64})";
        model::Line line;
        line.id = model::LineId{base::declared_uuid("walk", "line", name)}, line.key = name + "-line", line.driver = name;
        line.endpoint = R"({"fields":{"tcp":"127.0.0.1:)" + std::to_string(controller_.port()) + R"("},"secrets":{}})";
        model::Device device;
        device.id = device_, device.key = name + "-ctl", device.line = line.id;
        EXPECT_TRUE(directory_.apply(model::put(line)) && directory_.apply(model::put(device)));
        fleet_.on_notification([this](const devices::Notification&) { ++heard_; });
        fleet_.refresh();
    }
    void turn_wild() { std::ofstream{folder_.path() / (std::string{GetParam()} + ".wild")}.flush(); }
    bool attached() { return fleet_.status(device_)->attached; }
    /// Runs one handler after the other, for `budget` or until it is so; remembers the longest.
    bool run(milliseconds budget, const std::function<bool()>& until)
    {
        for (const auto end = clock_.now() + budget; clock_.now() < end && !until();) {
            core_.restart();
            const auto begun = thread_time();
            if (core_.poll_one() == 0)
                core_.run_one_for(1ms);
            else
                longest_ = std::max(longest_, thread_time() - begun);
        }
        return until();
    }

    Folder folder_;
    PlainController controller_{(folder_.path() / "sim.sock").string()};
    base::SystemClock clock_;
    boost::asio::io_context core_;
    model::Directory directory_;
    model::DeviceId device_{base::declared_uuid("walk", "device", GetParam())};
    devices::ProcessLauncher launcher_{core_.get_executor(), folder_.path(), "/", [](std::string_view) { return std::string{}; }};
    devices::Fleet fleet_{directory_, clock_, core_.get_executor(), launcher_};
    std::chrono::nanoseconds longest_{};
    std::size_t heard_ = 0;
};

TEST_P(HostileTurns, NoTurnIsLongerThanItMayBe)
{
    ASSERT_TRUE(run(patience, [this] { return attached(); }));
    turn_wild();
    run(200ms, [] { return false; }); // memory that is touched for the first time costs the system's time, not ours
    auto longest = std::chrono::nanoseconds::max();
    for (int look = 0; look < 3; ++look) { // what takes long takes long each time; the machine's own pauses do not
        longest_ = {};
        run(150ms, [] { return false; });
        longest = std::min(longest, longest_);
    }
    EXPECT_LE(longest, longest_turn) << longest.count() / 1'000 << " us";
    EXPECT_LE(heard_, 1'000U) << "of what it said";
    RecordProperty("longest_us", std::to_string(longest.count() / 1'000));
}

std::string name_of_flood(const testing::TestParamInfo<const char*>& info)
{
    std::string name;
    for (const char c : std::string{info.param}) name += c == '-' ? '_' : c;
    return name;
}

INSTANTIATE_TEST_SUITE_P(Flood, HostileTurns,
                         testing::Values("floods-events", "flaps", "floods-the-log", "floods-stderr", "never-ends-a-line", "heavy-lines"),
                         name_of_flood);

} // namespace
} // namespace gatehouse::walks
