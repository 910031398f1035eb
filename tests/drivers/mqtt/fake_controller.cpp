#include "fake_controller.hpp"

#include <boost/json/parse.hpp>

namespace gatehouse::fixtures {

FakeController::FakeController(const std::string& uri, std::string topic, std::string ip, std::string hostname)
    : topic_{std::move(topic)}, ip_{std::move(ip)}, hostname_{std::move(hostname)}, client_{uri, "fake-" + ip_}
{
    client_.set_message_callback([this](const ::mqtt::const_message_ptr& message) { command(message); });
    client_
        .connect(::mqtt::connect_options_builder()
                     .clean_session(true)
                     .automatic_reconnect(std::chrono::seconds{1}, std::chrono::seconds{1})
                     .finalize())
        ->wait();
    client_.set_connected_handler([this](const std::string&) { client_.subscribe(topic_ + "/cmd", 2); });
    client_.subscribe(topic_ + "/cmd", 2)->wait();
}

FakeController::~FakeController()
{
    try {
        client_.disable_callbacks();
        client_.disconnect()->wait_for(std::chrono::seconds{1});
    } catch (const ::mqtt::exception&) { // the broker may be gone already
    }
}

void FakeController::say(const std::string& payload, bool retained)
{
    try {
        client_.publish(topic_ + "/send", payload.data(), payload.size(), retained ? 1 : 0, retained);
    } catch (const ::mqtt::exception&) { // nobody hears a device without its broker
    }
}

void FakeController::acknowledge(const std::string& type)
{
    say(R"({"type":")" + type + R"(","ip":")" + ip_ + R"(","hostname":")" + hostname_ + R"("})");
}

void FakeController::boot()
{
    say(R"({"type":"boot","time":1772524800,"uptime":"0","ip":")" + ip_ + R"(","hostname":")" + hostname_ + R"("})");
}

void FakeController::heartbeat(int uptime)
{
    say(R"({"type":"heartbeat","time":1772524800,"uptime":")" + std::to_string(uptime) + R"(","ip":")" + ip_ + R"(","hostname":")" +
        hostname_ + R"("})");
}

std::map<std::string, std::string> FakeController::records()
{
    const std::lock_guard lock{mutex_};
    return records_;
}

bool FakeController::hears(int commands)
{
    std::unique_lock lock{mutex_};
    return heard_one_.wait_for(lock, std::chrono::seconds{5}, [this, commands] { return heard_ >= commands; });
}

void FakeController::command(const ::mqtt::const_message_ptr& message)
{
    if (dark) return;
    const auto body = boost::json::parse(message->get_payload());
    if (body.at("doorip").as_string() != ip_) return;
    if (message->is_retained()) ++retained_;
    const std::string cmd{body.at("cmd").as_string()};
    (cmd == "opendoor" ? unlock_qos_ : table_qos_) = message->get_qos();
    obey(cmd, message->get_payload(), body);
    const std::lock_guard lock{mutex_};
    ++heard_;
    heard_one_.notify_all();
}

void FakeController::obey(const std::string& cmd, const std::string& payload, const boost::json::value& body)
{
    if (cmd == "getuserlist") return list();
    if (cmd == "opendoor") {
        ++opened_;
        return say(R"({"uid":" ","username":"MQTT","access":"Always","time":1772524800,"type":"access","isKnown":"true","hostname":")" +
                   hostname_ + R"("})");
    }
    {
        const std::lock_guard lock{mutex_};
        const std::string uid{body.at("uid").as_string()};
        if (cmd == "adduser") records_[uid] = payload;
        if (cmd == "deletuid") records_.erase(uid);
    }
    acknowledge(cmd);
}

void FakeController::list()
{
    int row = 0;
    for (const auto& [uid, record] : records()) {
        if (row++ == stop_after_rows) return;
        say(record);
    }
}

} // namespace gatehouse::fixtures
