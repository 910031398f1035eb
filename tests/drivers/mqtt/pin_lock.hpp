#pragma once

#include "conversation.hpp"

#include <gtest/gtest.h>

namespace gatehouse::mqtt {

inline constexpr const char* state_topic = "zigbee2mqtt/front";
inline constexpr const char* log_topic = "zigbee2mqtt/bridge/logging";

inline std::string set_text(const std::string& pin_code)
{
    return R"(zigbee2mqtt/front/set {"pin_code":)" + pin_code + "}";
}

inline std::string get(int slot)
{
    return R"(zigbee2mqtt/front/get {"pin_code":{"user":)" + std::to_string(slot) + "}}";
}

inline std::string put_of(int slot, const std::string& pin)
{
    return set_text(R"({"user":)" + std::to_string(slot) + R"(,"user_type":"unrestricted","user_enabled":true,"pin_code":")" + pin + "\"}");
}

inline std::string drop_of(int slot)
{
    return set_text(R"({"user":)" + std::to_string(slot) + R"(,"pin_code":null})");
}

class Lock : public testing::Test {
protected:
    explicit Lock(bool shows = false)
        : talk{"zigbee2mqtt-pin-lock.yaml", {{"name", std::string{"front"}}, {"slots", std::int64_t{3}}, {"expose_pin", shows}}}
    {
        talk.pass(std::chrono::milliseconds{60}); // it is told to lock first
        talk.hear_on(state_topic, R"({"lock_state":"locked"})");
        talk.fresh();
        talk.told.clear();
    }

    /// The whole state, as the bridge publishes it with each word of the lock.
    void state(const std::string& users, const std::string& more = "")
    {
        talk.hear_on(state_topic, "{" + more + R"("users":{)" + users + "}}");
    }
    static std::string is(int slot, const std::string& status, const std::string& pin = "")
    {
        return "\"" + std::to_string(slot) + R"(":{"status":")" + status + "\"" + (pin.empty() ? "" : R"(,"pin_code":")" + pin + "\"") +
               "}";
    }
    static std::string all(const std::string& one, const std::string& two, const std::string& three)
    {
        return is(1, one) + "," + is(2, two) + "," + is(3, three);
    }
    static sdk::Step put_at(std::uint32_t slot, std::string pin)
    {
        return {sdk::Op::put, {.key = std::move(pin), .key_kind = sdk::KeyKind::pin, .slot = slot, .doors = {1}}};
    }
    static sdk::Step drop_at(std::uint32_t slot) { return {sdk::Op::drop, {.key_kind = sdk::KeyKind::pin, .slot = slot}}; }
    /// A whole read in which the lock answers each question by its truth.
    void read_all(const std::string& users)
    {
        talk.read();
        for (int i = 0; i < 3; ++i) {
            talk.pass(std::chrono::milliseconds{60});
            state(users);
        }
        talk.pass(std::chrono::milliseconds{2'500});
        talk.fresh();
    }
    void fail(const std::string& what)
    {
        talk.hear_on(log_topic, R"({"level":"error","message":"z2m: Publish ')" + what + R"(' to 'front' failed: 'Error: Timeout'"})");
    }

    Conversation talk;
};

class OpenLock : public Lock {
protected:
    OpenLock() : Lock{true} {}
};

} // namespace gatehouse::mqtt
