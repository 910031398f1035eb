#include "controller.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace gatehouse::walks {

namespace json = boost::json;

Controller::Controller(const std::string& broker, const std::string& name, const std::string& ip, const std::string& socket,
                       int heartbeat_s)
    : socket_{socket},
      program_{{"mqtt", "--model", "esp-rfid", "--broker", broker, "--topic", "walk/" + name, "--ip", ip, "--hostname", name, "--control",
                socket, "--boot-ms", "1", "--reconnect-s", "0.05", "--heartbeat-s", std::to_string(heartbeat_s)}}
{
    if (program_.line().find("listening") == std::string::npos) throw std::runtime_error{"the simulator did not start"};
}

json::object Controller::ask(const std::string& request) const
{
    auto answer = simulators::Control{socket_}.ask(request);
    if (!answer.at("ok").as_bool()) throw std::runtime_error{request + ": " + json::serialize(answer)};
    return answer;
}

std::vector<std::string> Controller::table() const
{
    const auto dump = ask(R"({"op":"dump"})");
    std::vector<std::string> uids;
    for (const auto& entry : dump.at("entries").as_array()) uids.emplace_back(entry.at("uid").as_string());
    std::sort(uids.begin(), uids.end());
    return uids;
}

bool Controller::holds(const std::string& uid) const
{
    const auto uids = table();
    return std::binary_search(uids.begin(), uids.end(), uid);
}

bool Controller::opens(const std::string& uid) const
{
    return ask(R"({"op":"present","uid":")" + uid + "\"}").at("opened").as_bool();
}

std::uint64_t Controller::counted(std::string_view counter) const
{
    return json::value_to<std::uint64_t>(ask(R"({"op":"dump"})").at("counters").at(counter));
}

int Controller::uptime_s() const
{
    return json::value_to<int>(ask(R"({"op":"dump"})").at("uptime_s"));
}

void Controller::erase(const std::string& uid) const
{
    ask(R"({"op":"erase","uid":")" + uid + "\"}");
}

void Controller::put(const std::string& uid) const
{
    ask(R"({"op":"put","uid":")" + uid + R"(","fields":{"username":"Stranger","acctype":1,"validuntil":4294967295}})");
}

void Controller::power_cycle(std::string_view table) const
{
    ask(R"({"op":"power_cycle","table":")" + std::string{table} + "\"}");
}

void Controller::silent(bool on) const
{
    ask(on ? R"({"op":"silent","on":true})" : R"({"op":"silent","on":false})");
}

void Controller::fault(std::string_view name, std::string_view value) const
{
    ask(R"({"op":"fault","name":")" + std::string{name} + R"(","value":)" + std::string{value} + "}");
}

} // namespace gatehouse::walks
