#include "served.hpp"

#include <filesystem>

namespace gatehouse::bench {

namespace {

constexpr Seconds patience{30};

Served start(const Plan& plan, const std::vector<std::string>& command, std::uint16_t port, const std::string& first)
{
    const auto began = Clock::now();
    Served served{.child = std::make_unique<Child>(command, plan.home / "servers.log", plan.preload)};
    served.at = {port, served.child->pid()};
    served.answer = ask(port, first, patience);
    served.first_answer_ms = std::chrono::duration<double, std::milli>{Clock::now() - began}.count();
    return served;
}

Requests for_users(const Site& site, std::size_t count, const std::string& path, const std::string& more)
{
    Requests requests;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& user = site.users[i * 7'919 % site.users.size()];
        requests.push_back(post(path, site.key, R"({"acs_user_id":")" + to_string(user) + "\"" + more + "}"));
    }
    return requests;
}

} // namespace

Served start_gateway(const Plan& plan, const Site& site, const Size& size, const std::string& first)
{
    const auto port = free_port();
    listen_on(site, size, port);
    const auto in = [&site](const char* name) { return (site.folder / name).string(); };
    return start(plan,
                 {plan.daemon, "--config", in("gatehouse.yaml"), "--state", in("state"), "--runtime", in("run"), "--drivers", in("drivers"),
                  "--profiles", in("drivers")},
                 port, first);
}

Served start_floor(const Plan& plan, Floor floor, const std::string& first)
{
    floor.port = free_port();
    std::vector<std::string> command{own_path(), "floor", "--port", std::to_string(floor.port), "--answer", std::to_string(floor.answer)};
    if (!floor.journal.empty()) command.insert(command.end(), {"--journal", floor.journal});
    if (!floor.model.empty()) command.insert(command.end(), {"--model", floor.model});
    if (floor.one_by_one) command.emplace_back("--one-by-one");
    return start(plan, command, floor.port, first);
}

std::string post(const std::string& path, const std::string& key, const std::string& body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + key +
           "\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

std::string health()
{
    return "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

Requests reads(const Site& site, std::size_t count)
{
    return for_users(site, count, "/acs/users/get", "");
}

Requests writes(const Site& site, std::size_t count)
{
    return for_users(site, count, "/acs/users/update", R"(,"full_name":"Person 00000000")");
}

} // namespace gatehouse::bench
