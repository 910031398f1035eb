#pragma once

#include "sdk/reporter.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::mqtt {

/// One message to publish. Nothing is ever retained.
struct Outgoing {
    std::string topic;
    std::string payload;
    int qos = 1;
    std::optional<std::chrono::seconds> expiry; ///< where the broker speaks MQTT 5
};

/// One message that came.
struct Incoming {
    std::string_view topic;
    std::string_view payload;
    bool retained = false; ///< the broker kept it from earlier
    sdk::Time heard;       ///< when it came
};

/// The world as the conversation with one device sees it.
class Outside {
public:
    virtual ~Outside() = default;
    /// False: the broker is not connected and nothing went out. True says only that it was handed over.
    virtual bool send(const Outgoing& message) = 0;
    virtual bool connected() const = 0;

    virtual void online(sdk::SignOfLife sign) = 0;
    virtual void offline(std::string_view reason) = 0;
    virtual void alive() = 0;
    virtual void restarted(std::string_view marker) = 0;
    /// What its own clock shows now, in seconds since 1970.
    virtual void clock(std::int64_t time, sdk::Time now) = 0;
    virtual void event(const sdk::DeviceEvent& event) = 0;
    virtual void door(std::uint8_t door, const sdk::DoorState& state) = 0;
    virtual void setup(sdk::SetupState state, std::string_view detail) = 0;
    virtual void log(sdk::Level level, std::string_view text) = 0;
};

} // namespace gatehouse::mqtt
