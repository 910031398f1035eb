#pragma once

#include "drivers/driver_process.hpp"

#include <boost/json/serialize.hpp>
#include <string>

namespace gatehouse::mqtt {

/// The driver program with one line, and the requests tests make of it.
class Site {
public:
    explicit Site(const std::string& url, const std::string& more_endpoint = "", const std::string& secrets = "{}") : driver{MQTT_DRIVER}
    {
        driver.ask("hello", R"(,"versions":[1],"daemon":"test","profiles":")" SHIPPED_PROFILES "\"");
        opened = driver.ask("open_line", R"(,"endpoint":{"url":")" + url + "\"" + more_endpoint + R"(},"secrets":)" + secrets);
    }

    std::string verdict(const boost::json::object& answer)
    {
        return answer.contains("verdict") ? std::string{answer.at("verdict").as_string()} : "none";
    }

    boost::json::object attach(const std::string& device, const std::string& topic, const std::string& ip)
    {
        return driver.ask("attach", named(device) + R"(,"profile":"esp-rfid/2.0","params":{"topic":")" + topic + R"(","ip":")" + ip +
                                        R"(","hostname":")" + device +
                                        R"("},"secrets":{},"doors":[{"door":1,"mode":"locked"}],"inputs":[])");
    }
    std::string put_text(const std::string& key)
    {
        return R"({"op":"put","key":")" + key +
               R"(","key_kind":"card_uid_hex","doors":[1],"from":"1772524800","until":"4000000000","label":"Dan","tag":"g:1"})";
    }
    std::string drop_text(const std::string& key) { return R"({"op":"drop","key":")" + key + R"(","key_kind":"card_uid_hex"})"; }

    std::string start_apply(const std::string& device, const std::string& steps, int budget_ms = 5000)
    {
        return driver.request("apply", named(device) + R"(,"steps":[)" + steps + "]", sdk::Milliseconds{budget_ms});
    }
    std::string apply(const std::string& device, const std::string& steps, int budget_ms = 5000)
    {
        return text(driver.answer(start_apply(device, steps, budget_ms)), "steps");
    }
    std::string start_read(const std::string& device) { return driver.request("read_table", named(device), sdk::Milliseconds{40'000}); }
    /// The answer of a request that may take longer than one wait.
    boost::json::object patient_answer(const std::string& id)
    {
        for (int i = 0; i < 8; ++i)
            if (auto answer = driver.answer(id); !answer.empty()) return answer;
        return {};
    }
    bool told(const std::string& type, const std::string& device)
    {
        return driver
            .find([&type, &device](const boost::json::object& line) {
                const auto* name = line.if_contains("device");
                return line.at("type").as_string() == type && (device.empty() ? !name : name && name->as_string() == device);
            })
            .has_value();
    }

    static std::string named(const std::string& device) { return R"(,"device":")" + device + "\""; }
    static std::string text(const boost::json::object& answer, const char* member)
    {
        return answer.contains(member) ? boost::json::serialize(answer.at(member)) : boost::json::serialize(answer);
    }

    drivers::DriverProcess driver;
    boost::json::object opened;
};

} // namespace gatehouse::mqtt
