#include "sdk/encode.hpp"
#include "sdk/session.hpp"

#include <utility>

namespace gatehouse::sdk {

namespace {

constexpr Milliseconds table_again{200};

Verdict no_such_door(std::uint8_t door)
{
    return Verdict::refused("no_such_door", "door " + std::to_string(door) + " is none of those the device was attached with");
}

} // namespace

std::shared_ptr<AttachedDevice> Session::attached(const Request& request)
{
    const auto found = devices_.find(request.device);
    const bool there = found != devices_.end() && found->second->line() == request.line && found->second->is_attached();
    if (there && open_line(request.line)) return found->second;
    answer(request, Verdict::refused("not_attached"));
    return nullptr;
}

std::optional<int> Session::handle(const Request& request, const request::Attach& attach)
{
    auto* line = open_line(request.line);
    if (!line) return answer(request, Verdict::refused("no_such_line"));
    if (const auto found = devices_.find(request.device); found != devices_.end() && !found->second->is_gone())
        return answer(request, Verdict::refused("already_attached"));
    const auto device = std::make_shared<AttachedDevice>(request.line, attach.attachment);
    devices_[request.device] = device;
    auto reply = Reply<Attached>{[outbox = outbox_, id = request.id, device](Attached attached) {
        if (attached.doors.empty())
            for (const auto& door : device->doors()) attached.doors.push_back({door, Verdict::acknowledged()});
        device->settle(attached);
        outbox->answer(encode_answer(id, attached));
    }};
    line->attach(attach.attachment, request.deadline, std::move(reply));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::Detach&)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    devices_.erase(request.device);
    open_line(request.line)->detach(device->at(), device->doors_to_lock(), request.deadline, answering(request));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::ReadTable& read)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    if (!read.cursor.empty()) {
        outbox_->answer(device->next_page(request.id, read.cursor));
        return std::nullopt;
    }
    if (!device->begin(TableWork::read)) return answer(request, Verdict::busy(table_again));
    auto reply = Reply<Table>{
        [outbox = outbox_, id = request.id, device](Table table) { outbox->answer(device->first_page(id, std::move(table))); }};
    open_line(request.line)->read_table(device->at(), request.deadline, std::move(reply));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::ReadDigest&)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    if (!device->begin(TableWork::digest)) return answer(request, Verdict::busy(table_again));
    auto reply = Reply<Digest>{[outbox = outbox_, id = request.id, device](const Digest& digest) {
        device->end(TableWork::digest);
        outbox->answer(encode_answer(id, digest));
    }};
    open_line(request.line)->digest(device->at(), request.deadline, std::move(reply));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::Apply& apply)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    for (const auto& step : apply.steps)
        for (const auto door : step.entry.doors)
            if (!device->has(door)) return answer(request, no_such_door(door));
    if (!device->begin(TableWork::apply)) return answer(request, Verdict::busy(table_again));
    const auto count = apply.steps.size();
    auto reply = Reply<Applied>{[outbox = outbox_, id = request.id, device, count](Applied applied) {
        device->end(TableWork::apply);
        // A line that lost count does not know what it did.
        if (applied.verdict.ok()) applied.steps.resize(count, Verdict::unknown("unanswered"));
        outbox->answer(encode_answer(id, applied));
    }};
    open_line(request.line)->apply(device->at(), apply.steps, request.deadline, std::move(reply));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::Strike& strike)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    if (!device->has(strike.door)) return answer(request, no_such_door(strike.door));
    if (device->is_held(strike.door)) return answer(request, Verdict::acknowledged());
    open_line(request.line)->strike(device->door(strike.door), strike.pulse, request.deadline, answering(request));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::SetDoor& set)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    if (!device->has(set.door)) return answer(request, no_such_door(set.door));
    device->want(set.door, set.mode);
    auto reply = Reply<Verdict>{[outbox = outbox_, id = request.id, device, door = set.door](const Verdict& verdict) {
        if (verdict.ok()) device->hold(door);
        outbox->answer(encode_answer(id, verdict));
    }};
    open_line(request.line)->set_door(device->door(set.door), set.mode, request.deadline, std::move(reply));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::Feedback& feedback)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    open_line(request.line)->feedback(device->at(), feedback.reader, feedback.signal, request.deadline, answering(request));
    return std::nullopt;
}

std::optional<int> Session::handle(const Request& request, const request::SetTime& set)
{
    const auto device = attached(request);
    if (!device) return std::nullopt;
    open_line(request.line)->set_time(device->at(), set.time, set.utc_offset, request.deadline, answering(request));
    return std::nullopt;
}

} // namespace gatehouse::sdk
