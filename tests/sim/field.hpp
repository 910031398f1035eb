#pragma once

#include "devices/channel.hpp"
#include "sim/agenda.hpp"
#include "sim/controller.hpp"
#include "sim/dice.hpp"
#include "sim/trace.hpp"

#include <memory>
#include <set>

namespace gatehouse::sim {

namespace json = boost::json;

/// Driver programs and the controllers behind them: everything beyond the driver-protocol seam. Speaks docs/driver-protocol.md.
class Field final : public devices::Launcher {
public:
    Field(std::uint64_t seed, base::ManualClock& clock, Agenda& agenda, Dice& dice, Trace& trace);

    Controller& add(std::string line, std::string driver, std::string key);
    std::map<std::string, Controller>& controllers() { return controllers_; }
    const std::map<std::string, std::string>& lines() const { return drivers_; } ///< their drivers
    std::set<std::string> drivers() const;

    void crash(const std::string& driver, std::string reason = "signal 11");
    void hang(const std::string& driver, bool hangs);
    void start_fails(const std::string& driver, bool fails);
    void line_goes(const std::string& line);
    void line_comes(const std::string& line);
    void power_fails(Controller& controller, Controller::Memory memory);
    /// The controller's clock shows another time from here on.
    void set_clock(Controller& controller, base::milliseconds ahead);
    base::Instant right_time() const { return begun_ + std::chrono::floor<base::milliseconds>(now().time_since_epoch()); }
    /// Trouble begins or ends; the driver says what it can see of it.
    void set(Controller& controller, const Troubles& troubles);
    void notify(const Controller& controller, json::object message);
    /// Ends every trouble; everything shows life.
    void heal();

    /// Whether a driver serves the controller now, and nothing keeps a request from it.
    bool reachable(const Controller& controller) const;
    bool line_down(const std::string& line) const { return down_.contains(line); }

    const std::uint64_t seed;
    std::function<void(Controller&, const json::object& request)> on_table_request; ///< when it leaves the daemon
    std::function<void(Controller&, const json::object& step)> on_step_done;        ///< carried out in time
    /// A row that was asked for alone, and when; the daemon hears of it next.
    std::function<void(Controller&, const std::string& name, const std::optional<Row>&, base::Monotonic asked)> on_shown_alone;
    std::function<void(Controller&)> on_busy_twice;    ///< a second table request while one is outstanding
    std::function<void(const json::object&)> on_other; ///< any other request

    base::Result<devices::Manifest> manifest(const std::string& driver) override;
    base::Result<std::unique_ptr<devices::Channel>> launch(const std::string& driver, devices::ChannelEvents events) override;
    std::string profiles() const override { return "/profiles"; }
    base::Result<std::string> secret(std::string_view) override { return std::string{"open sesame"}; }

private:
    class Pipe;
    struct Alone { ///< what was asked for alone behind a step
        std::string name;
        std::optional<Row> row;
        base::Monotonic asked;
    };
    struct Work { ///< a table request under way
        std::string id, type;
        json::array steps, verdicts;
        std::vector<Alone> alone;
        base::Monotonic deadline, begun;
        Table snapshot;
        std::uint64_t version = 0; ///< of the table in the snapshot
        bool over = false;
    };
    using WorkPointer = std::shared_ptr<Work>;
    struct Pages { ///< of a read that is answered page by page
        Table rest;
        std::uint64_t version = 0;
        bool complete = false;
        base::Monotonic begun{};
        std::string cursor;
    };
    struct Process {
        std::string driver;
        devices::ChannelEvents events;
        bool alive = true;
        std::set<std::string> open, attached;
        std::map<std::string, std::vector<WorkPointer>> under_way;
        std::map<std::string, Pages> pages;
    };
    using ProcessPointer = std::shared_ptr<Process>;

    void take(const ProcessPointer& process, const std::string& line);
    void attach(const ProcessPointer& process, const json::object& request);
    void table_request(const ProcessPointer& process, const json::object& request, Controller& controller);
    void begin_step(const ProcessPointer& process, const WorkPointer& work, Controller& controller);
    void next_step(const ProcessPointer& process, const WorkPointer& work, Controller& controller, json::object verdict,
                   base::Monotonic when);
    void do_step(const ProcessPointer& process, const WorkPointer& work, Controller& controller);
    void ask_alone(const ProcessPointer& process, const WorkPointer& work, Controller& controller, const json::object& step);
    void arrive_late(Controller& controller, json::object step, base::microseconds after);
    void begin_read(const ProcessPointer& process, const WorkPointer& work, Controller& controller);
    void end_read(const ProcessPointer& process, const WorkPointer& work, Controller& controller, std::string partial);
    bool next_page(const ProcessPointer& process, const json::object& request, Controller& controller);
    void show(Controller& controller, const std::string& id, const ProcessPointer& process, Pages pages, std::string partial);
    void give_up(const Controller& controller, std::string_view reason);
    void tell_clock(Controller& controller);
    void tick(Controller& controller);
    void finish(const ProcessPointer& process, const WorkPointer& work, json::object fields);
    void answer(const ProcessPointer& process, std::string id, json::object fields);
    void say(const ProcessPointer& process, json::object message);
    void say_soon(const ProcessPointer& process, json::object message);
    ProcessPointer serving(const Controller& controller) const;
    json::object about(const Controller& controller, std::string_view type) const;
    std::string now_text() const;
    base::Monotonic now() const { return clock_.now(); }

    base::ManualClock& clock_;
    base::Instant begun_;
    Agenda& agenda_;
    Dice& dice_;
    Trace& trace_;
    std::map<std::string, Controller> controllers_;
    std::map<std::string, std::string> drivers_; ///< by line
    std::map<std::string, ProcessPointer> processes_;
    std::set<std::string> hung_, unstartable_, down_;
    std::uint64_t cursor_ = 0;
};

/// A field of text; empty when there is none.
std::string text_in(const json::object& object, std::string_view field);

} // namespace gatehouse::sim
