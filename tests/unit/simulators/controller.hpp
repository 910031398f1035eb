#pragma once

#include "mqtt/board.hpp"
#include "mqtt/control.hpp"
#include "mqtt/firmware.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::simulators::mqtt {

/// A controller on the bench: switched on, connected, its clock in the test's hand. Texts are what it published.
class BenchController {
public:
    explicit BenchController(Installation chosen = {.hostname = "front-1", .topic = "site/front"}, std::uint64_t seed = 7)
        : board{"192.168.4.11", common::Flash{}, default_config(chosen), seed}
    {
        power_on(board, now);
        said = texts(connected(board, now));
        heard_first_heartbeat();
    }

    std::vector<std::string> command(std::string_view text) { return texts(receive(board, text, now)); }
    std::vector<std::string> turn_after(std::chrono::milliseconds wait)
    {
        pass(wait);
        return texts(turn(board, now));
    }
    std::vector<std::string> add(std::string_view uid, std::string_view more = R"(,"acctype":1,"validuntil":4294967295,"pincode":"")")
    {
        return command(R"({"cmd":"adduser","doorip":"192.168.4.11","uid":")" + std::string{uid} + R"(","user":"Ada")" + std::string{more} +
                       "}");
    }
    std::vector<std::string> list() { return command(R"({"cmd":"getuserlist","doorip":"192.168.4.11"})"); }
    std::string access(std::string_view uid, std::optional<std::string> pin = {})
    {
        auto presented = present(board, {.uid = std::string{uid}, .pin = std::move(pin)}, now);
        said = texts(presented.output);
        return presented.decided ? boost::json::serialize(presented.access) : "nothing";
    }
    boost::json::object control(std::string_view request)
    {
        auto handled = handle(boost::json::parse({request.data(), request.size()}).as_object(), board, now);
        restarts = handled.output.restarts;
        said = texts(handled.output);
        return handled.answer;
    }
    void fault(std::string_view name, std::string_view value)
    {
        control(R"({"op":"fault","name":")" + std::string{name} + R"(","value":)" + std::string{value} + "}");
    }
    void reboot()
    {
        power_off(board);
        power_on(board, now);
        said = texts(connected(board, now));
        restarts = false;
    }
    void pass(std::chrono::milliseconds wait)
    {
        now.running += wait;
        now.wall = start_wall + std::chrono::floor<std::chrono::seconds>(now.running);
    }
    std::vector<std::string> stored() const
    {
        std::vector<std::string> names;
        for (const auto& record : board.flash.records()) names.push_back(record.first);
        return names;
    }

    static constexpr std::chrono::sys_seconds start_wall{std::chrono::seconds{1'700'000'000}}; // a Tuesday, 22:13:20 UTC
    common::Moment now{.running = {}, .wall = start_wall};
    Board board;
    std::vector<std::string> said; ///< at the last step that did not return its messages
    bool restarts = false;

private:
    std::vector<std::string> texts(const Output& out)
    {
        restarts = restarts || out.restarts;
        std::vector<std::string> list;
        for (const auto& message : out.messages) list.push_back(message.payload);
        return list;
    }
    void heard_first_heartbeat()
    {
        for (auto& text : texts(turn(board, now))) said.push_back(std::move(text));
    }
};

} // namespace gatehouse::simulators::mqtt
