#pragma once

#include "talk/device.hpp"

#include <boost/json/parse.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::mqtt {

/// A device in conversation, its broker and its time in the test's hand. What it sends and tells is taken down.
class Conversation final : public Outside {
public:
    enum class Line : std::uint8_t { quiet, fresh }; ///< fresh: just attached, answers to an earlier driver may still come
    explicit Conversation(std::vector<sdk::Door> doors = {{.door = 1}}, Line line = Line::quiet);
    /// With another of the shipped profiles.
    Conversation(const std::string& shipped, const sdk::Settings& params, std::vector<sdk::Door> doors = {{.door = 1}});

    bool send(const Outgoing& message) override
    {
        if (up) sent.push_back(message);
        return up;
    }
    bool connected() const override { return up; }
    void online(sdk::SignOfLife sign) override { told.push_back("online " + std::string{sdk::to_word(sign)}); }
    void offline(std::string_view reason) override { told.push_back("offline " + std::string{reason}); }
    void alive() override { ++alive_told; }
    void restarted(std::string_view marker) override { told.push_back("restarted " + std::string{marker}); }
    void clock(std::int64_t time, sdk::Time) override { clocks.push_back(time); }
    void event(const sdk::DeviceEvent& event) override
    {
        events.push_back(event);
        told.push_back("event " + std::string{sdk::to_word(event.kind)});
    }
    void door(std::uint8_t door, const sdk::DoorState& state) override
    {
        told.push_back("door " + std::to_string(door) + " " + (state.lock ? std::string{sdk::to_word(*state.lock)} : "-") + " " +
                       (state.contact ? std::string{sdk::to_word(*state.contact)} : "-"));
    }
    void setup(sdk::SetupState state, std::string_view detail) override
    {
        told.push_back("setup " + std::string{sdk::to_word(state)} + (detail.empty() ? "" : " " + std::string{detail}));
    }
    void log(sdk::Level level, std::string_view) override { told.push_back("log " + std::string{sdk::to_word(level)}); }

    void hear(std::string_view json, bool retained = false) { device->message({"harbour/yard/send", json, retained, now}, now); }
    /// Acknowledgement of adduser or deletuid.
    void acknowledge(std::string_view type) { hear(R"({"type":")" + std::string{type} + R"(","ip":"10.20.0.31","hostname":"yard"})"); }
    void heartbeat(int uptime)
    {
        hear(R"({"type":"heartbeat","time":1772524800,"uptime":")" + std::to_string(uptime) + R"(","ip":"10.20.0.31","hostname":"yard"})");
    }
    void boot() { hear(R"({"type":"boot","time":1772524800,"uptime":"0","ip":"10.20.0.31","hostname":"yard"})"); }
    void row(const std::string& uid)
    {
        hear(R"({"cmd":"adduser","doorip":"10.20.0.31","uid":")" + uid + R"(","acctype":1,"validsince":0,"validuntil":4294967295})");
    }
    /// Time passes; the device is woken whenever it wanted to be.
    void pass(sdk::Milliseconds span);

    /// Starts an operation; its outcome lands in `applied`, `table` or `struck` when it is over.
    void apply(std::vector<sdk::Step> steps, sdk::Milliseconds budget = sdk::Milliseconds{20'000});
    void read(sdk::Milliseconds budget = sdk::Milliseconds{60'000});
    void strike(sdk::Milliseconds budget = sdk::Milliseconds{2'000});
    /// How it went, or "nothing yet".
    std::string set_door(sdk::DoorMode mode, sdk::Milliseconds budget = sdk::Milliseconds{2'000});

    /// A message on any topic.
    void hear_on(std::string_view topic, std::string_view payload, bool retained = false)
    {
        device->message({topic, payload, retained, now}, now);
    }
    /// What was sent since this was asked last, as "TOPIC PAYLOAD".
    std::vector<std::string> fresh();

    std::vector<std::string> commands() const; ///< the `cmd` of everything sent
    std::vector<std::string> verdicts() const; ///< of `applied`, as "unknown timeout"

    sdk::Time now{sdk::Milliseconds{1'000'000}};
    bool up = true;
    int alive_told = 0;
    std::vector<Outgoing> sent;
    std::vector<std::string> told;
    std::vector<sdk::DeviceEvent> events;
    std::vector<std::int64_t> clocks; ///< as told
    std::optional<sdk::Applied> applied;
    std::optional<sdk::Table> table;
    std::optional<sdk::Verdict> struck, moded;
    std::shared_ptr<const profile::MqttProfile> profile;
    std::unique_ptr<Device> device;

private:
    std::size_t seen_ = 0; ///< of `sent`
};

sdk::Step put(std::string key, std::string tag = "g:1");
sdk::Step drop(std::string key);
std::string text_of(const sdk::Verdict& verdict);
std::vector<std::string> keys_of(const sdk::Table& table);

} // namespace gatehouse::mqtt
