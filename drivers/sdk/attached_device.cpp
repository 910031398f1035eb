#include "sdk/attached_device.hpp"

#include "sdk/encode.hpp"

#include <algorithm>

namespace gatehouse::sdk {

namespace {

std::set<std::uint8_t> numbers(const std::vector<Door>& doors)
{
    std::set<std::uint8_t> found;
    for (const auto& door : doors) found.insert(door.door);
    return found;
}

} // namespace

AttachedDevice::AttachedDevice(std::string line, const Attachment& attachment)
    : line_{std::move(line)}, at_{attachment.at}, known_{numbers(attachment.doors)}
{
    for (const auto& door : attachment.doors) doors_[door.door] = {door.mode, false};
}

void AttachedDevice::settle(const Attached& attached)
{
    const std::lock_guard lock{mutex_};
    state_ = attached.verdict.ok() ? State::attached : State::gone;
    const auto failed = [&attached](std::uint8_t door) {
        return std::any_of(attached.doors.begin(), attached.doors.end(),
                           [door](const DoorVerdict& told) { return told.door == door && !told.verdict.ok(); });
    };
    for (auto& [number, door] : doors_) door.held = door.wanted == DoorMode::unlocked && !failed(number);
}

bool AttachedDevice::is_attached() const
{
    const std::lock_guard lock{mutex_};
    return state_ == State::attached;
}

bool AttachedDevice::is_gone() const
{
    const std::lock_guard lock{mutex_};
    return state_ == State::gone;
}

bool AttachedDevice::begin(TableWork work)
{
    const std::lock_guard lock{mutex_};
    const auto busy = [this](TableWork other) { return busy_[static_cast<std::size_t>(other)]; };
    if (busy(TableWork::apply) || busy(TableWork::digest)) return false;
    if (busy(TableWork::read) && work != TableWork::apply) return false;
    busy_[static_cast<std::size_t>(work)] = true;
    if (work != TableWork::digest) held_.reset();
    return true;
}

void AttachedDevice::end(TableWork work)
{
    const std::lock_guard lock{mutex_};
    busy_[static_cast<std::size_t>(work)] = false;
}

void AttachedDevice::want(std::uint8_t door, DoorMode mode)
{
    const std::lock_guard lock{mutex_};
    doors_[door] = {mode, false};
}

void AttachedDevice::hold(std::uint8_t door)
{
    const std::lock_guard lock{mutex_};
    auto& record = doors_[door];
    record.held = record.wanted == DoorMode::unlocked;
}

bool AttachedDevice::is_held(std::uint8_t door) const
{
    const std::lock_guard lock{mutex_};
    const auto found = doors_.find(door);
    return found != doors_.end() && found->second.held;
}

std::vector<std::uint8_t> AttachedDevice::doors() const
{
    std::vector<std::uint8_t> numbers;
    const std::lock_guard lock{mutex_};
    for (const auto& [number, record] : doors_) numbers.push_back(number);
    return numbers;
}

std::vector<Address> AttachedDevice::doors_to_lock() const
{
    std::vector<Address> doors;
    const std::lock_guard lock{mutex_};
    for (const auto& [number, record] : doors_)
        if (record.wanted != DoorMode::leave) doors.push_back(door(number));
    return doors;
}

std::string AttachedDevice::page(const std::string& id, Held held)
{
    auto line = encode_page(id, held.table, held.next, held.read_id);
    if (held.next < held.table.entries.size()) held_ = std::move(held);
    return line;
}

std::string AttachedDevice::first_page(const std::string& id, Table table)
{
    fit(table);
    const std::lock_guard lock{mutex_};
    busy_[static_cast<std::size_t>(TableWork::read)] = false;
    // An apply that came meanwhile made the rest stale before it was asked for: only what fits one page is told.
    const bool stale = busy_[static_cast<std::size_t>(TableWork::apply)];
    if (stale && table.complete) {
        table.complete = false;
        table.reason = "yielded";
    }
    auto line = page(id, {id, std::move(table)});
    if (stale) held_.reset();
    return line;
}

std::string AttachedDevice::next_page(const std::string& id, const std::string& cursor)
{
    const std::lock_guard lock{mutex_};
    if (held_ && cursor == held_->read_id + "." + std::to_string(held_->next)) {
        auto held = *std::exchange(held_, std::nullopt);
        return page(id, std::move(held));
    }
    Table spent;
    spent.reason = "yielded";
    std::size_t none = 0;
    return encode_page(id, spent, none, {});
}

} // namespace gatehouse::sdk
