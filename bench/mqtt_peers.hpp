#pragma once

#include <string>

namespace gatehouse::bench {

/// Who stands behind the broker in row 8.
struct MqttPeer {
    std::string uri;
    int devices = 1; ///< with one command outstanding at each
    int rounds = 0;  ///< of each device; 0: the controllers themselves, who answer until they are ended
};

/// The controllers, all of them in one process: each removal is acknowledged at once, at QoS 0.
int answer_as_controllers(const MqttPeer& peer);
/// The floor: the same commands straight through the library. Prints "P50_US RATE".
int command_through_paho(const MqttPeer& peer);

/// Number `device` of them: its topics, its address, its name.
std::string topic_of(int device);
std::string ip_of(int device);
std::string removal_for(int device);

} // namespace gatehouse::bench
