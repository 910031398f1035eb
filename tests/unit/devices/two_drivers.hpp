#pragma once

#include "devices/fleet.hpp"
#include "fixtures/modelled_device.hpp"
#include "unit/ledger/desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gmock/gmock.h>

namespace gatehouse::tests {

using namespace std::chrono_literals;

inline const auto first_device = id<model::DeviceId>(21), other_device = id<model::DeviceId>(22);

/// Two lines of two drivers, a device on each.
class TwoDrivers final : public devices::Launcher {
public:
    base::Result<devices::Manifest> manifest(const std::string& driver) override { return of(driver).manifest(driver); }
    base::Result<std::unique_ptr<devices::Channel>> launch(const std::string& driver, devices::ChannelEvents events) override
    {
        return of(driver).launch(driver, std::move(events));
    }
    std::string profiles() const override { return "/profiles"; }
    base::Result<std::string> secret(std::string_view) override { return first.word; }
    ModelledDriver& of(const std::string& driver) { return driver == "mqtt" ? first : other; }

    ModelledDriver first, other;
};

class SupervisionTest : public testing::Test {
public:
    SupervisionTest()
    {
        auto rows = small_site();
        for (auto& mutation : rows)
            if (auto* device = std::get_if<model::Device>(&mutation.row)) device->key = "yard";
        model::Device hall;
        hall.id = other_device;
        hall.key = "hall";
        hall.line = id<model::LineId>(19);
        rows.insert(rows.begin(), {model::put(model::Line{.id = id<model::LineId>(19), .key = "bus", .driver = "osdp"}), model::put(hall)});
        for (const auto& row : rows) EXPECT_TRUE(directory.apply(row));
        launcher.first.use(clock);
        launcher.other.use(clock);
        driver.device("yard").capabilities = {{"stores_credentials", true}};
        fleet.on_notification([this](const devices::Notification& told) { heard.push_back(told); });
    }

    void start()
    {
        fleet.refresh();
        run_for(100ms);
    }
    void settle()
    {
        core.restart();
        core.poll();
    }
    /// Exchanges a row and lets the fleet know, as a reload does.
    void change(model::Row row)
    {
        EXPECT_TRUE(directory.apply(model::put(std::move(row))));
        fleet.refresh();
        run_for(100ms);
    }
    /// Requests the process got since, by type and what they are about: "attach yard".
    std::vector<std::string> asked_since(std::size_t from) const
    {
        std::vector<std::string> found;
        for (auto at = from; at < driver.sent.size(); ++at) {
            const auto& line = driver.sent[at];
            const std::string type{line.at("type").as_string()};
            const auto* about = line.if_contains(type.ends_with("_line") ? "line" : "device");
            if (type != "ping") found.push_back(type + (about == nullptr ? "" : " " + std::string{about->as_string()}));
        }
        return found;
    }
    bool run_until(const std::function<bool()>& reached, base::microseconds limit = 120s)
    {
        for (const auto end = clock.now() + limit;;) {
            settle();
            launcher.first.act();
            launcher.other.act();
            settle();
            if (reached()) return true;
            const auto due = std::min(launcher.first.next_due(), launcher.other.next_due());
            if (due <= clock.now()) continue;
            if (clock.now() >= end) return false;
            clock.advance_to(std::min({end, due, clock.next_due()}));
        }
    }
    void run_for(base::microseconds span)
    {
        run_until([this, end = clock.now() + span] { return clock.now() >= end; }, span);
    }
    bool attached(const model::DeviceId& device = first_device) const { return fleet.status(device)->attached; }
    std::size_t processes() const { return launcher.first.launched.size(); }
    int asked(std::string_view type) const
    {
        return static_cast<int>(std::count_if(driver.sent.begin(), driver.sent.end(),
                                              [type](const boost::json::object& line) { return line.at("type").as_string() == type; }));
    }
    std::string last_id(std::string_view type) const
    {
        for (auto line = driver.sent.rbegin(); line != driver.sent.rend(); ++line)
            if (line->at("type").as_string() == type) return std::string{line->at("id").as_string()};
        return {};
    }

    /// Asks for a strike; the outcome appears when there is one.
    std::shared_ptr<std::optional<devices::Outcome>> strike(base::milliseconds budget = 1s)
    {
        auto outcome = std::make_shared<std::optional<devices::Outcome>>();
        auto keep = [outcome](const std::exception_ptr&, devices::Outcome told) { *outcome = std::move(told); };
        asio::co_spawn(core, fleet.strike(first_device, 0, 5s, budget), keep);
        settle();
        return outcome;
    }

    base::ManualClock clock;
    asio::io_context core;
    model::Directory directory;
    TwoDrivers launcher;
    ModelledDriver& driver = launcher.first;
    devices::Fleet fleet{directory, clock, core.get_executor(), launcher};
    std::vector<devices::Notification> heard;
};

} // namespace gatehouse::tests
