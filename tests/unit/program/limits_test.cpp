#include "place.hpp"

using namespace gatehouse;
using namespace gatehouse::tests;

namespace {

class Limits : public Place {};

} // namespace

TEST_F(Limits, OfOpenFilesAreRaisedForTheDaemonAndNotForItsDrivers)
{
    const auto ended = shell("ulimit -Sn 256; ulimit -Hn 4096; " + gatehoused("") + R"( 2>log &
daemon=$!
timeout 30 sh -c "until [ -e run/listening.json ] && pgrep -P $daemon >driver; do :; done"
for process in $daemon $(cat driver); do awk '/open files/ {print $4, $5}' /proc/$process/limits; done
kill $daemon; wait $daemon; cat log)");
    EXPECT_THAT(ended.output, testing::StartsWith("4096 4096\n1024 4096\n")) << "libraries of drivers stop at descriptor 1024";
}
