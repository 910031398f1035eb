#include "wire.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <sstream>

namespace gatehouse::skeleton {

namespace {

constexpr std::size_t longest_line = 512;

bool wait_for(int socket, short what, sdk::Deadline deadline)
{
    pollfd watched{socket, what, 0};
    return ::poll(&watched, 1, static_cast<int>(deadline.left().count())) == 1;
}

} // namespace

Wire::Answer Wire::ask(const std::string& telegram, sdk::Deadline deadline)
{
    Answer answer;
    if (!connect(deadline)) return answer;
    const auto number = std::to_string(++number_);
    const auto line = number + " " + telegram + "\n";
    answer.end = Answer::End::unclear;
    if (::send(socket_, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size())) {
        while (auto said = receive(deadline)) {
            if (said->size() > 1 && said->front() == "*") news_.push_back(std::move(*said));
            if (said->size() < 2 || said->front() != number) continue; // the late answer of an earlier telegram must not complete this one
            said->erase(said->begin());
            if (said->front() == "ROW") {
                answer.rows.push_back(std::move(*said));
                continue;
            }
            answer.words = std::move(*said);
            answer.end = Answer::End::answered;
            return answer;
        }
    }
    hang_up();
    return answer;
}

bool Wire::connect(sdk::Deadline deadline)
{
    if (socket_ >= 0) return true;
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port_), .sin_addr = {}};
    if (::inet_pton(AF_INET, host_.c_str(), &address.sin_addr) != 1) return false;
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error = 0;
    socklen_t size = sizeof error;
    const bool begun = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno == EINPROGRESS;
    if (begun && wait_for(socket_, POLLOUT, deadline) && ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
        return true;
    hang_up();
    return false;
}

std::optional<Words> Wire::receive(sdk::Deadline deadline)
{
    std::array<char, 4096> some;
    for (auto end = buffer_.find('\n'); end == std::string::npos; end = buffer_.find('\n')) {
        const auto count = wait_for(socket_, POLLIN, deadline) ? ::recv(socket_, some.data(), some.size(), 0) : -1;
        if (count <= 0 || buffer_.size() > longest_line) return std::nullopt;
        buffer_.append(some.data(), static_cast<std::size_t>(count));
    }
    std::istringstream line{buffer_.substr(0, buffer_.find('\n'))};
    buffer_.erase(0, buffer_.find('\n') + 1);
    Words words;
    for (std::string word; line >> word;) words.push_back(std::move(word));
    return words;
}

void Wire::hang_up()
{
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    buffer_.clear();
}

} // namespace gatehouse::skeleton
