#pragma once

#include <boost/json/value.hpp>
#include <mqtt/async_client.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

namespace gatehouse::fixtures {

/// A small scripted controller on a real broker: it keeps records, acknowledges, lists and opens, and can be told to misbehave.
class FakeController {
public:
    FakeController(const std::string& uri, std::string topic, std::string ip, std::string hostname);
    ~FakeController();
    FakeController(const FakeController&) = delete;
    FakeController& operator=(const FakeController&) = delete;

    void boot();
    void heartbeat(int uptime);
    void say(const std::string& payload, bool retained = false);

    std::map<std::string, std::string> records(); ///< uid → record as stored
    int opened() const { return opened_; }
    bool hears(int commands);                  ///< waits until so many that were meant for it have come
    int retained() const { return retained_; } ///< of them, those the broker had kept: always a mistake
    int unlock_qos() const { return unlock_qos_; }
    int table_qos() const { return table_qos_; }

    std::atomic<bool> dark = false;        ///< hears nothing
    std::atomic<int> stop_after_rows = -1; ///< of a list; -1: never

private:
    void command(const ::mqtt::const_message_ptr& message);
    void obey(const std::string& cmd, const std::string& payload, const boost::json::value& body);
    void acknowledge(const std::string& type);
    void list();

    std::string topic_, ip_, hostname_;
    std::mutex mutex_;
    std::condition_variable heard_one_;
    int heard_ = 0;
    std::map<std::string, std::string> records_;
    std::atomic<int> opened_ = 0, retained_ = 0, unlock_qos_ = -1, table_qos_ = -1;
    ::mqtt::async_client client_;
};

} // namespace gatehouse::fixtures
