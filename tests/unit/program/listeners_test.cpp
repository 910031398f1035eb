// Addresses that cannot be listened on: what a start says of them, and the check before it.

#include "place.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace gatehouse;
using namespace gatehouse::tests;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// A port of 127.0.0.1 on which something else listens, as long as it lives.
class Taken {
public:
    Taken()
    {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* where = reinterpret_cast<sockaddr*>(&at);
        if (::bind(socket_, where, size) != 0 || ::listen(socket_, 1) != 0 || ::getsockname(socket_, where, &size) != 0)
            throw std::runtime_error{"no port"};
        port_ = std::to_string(ntohs(at.sin_port));
    }
    ~Taken() { ::close(socket_); }
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;
    const std::string& port() const { return port_; }

private:
    int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string port_;
};

class Listeners : public Place {};

} // namespace

TEST_F(Listeners, AnAddressInUseIsToldWithItsLineByCheckAndByAStart)
{
    const Taken one, other;
    edit("site.yaml", "[\"127.0.0.1:0\"]",
         "\n    - \"127.0.0.1:0\"\n    - \"127.0.0.1:" + one.port() + "\"\n    - \"127.0.0.1:" + other.port() + "\"");
    edit("site.yaml", "http: {listen:", "http:\n  listen:");
    edit("site.yaml", other.port() + "\"}", other.port() + "\"");
    const auto told = [](const std::string& line, const std::string& port) {
        return "site.yaml:" + line + ": http.listen: cannot listen on 127.0.0.1 port " + port + ": Address already in use\n";
    };
    const auto checked = check();
    EXPECT_EQ(checked.status, 78);
    EXPECT_EQ(checked.output, told("6", one.port()) + told("7", other.port()));
    const auto started = shell(gatehoused("--log-level error"));
    EXPECT_EQ(started.status, 1);
    EXPECT_EQ(started.output, "gatehoused: " + checked.output);
    EXPECT_FALSE(std::filesystem::exists(path_ / "run/gatehoused.sock")) << "nothing stays behind";
}

TEST_F(Listeners, TheGatewayThatRunsIsNotInItsOwnWay)
{
    const auto port = Taken{}.port();
    edit("site.yaml", "127.0.0.1:0", "127.0.0.1:" + port);
    const auto ended = shell(gatehoused("") + " 2>log & daemon=$!; timeout 30 sh -c 'until [ -e run/listening.json ]; do :; done'; " +
                             gatehoused("check") + "; echo $?; kill $daemon; wait $daemon");
    EXPECT_EQ(ended.output, "site.yaml: no problems\n0\n") << read("log");
}

TEST_F(Listeners, CheckSaysWhereNoSocketCanBeMadeAndAStartEndsWithIt)
{
    write("run", "in the way");
    EXPECT_THAT(check().output, HasSubstr("run is no folder, see --runtime\n"));
    const auto started = shell(gatehoused("--log-level error"));
    EXPECT_EQ(started.status, 1);
    EXPECT_THAT(started.output, StartsWith("gatehoused: the runtime folder run cannot be made: "));
}
