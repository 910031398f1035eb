#pragma once

#include <mqtt/async_client.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::simulators {

/// The other end of the broker: hears everything on TOPIC/send and publishes commands at QoS 1.
class GatewaySide {
public:
    GatewaySide(const std::string& uri, const std::string& topic) : topic_{topic}, client_{uri, "gateway-of-" + topic}
    {
        client_.start_consuming();
        client_.connect(::mqtt::connect_options_builder().clean_session(true).finalize())->wait();
        client_.subscribe(topic_ + "/send", 0)->wait();
    }
    ~GatewaySide()
    {
        try {
            client_.disconnect()->wait_for(std::chrono::seconds{1});
        } catch (const ::mqtt::exception&) { // the broker may be gone already
        }
    }
    GatewaySide(const GatewaySide&) = delete;
    GatewaySide& operator=(const GatewaySide&) = delete;

    void command(const std::string& payload) { client_.publish(topic_ + "/cmd", payload.data(), payload.size(), 1, false)->wait(); }

    /// The next message; empty when none came within 10 s.
    std::string next()
    {
        ::mqtt::const_message_ptr message;
        if (!client_.try_consume_message_for(&message, std::chrono::seconds{10}) || !message) return "";
        retained = message->is_retained();
        qos = message->get_qos();
        return message->to_string();
    }

    /// Everything up to the first message that contains `mark`, that one included.
    std::vector<std::string> until(const std::string& mark)
    {
        std::vector<std::string> heard;
        do {
            heard.push_back(next());
        } while (!heard.back().empty() && heard.back().find(mark) == std::string::npos);
        return heard;
    }

    bool retained = false; ///< of the last message
    int qos = -1;

private:
    std::string topic_;
    ::mqtt::async_client client_;
};

} // namespace gatehouse::simulators
