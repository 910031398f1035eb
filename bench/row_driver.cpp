#include "fixtures/broker.hpp"
#include "mqtt_peers.hpp"
#include "piped.hpp"
#include "rows.hpp"

#include <boost/json/parse.hpp>

#include <sstream>
#include <stdexcept>

namespace gatehouse::bench {

namespace {

namespace json = boost::json;

std::string deadline()
{
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()); // CLOCK_MONOTONIC
    return std::to_string(now.count() + 10'000);
}

/// The MQTT driver with so many controllers, as the daemon has it.
class Gate {
public:
    Gate(const std::string& url, int devices) : driver_{{MQTT_DRIVER}}
    {
        ask(R"("type":"hello","versions":[1],"daemon":"bench","profiles":")" SHIPPED_PROFILES "\"");
        ask(R"("type":"open_line","line":"l","secrets":{},"endpoint":{"url":")" + url + R"("},"deadline":")" + deadline() + "\"");
        for (int device = 0; device < devices; ++device)
            ask(R"("type":"attach","line":"l","device":"d)" + std::to_string(device) + R"(","profile":"esp-rfid/2.0","params":{"topic":")" +
                topic_of(device) + R"(","ip":")" + ip_of(device) + R"(","hostname":"d)" + std::to_string(device) +
                R"("},"secrets":{},"doors":[{"door":1,"mode":"locked"}],"inputs":[],"deadline":")" + deadline() + "\"");
        while (remove("04a1b2c3") != "acknowledged") { // until the broker is there
        }
    }

    void start_removal(int device, const std::string& key = "04a1b2c3")
    {
        driver_.send(R"({"id":")" + std::to_string(++id_) + R"(","type":"apply","line":"l","device":"d)" + std::to_string(device) +
                     R"(","deadline":")" + deadline() + R"(","steps":[{"op":"drop","key":")" + key + R"(","key_kind":"card_uid_hex"}]})");
    }
    /// The number of the request that was answered, and how: the word of its step, or its own.
    std::pair<int, std::string> next_answer()
    {
        for (;;) {
            const auto line = json::parse(driver_.next());
            if (line.at("type").as_string() != "answer") continue;
            const auto* steps = line.as_object().if_contains("steps");
            const auto& judged = steps != nullptr && !steps->as_array().empty() ? steps->as_array()[0] : line;
            return {std::stoi(std::string{line.at("id").as_string()}), std::string{judged.at("verdict").as_string()}};
        }
    }
    std::string remove(const std::string& key)
    {
        start_removal(0, key);
        return next_answer().second;
    }
    void leave_the_core() { driver_.leave_the_core(); }
    int last_id() const { return id_; }

private:
    void ask(const std::string& members)
    {
        driver_.send(R"({"id":")" + std::to_string(++id_) + "\"," + members + "}");
        if (const auto word = next_answer().second; word != "acknowledged") throw std::runtime_error{"the driver says " + word};
    }

    Piped driver_;
    int id_ = 0;
};

/// The same over a bare pipe: a line there and back.
double microseconds_of_a_pipe(int rounds)
{
    Piped pipe{{own_path(), "echo"}};
    const std::string line(200, 'x');
    std::vector<double> spans;
    for (int round = 0; round < rounds; ++round) {
        const auto begun = Clock::now();
        pipe.send(line);
        pipe.next();
        spans.push_back(Seconds{Clock::now() - begun}.count() * 1e6);
    }
    return median(std::move(spans));
}

/// A request that goes through the whole driver and no further: its key is longer than any that a controller keeps.
double microseconds_of_a_driver(Gate& gate, int rounds)
{
    std::vector<double> spans;
    for (int round = 0; round < rounds; ++round) {
        const auto begun = Clock::now();
        if (gate.remove("04a1b2c304a1b2c304a1b2c304a1b2c3") != "refused") throw std::runtime_error{"a key that is too long is not refused"};
        spans.push_back(Seconds{Clock::now() - begun}.count() * 1e6);
    }
    return median(std::move(spans));
}

struct Pace {
    double p50_us = 0, rate = 0;
};

Pace floor_pace(const std::string& uri, int devices, int rounds)
{
    Piped floor{{own_path(), "commander", "--uri", uri, "--devices", std::to_string(devices), "--rounds", std::to_string(rounds)}};
    floor.leave_the_core();
    std::istringstream words{floor.next()};
    Pace pace;
    words >> pace.p50_us >> pace.rate;
    return pace;
}

Pace driver_pace(const std::string& url, int devices, int rounds)
{
    Gate gate{url, devices};
    gate.leave_the_core();
    std::vector<Clock::time_point> sent(static_cast<std::size_t>(devices));
    std::vector<double> spans;
    const int first = gate.last_id() + 1;
    std::vector<int> device_of;
    const auto start = [&](int device) {
        device_of.push_back(device);
        sent[static_cast<std::size_t>(device)] = Clock::now();
        gate.start_removal(device);
    };
    const auto begun = Clock::now();
    for (int device = 0; device < devices; ++device) start(device);
    for (int done = 0; done < devices * rounds; ++done) {
        const auto [id, word] = gate.next_answer();
        if (word != "acknowledged") throw std::runtime_error{"a removal is " + word};
        const int device = device_of.at(static_cast<std::size_t>(id - first));
        spans.push_back(Seconds{Clock::now() - sent[static_cast<std::size_t>(device)]}.count() * 1e6);
        if (static_cast<int>(device_of.size()) < devices * rounds) start(device);
    }
    const Seconds took = Clock::now() - begun;
    const auto commands = static_cast<double>(spans.size());
    return {median(std::move(spans)), commands / took.count()};
}

} // namespace

void measure_driver(const Plan& plan, Table& table)
{
    const fixtures::Broker broker{{"set_tcp_nodelay true", "max_queued_messages 0", "max_inflight_messages 0"}};
    Piped controllers{{own_path(), "controllers", "--uri", broker.uri()}};
    controllers.next(); // they are there
    const int rounds = plan.runs < 5 ? 300 : 3'000;
    std::vector<double> pipe, hop, above, floor_p50, our_p50, floor_rate, our_rate;
    for (int run = 0; run < plan.runs; ++run) {
        Gate gate{broker.url(), 1};
        pipe.push_back(microseconds_of_a_pipe(rounds));
        hop.push_back(microseconds_of_a_driver(gate, rounds));
        above.push_back(hop.back() - pipe.back());
    }
    for (int run = 0; run < plan.runs; ++run) {
        floor_p50.push_back(floor_pace(broker.uri(), 1, rounds).p50_us);
        our_p50.push_back(driver_pace(broker.url(), 1, rounds).p50_us);
        floor_rate.push_back(floor_pace(broker.uri(), 100, rounds / 15).rate);
        our_rate.push_back(driver_pace(broker.url(), 100, rounds / 15).rate);
    }
    table.add({"8", "through the driver process and back, p50; floor: a bare pipe", number(median(pipe), "µs"), number(median(hop), "µs"),
               number(median_ratio(hop, pipe)), "≤ floor + 60 µs", verdict(median(above) <= 60)});
    const auto goal = 2 * median(floor_p50) + median(hop);
    table.add({"8", "MQTT command → controller's answer, p50, one in flight; floor: paho", number(median(floor_p50), "µs"),
               number(median(our_p50), "µs"), number(median_ratio(our_p50, floor_p50)), "≤ 2 × floor + driver = " + number(goal, "µs"),
               verdict(median(our_p50) <= goal)});
    const auto share = median_ratio(our_rate, floor_rate);
    table.add({"8", "commands/s at 100 controllers, one in flight at each", number(median(floor_rate)), number(median(our_rate)),
               number(share), "≥ 0.6", verdict(share >= 0.6)});
}

} // namespace gatehouse::bench
