#include "control.hpp"

#include "failure.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace gatehouse::check {

namespace json = boost::json;

std::unique_ptr<Control> Control::connect(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw BadBench{"`control` is too long for a socket"};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket);
        return nullptr;
    }
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return std::unique_ptr<Control>{new Control{socket}};
}

Control::~Control()
{
    ::close(socket_);
}

json::object Control::ask(const json::value& request)
{
    const auto line = json::serialize(request) + "\n";
    if (::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
        throw BadBench{"the bench's control socket is gone"};
    std::array<char, 65'536> some;
    while (pending_.find('\n') == std::string::npos) {
        const auto count = ::recv(socket_, some.data(), some.size(), 0);
        if (count <= 0) throw BadBench{"the bench does not answer on its control socket"};
        pending_.append(some.data(), static_cast<std::size_t>(count));
    }
    const auto end = pending_.find('\n');
    boost::system::error_code ec;
    auto answer = json::parse(pending_.substr(0, end), ec);
    pending_.erase(0, end + 1);
    if (ec || !answer.is_object()) throw BadBench{"the bench's control socket answers with something that is no JSON object"};
    return std::move(answer.get_object());
}

} // namespace gatehouse::check
