#include "sim/field.hpp"

namespace gatehouse::sim {

using base::milliseconds;
using base::seconds;

std::string text_in(const json::object& object, std::string_view field)
{
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

class Field::Pipe final : public devices::Channel {
public:
    Pipe(Field& field, ProcessPointer process) : field_{field}, process_{std::move(process)} {}
    ~Pipe() override { process_->alive = false; }
    bool send(std::string line) override
    {
        field_.trace_.add(">" + process_->driver, line);
        field_.take(process_, line);
        return true;
    }
    void close_input() override { field_.crash(process_->driver, "exit code 0"); }

private:
    Field& field_;
    ProcessPointer process_;
};

Field::Field(std::uint64_t number, base::ManualClock& clock, Agenda& agenda, Dice& dice, Trace& trace)
    : seed{number}, clock_{clock}, begun_{clock.wall()}, agenda_{agenda}, dice_{dice}, trace_{trace}
{
}

Controller& Field::add(std::string line, std::string driver, std::string key)
{
    drivers_[line] = std::move(driver);
    auto& controller = controllers_[key];
    controller.key = std::move(key);
    controller.line = std::move(line);
    controller.told = [this](const std::string& what) { trace_.add("table", what); };
    return controller;
}

std::set<std::string> Field::drivers() const
{
    std::set<std::string> found;
    for (const auto& [line, driver] : drivers_) found.insert(driver);
    return found;
}

base::Result<devices::Manifest> Field::manifest(const std::string&)
{
    return devices::Manifest{.protocol = 1, .lines_per_process = 64, .maturity = "stable"};
}

base::Result<std::unique_ptr<devices::Channel>> Field::launch(const std::string& driver, devices::ChannelEvents events)
{
    trace_.add("launch", driver);
    if (unstartable_.contains(driver)) return base::fail(base::Fault::internal, "no process could be started");
    auto process = std::make_shared<Process>();
    process->driver = driver;
    process->events = std::move(events);
    processes_[driver] = process;
    return std::unique_ptr<devices::Channel>{std::make_unique<Pipe>(*this, process)};
}

std::string Field::now_text() const
{
    return std::to_string(std::chrono::floor<milliseconds>(now().time_since_epoch()).count());
}

void Field::say(const ProcessPointer& process, json::object message)
{
    if (!process->alive || hung_.contains(process->driver)) return;
    const auto line = json::serialize(message);
    trace_.add("<" + process->driver, line);
    process->events.line(line);
}

void Field::say_soon(const ProcessPointer& process, json::object message)
{
    agenda_.in(base::microseconds{300}, [this, process, message = std::move(message)] { say(process, message); });
}

void Field::answer(const ProcessPointer& process, std::string id, json::object fields)
{
    fields["type"] = "answer";
    fields["id"] = id;
    say_soon(process, std::move(fields));
}

void Field::finish(const ProcessPointer& process, const WorkPointer& work, json::object fields)
{
    if (std::exchange(work->over, true)) return;
    fields["type"] = "answer";
    fields["id"] = work->id;
    say(process, std::move(fields));
}

void Field::take(const ProcessPointer& process, const std::string& line)
{
    if (!process->alive || hung_.contains(process->driver)) return;
    const auto request = json::parse(line).as_object();
    const auto type = text_in(request, "type"), id = text_in(request, "id"), device = text_in(request, "device");
    if (type == "hello") return answer(process, id, {{"verdict", "acknowledged"}, {"version", 1}});
    if (type == "open_line") {
        process->open.insert(text_in(request, "line"));
        if (down_.contains(text_in(request, "line")))
            say_soon(process, {{"type", "offline"}, {"line", text_in(request, "line")}, {"at", now_text()}, {"reason", "connection_lost"}});
    }
    if (type == "close_line") process->open.erase(text_in(request, "line"));
    if (type == "attach") return attach(process, request);
    if (type == "detach") process->attached.erase(device);
    if (type == "read_table" || type == "apply") return table_request(process, request, controllers_.at(device));
    if (type != "open_line" && type != "close_line" && type != "detach" && type != "ping" && type != "shutdown" && on_other)
        on_other(request);
    answer(process, id, {{"verdict", "acknowledged"}});
    if (type == "shutdown") crash(process->driver, "exit code 0");
}

void Field::attach(const ProcessPointer& process, const json::object& request)
{
    auto& controller = controllers_.at(text_in(request, "device"));
    if (on_other) on_other(request);
    if (!process->attached.insert(controller.key).second)
        return answer(process, text_in(request, "id"), {{"verdict", "refused"}, {"reason", "already_attached"}});
    answer(process, text_in(request, "id"),
           {{"verdict", "acknowledged"}, {"capabilities", controller.traits.capabilities()}, {"doors", json::array{}}});
    const auto& troubles = controller.troubles;
    if (troubles.silent || troubles.away || down_.contains(controller.line)) return;
    auto online = about(controller, "online");
    online["reason"] = "attached";
    say_soon(process, std::move(online));
    if (controller.traits.tells_clock && !std::exchange(controller.ticks, true)) tick(controller);
}

/// As a driver that hears its heartbeats does.
void Field::tick(Controller& controller)
{
    agenda_.in(seconds{1} + seconds{dice_.between(0, 20)}, [this, &controller] {
        tell_clock(controller);
        tick(controller);
    });
}

void Field::tell_clock(Controller& controller)
{
    if (!controller.traits.tells_clock || controller.troubles.silent || controller.troubles.away || !reachable(controller)) return;
    auto clock = about(controller, "clock");
    clock["time"] = std::to_string(std::chrono::floor<seconds>(right_time() + controller.ahead).time_since_epoch().count());
    const bool same = controller.told_clock && controller.told_clock->ahead == controller.ahead;
    controller.told_clock = {controller.ahead, same ? controller.told_clock->at : now()};
    notify(controller, std::move(clock));
}

void Field::set_clock(Controller& controller, milliseconds ahead)
{
    trace_.add("controller clock", controller.key + " " + std::to_string(ahead.count()));
    controller.ahead = ahead;
    if (dice_.percent(50)) tell_clock(controller);
}

json::object Field::about(const Controller& controller, std::string_view type) const
{
    return {{"type", type}, {"line", controller.line}, {"device", controller.key}, {"at", now_text()}};
}

Field::ProcessPointer Field::serving(const Controller& controller) const
{
    const auto found = processes_.find(drivers_.at(controller.line));
    if (found == processes_.end() || !found->second->alive || !found->second->attached.contains(controller.key)) return nullptr;
    return found->second;
}

bool Field::reachable(const Controller& controller) const
{
    return serving(controller) != nullptr && !hung_.contains(drivers_.at(controller.line)) && !down_.contains(controller.line);
}

void Field::notify(const Controller& controller, json::object message)
{
    if (const auto process = serving(controller)) say(process, std::move(message));
}

void Field::crash(const std::string& driver, std::string reason)
{
    const auto found = processes_.find(driver);
    if (found == processes_.end() || !found->second->alive) return;
    agenda_.in(base::microseconds{0}, [this, process = found->second, reason = std::move(reason)] {
        if (!std::exchange(process->alive, false)) return;
        trace_.add("crash", process->driver);
        for (auto& [device, works] : process->under_way)
            for (const auto& work : works) work->over = true;
        process->events.ended(reason);
    });
}

void Field::hang(const std::string& driver, bool hangs)
{
    trace_.add(hangs ? "hang" : "unhang", driver);
    if (hangs)
        hung_.insert(driver);
    else
        hung_.erase(driver);
}

void Field::start_fails(const std::string& driver, bool fails)
{
    if (fails)
        unstartable_.insert(driver);
    else
        unstartable_.erase(driver);
}

void Field::line_goes(const std::string& line)
{
    if (!down_.insert(line).second) return;
    trace_.add("line", line + " goes");
    const auto found = processes_.find(drivers_.at(line));
    if (found == processes_.end() || !found->second->open.contains(line)) return;
    for (const auto& [key, controller] : controllers_)
        if (controller.line == line) give_up(controller, "line_lost");
    say(found->second, {{"type", "offline"}, {"line", line}, {"at", now_text()}, {"reason", "connection_lost"}});
}

void Field::line_comes(const std::string& line)
{
    if (down_.erase(line) == 0) return;
    trace_.add("line", line + " comes");
    const auto found = processes_.find(drivers_.at(line));
    if (found == processes_.end() || !found->second->open.contains(line)) return;
    say(found->second, {{"type", "online"}, {"line", line}, {"at", now_text()}, {"reason", "connected"}});
    for (const auto& [key, controller] : controllers_) {
        if (controller.line != line || controller.troubles.silent || controller.troubles.away) continue;
        auto online = about(controller, "online");
        online["reason"] = dice_.percent(50) ? "connected" : "heartbeat";
        notify(controller, std::move(online));
    }
}

/// What is outstanding ends without a clear answer.
void Field::give_up(const Controller& controller, std::string_view reason)
{
    const auto process = serving(controller);
    if (process == nullptr) return;
    process->pages.erase(controller.key);
    const auto works = process->under_way[controller.key];
    for (const auto& work : works) finish(process, work, {{"verdict", "unknown"}, {"reason", reason}});
}

void Field::power_fails(Controller& controller, Controller::Memory memory)
{
    trace_.add("power", controller.key);
    controller.power_fails(memory, [this] { return dice_.percent(50); });
    give_up(controller, "restarted");
    if (controller.troubles.silent || controller.troubles.away || down_.contains(controller.line)) return;
    auto restarted = about(controller, "restarted");
    restarted["marker"] = "boot:" + now_text();
    if (reachable(controller)) controller.restarted_at = now();
    notify(controller, std::move(restarted));
}

void Field::set(Controller& controller, const Troubles& troubles)
{
    const auto before = std::exchange(controller.troubles, troubles);
    if (before == troubles) return;
    trace_.add("troubles", controller.key);
    if (troubles.away && !before.away) {
        give_up(controller, "lost");
        auto offline = about(controller, "offline");
        offline["reason"] = "no_heartbeat";
        notify(controller, std::move(offline));
    }
    const bool back = (before.away || before.silent) && !troubles.away && !troubles.silent && !down_.contains(controller.line);
    if (!back) return;
    give_up(controller, "sign_of_life");
    auto online = about(controller, "online");
    online["reason"] = before.away ? "connected" : "heartbeat";
    notify(controller, std::move(online));
}

void Field::heal()
{
    hung_.clear();
    unstartable_.clear();
    for (auto& [key, controller] : controllers_) {
        set(controller, {});
        controller.ahead = {};
    }
    const auto lines = down_;
    for (const auto& line : lines) line_comes(line);
    for (auto& [key, controller] : controllers_) {
        auto online = about(controller, "online");
        online["reason"] = "heartbeat";
        notify(controller, std::move(online));
        tell_clock(controller);
    }
}

} // namespace gatehouse::sim
