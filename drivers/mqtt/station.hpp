#pragma once

#include "broker.hpp"
#include "sdk/reporter.hpp"
#include "talk/device.hpp"

#include <string>
#include <vector>

namespace gatehouse::mqtt {

/// A device on its line: its conversation, and the way from there to broker and daemon.
class Station final : public Outside {
public:
    Station(std::string name, Identity identity, Broker& broker, sdk::Reporter report, sdk::Time now);

    const std::string& name() const { return name_; }
    Device& device() { return device_; }
    /// Topics to be subscribed. `with_retained`: what the broker kept is wanted.
    struct Topic {
        std::string text;
        bool with_retained = false;
    };
    const std::vector<Topic>& topics() const { return topics_; }
    /// Every message on its reply topic names its sender, so the topic can be shared.
    bool shares_topic() const { return shares_topic_; }

    bool send(const Outgoing& message) override { return broker_.publish(message); }
    bool connected() const override { return broker_.connected(); }
    void online(sdk::SignOfLife sign) override { report_.online(name_, sign); }
    void offline(std::string_view reason) override { report_.offline(name_, reason); }
    void alive() override { report_.alive(name_); }
    void restarted(std::string_view marker) override { report_.restarted(name_, marker); }
    void clock(std::int64_t time, sdk::Time now) override { report_.clock(name_, time, now); }
    void event(const sdk::DeviceEvent& event) override { report_.event(name_, event); }
    void door(std::uint8_t door, const sdk::DoorState& state) override { report_.door(name_, door, state); }
    void setup(sdk::SetupState state, std::string_view detail) override { report_.setup(name_, state, detail); }
    void log(sdk::Level level, std::string_view text) override { report_.log(name_, level, text); }

    sdk::Time due{}; ///< when its line wakes it

private:
    std::string name_;
    Broker& broker_;
    sdk::Reporter report_;
    std::vector<Topic> topics_;
    bool shares_topic_;
    Device device_;
};

/// Does every message that a device of this profile sends on its reply topic name the device?
bool names_its_sender(const profile::MqttProfile& profile);

/// The parameter that decides on which topic a device answers: one without default, where there is one.
std::string param_of_replies(const profile::MqttProfile& profile);

/// What this driver cannot do yet though the language can say it; empty: nothing.
std::string beyond_this_driver(const profile::MqttProfile& profile);

/// What a device of the profile can do, with its own parameters.
sdk::Capabilities capabilities_of(const profile::MqttProfile& profile, const profile::Fields& params);

} // namespace gatehouse::mqtt
