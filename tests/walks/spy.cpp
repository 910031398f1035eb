#include "spy.hpp"

#include <mqtt/async_client.h>

#include <algorithm>

namespace gatehouse::walks {

Spy::Spy(const std::string& uri) : client_{new mqtt::async_client{uri, "spy"}}
{
    client_->start_consuming();
    client_->connect(mqtt::connect_options_builder().clean_session(true).finalize())->wait();
    client_->subscribe("walk/+/cmd", 0)->wait();
}

Spy::~Spy()
{
    try {
        client_->disconnect()->wait_for(std::chrono::seconds{1});
    } catch (const mqtt::exception&) { // the broker may be gone already
    }
    delete client_;
}

std::vector<std::string> Spy::commands()
{
    std::vector<std::string> heard;
    mqtt::const_message_ptr message;
    while (client_->try_consume_message(&message) && message) heard.push_back(message->to_string());
    return heard;
}

std::vector<std::string> writes(const std::vector<std::string>& commands)
{
    std::vector<std::string> found;
    const auto harmless = [](const std::string& command) {
        return command.find("getuserlist") != std::string::npos || command.find("fffffffffffffffffff") != std::string::npos;
    };
    std::remove_copy_if(commands.begin(), commands.end(), std::back_inserter(found), harmless);
    return found;
}

std::size_t reads(const std::vector<std::string>& commands)
{
    const auto is_list = [](const std::string& command) { return command.find("getuserlist") != std::string::npos; };
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), is_list));
}

} // namespace gatehouse::walks
