#pragma once

#include <mqtt/async_client.h>

#include <chrono>
#include <string>
#include <vector>

namespace gatehouse::simulators {

/// Somebody else at the broker: hears the topics of one filter and publishes at QoS 1.
class Ear {
public:
    Ear(const std::string& uri, const std::string& filter) : client_{uri, "ear-at-" + filter}
    {
        client_.start_consuming();
        client_.connect(::mqtt::connect_options_builder().clean_session(true).finalize())->wait();
        client_.subscribe(filter, 1)->wait();
    }
    ~Ear()
    {
        try {
            client_.disconnect()->wait_for(std::chrono::seconds{1});
        } catch (const ::mqtt::exception&) { // the broker may be gone already
        }
    }
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;

    void publish(const std::string& topic, const std::string& payload, bool retain = false)
    {
        client_.publish(topic, payload.data(), payload.size(), 1, retain)->wait();
    }

    /// `TOPIC PAYLOAD` of the next message, `(retained)` behind when the broker had kept it; empty when none came within 10 s.
    std::string next()
    {
        ::mqtt::const_message_ptr message;
        if (!client_.try_consume_message_for(&message, std::chrono::seconds{10}) || !message) return "";
        return message->get_topic() + " " + message->to_string() + (message->is_retained() ? " (retained)" : "");
    }

    /// The first message from now on that contains `mark`; empty when none came.
    std::string until(const std::string& mark)
    {
        std::string heard;
        do {
            heard = next();
        } while (!heard.empty() && heard.find(mark) == std::string::npos);
        return heard;
    }

private:
    ::mqtt::async_client client_;
};

} // namespace gatehouse::simulators
