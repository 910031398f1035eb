#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gatehouse::fixtures {

/// The beginning of a broker that knows MQTT 3.1.1 only: it turns newer clients away as that standard says, and lets older ones in.
class OldBroker {
public:
    OldBroker();
    ~OldBroker();
    OldBroker(const OldBroker&) = delete;
    OldBroker& operator=(const OldBroker&) = delete;

    std::string url() const { return "mqtt://127.0.0.1:" + std::to_string(port_); }
    std::vector<int> versions_tried();

private:
    void serve();
    bool welcome(int client);

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::vector<int> versions_;
    std::thread thread_;
};

} // namespace gatehouse::fixtures
