#include "sdk/reporter.hpp"

#include "sdk/json_text.hpp"
#include "sdk/outbox.hpp"

#include <boost/json/object.hpp>

namespace gatehouse::sdk {

namespace json = boost::json;

namespace {

json::object note(std::string_view type, const std::string& line, const std::string& device, Time at)
{
    json::object object{{"type", type}, {"line", line}};
    if (!device.empty()) object["device"] = device;
    object["at"] = std::to_string(at.time_since_epoch().count());
    return object;
}

} // namespace

Reporter::Reporter(std::shared_ptr<Outbox> outbox, std::string line) : outbox_{std::move(outbox)}, line_{std::move(line)} {}

void Reporter::line_online() const
{
    online({}, SignOfLife::connected);
}

void Reporter::line_offline(std::string_view reason) const
{
    offline({}, reason);
}

void Reporter::online(const std::string& device, SignOfLife reason) const
{
    auto object = note("online", line_, device, now());
    object["reason"] = to_word(reason);
    outbox_->notify("online", "life/" + line_ + "/" + device, to_line(object));
}

void Reporter::offline(const std::string& device, std::string_view reason) const
{
    auto object = note("offline", line_, device, now());
    put_text(object, "reason", reason, 64);
    outbox_->notify("offline", "life/" + line_ + "/" + device, to_line(object));
}

void Reporter::alive(const std::string& device) const
{
    outbox_->notify("alive", "alive/" + line_ + "/" + device, to_line(note("alive", line_, device, now())));
}

void Reporter::presented(const std::string& device, const Presented& what, Time at) const
{
    auto object = note("presented", line_, device, at);
    object["reader"] = what.reader;
    object["kind"] = to_word(what.kind);
    object["value"] = clean(what.value, 64);
    if (what.kind == PresentedKind::card_bits) object["bits"] = what.bits;
    outbox_->notify("presented", {}, to_line(object));
}

void Reporter::door(const std::string& device, std::uint8_t door, const DoorState& state) const
{
    auto object = note("door", line_, device, now());
    object["door"] = door;
    if (state.contact) object["contact"] = to_word(*state.contact);
    if (state.lock) object["lock"] = to_word(*state.lock);
    outbox_->notify("door", "door/" + device + "/" + std::to_string(door), to_line(object));
}

void Reporter::input(const std::string& device, std::uint8_t input, bool active) const
{
    auto object = note("input", line_, device, now());
    object["input"] = input;
    object["active"] = active;
    outbox_->notify("input", "input/" + device + "/" + std::to_string(input), to_line(object));
}

void Reporter::tamper(const std::string& device, bool active, std::string_view detail) const
{
    auto object = note("tamper", line_, device, now());
    object["active"] = active;
    put_text(object, "detail", detail, 256);
    outbox_->notify("tamper", "tamper/" + device, to_line(object));
}

void Reporter::restarted(const std::string& device, std::string_view marker, std::string_view detail) const
{
    auto object = note("restarted", line_, device, now());
    put_text(object, "marker", marker, 64);
    put_text(object, "detail", detail, 256);
    outbox_->notify("restarted", "restarted/" + device, to_line(object));
}

void Reporter::clock(const std::string& device, std::int64_t time, Time at) const
{
    auto object = note("clock", line_, device, at);
    object["time"] = std::to_string(time);
    outbox_->notify("clock", "clock/" + device, to_line(object));
}

void Reporter::setup(const std::string& device, SetupState state, std::string_view detail) const
{
    auto object = note("setup", line_, device, now());
    object["state"] = to_word(state);
    put_text(object, "detail", detail, 256);
    outbox_->notify("setup", "setup/" + device, to_line(object));
}

void Reporter::event(const std::string& device, const DeviceEvent& event) const
{
    auto object = note("event", line_, device, now());
    object["kind"] = to_word(event.kind);
    if (event.index) object["index"] = std::to_string(*event.index);
    if (event.time && *event.time >= 0) object["time"] = std::to_string(*event.time);
    if (event.door) object["door"] = *event.door;
    if (event.reader) object["reader"] = *event.reader;
    if (!event.key.empty()) {
        object["key"] = clean(event.key, 64);
        object["key_kind"] = to_word(event.key_kind);
    }
    if (event.slot) object["slot"] = *event.slot;
    put_text(object, "detail", event.detail, 256);
    const bool lasts = event.kind == EventKind::table_changed; // what was read before is proof of nothing, however much is told meanwhile
    outbox_->notify("event", lasts ? "table/" + device : std::string{}, to_line(object));
}

void Reporter::log(const std::string& device, Level level, std::string_view text) const
{
    auto object = note("log", line_, device, now());
    object["level"] = to_word(level);
    put_text(object, "text", text, 256);
    outbox_->notify("log", {}, to_line(object));
}

} // namespace gatehouse::sdk
