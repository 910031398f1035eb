#include "mqtt_peers.hpp"

#include "machine.hpp"
#include "sockets.hpp"
#include "table.hpp"

#include <mqtt/async_client.h>

#include <atomic>
#include <charconv>
#include <cstdio>
#include <vector>

namespace gatehouse::bench {

namespace {

namespace paho = ::mqtt;

int device_in(const std::string& topic)
{
    int device = 0;
    const auto begin = topic.find('/') + 2;
    std::from_chars(topic.data() + begin, topic.data() + topic.size(), device);
    return device;
}

void connect(paho::async_client& client, const std::string& topics)
{
    paho::connect_options options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(true);
    options.set_max_inflight(1000);
    client.connect(options)->wait();
    mqtt::send_without_delay();
    client.subscribe(topics, 0)->wait();
}

/// One command outstanding at each device, until all have had their rounds.
class Commander {
public:
    explicit Commander(const MqttPeer& peer)
        : left_(static_cast<std::size_t>(peer.devices), peer.rounds), sent_(left_.size()),
          client_{peer.uri, "floor", paho::create_options{MQTTVERSION_5}}
    {
        for (int device = 0; device < peer.devices; ++device) commands_.push_back(removal_for(device));
        outstanding_ = peer.devices;
        client_.set_message_callback([this](const paho::const_message_ptr& message) { answered(device_in(message->get_topic())); });
        connect(client_, "rfid/+/send");
    }
    ~Commander() { client_.disconnect()->wait(); }
    Commander(const Commander&) = delete;
    Commander& operator=(const Commander&) = delete;

    void run()
    {
        const auto begun = Clock::now();
        for (int device = 0; device < static_cast<int>(left_.size()); ++device) send(device);
        for (int left = outstanding_; left != 0; left = outstanding_) outstanding_.wait(left);
        const Seconds took = Clock::now() - begun;
        const auto commands = static_cast<double>(spans_.size());
        std::printf("%f %f\n", median(std::move(spans_)), commands / took.count());
    }

private:
    void send(int device)
    {
        const auto at = static_cast<std::size_t>(device);
        sent_[at] = Clock::now();
        client_.publish(topic_of(device) + "/cmd", commands_[at].data(), commands_[at].size(), 1, false);
    }
    void answered(int device) // on the library's thread
    {
        const auto at = static_cast<std::size_t>(device);
        spans_.push_back(Seconds{Clock::now() - sent_[at]}.count() * 1e6);
        if (--left_[at] > 0) return send(device);
        --outstanding_;
        outstanding_.notify_one();
    }

    std::vector<int> left_;
    std::vector<Clock::time_point> sent_;
    std::vector<std::string> commands_;
    std::vector<double> spans_;
    std::atomic<int> outstanding_ = 0;
    paho::async_client client_;
};

} // namespace

std::string topic_of(int device)
{
    return "rfid/d" + std::to_string(device);
}

std::string ip_of(int device)
{
    return "10.20." + std::to_string(device / 250) + "." + std::to_string(device % 250 + 1);
}

std::string removal_for(int device)
{
    return R"({"cmd":"deletuid","doorip":")" + ip_of(device) + R"(","uid":"04a1b2c3"})";
}

int command_through_paho(const MqttPeer& peer)
{
    Commander{peer}.run();
    return 0;
}

} // namespace gatehouse::bench
