#include "base/hash.hpp"
#include "reconcile/lane.hpp"

#include <boost/json.hpp>
#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace json = boost::json;
using model::Truth;

namespace {

/// Some sections of a stored configuration object.
std::string sections(const std::string& text, std::initializer_list<std::string_view> names)
{
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return text;
    json::object found;
    for (const auto name : names)
        if (const auto* section = value.get_object().if_contains(name)) found[name] = *section;
    return json::serialize(found);
}

/// Where a device is met and as what: its line, profile and parameters. Not by which secrets, nor how its table is used.
std::string address_of(const model::Line& line, const model::Device& device)
{
    const auto text = to_string(line.id) + "\n" + line.driver + "\n" + sections(line.endpoint, {"fields"}) + "\n" + device.profile + "\n" +
                      sections(device.address, {"params", "address"});
    return std::to_string(base::xxhash(text));
}

} // namespace

void Lane::mind_address()
{
    const auto* device = tools_.directory.device(device_);
    const auto* line = device == nullptr ? nullptr : tools_.directory.line(device->row.line);
    if (line == nullptr) return;
    auto written = line->endpoint + "\n" + device->row.profile + "\n" + device->row.address;
    if (written == address_written_) return; // as before nearly every pass
    address_written_ = std::move(written);
    auto address = address_of(*line, device->row);
    if (address == address_) return;
    const bool moved = !std::exchange(address_, std::move(address)).empty();
    ledger::PlacementBatch batch; // the new address comes to the disk no earlier than the doubt
    batch.cursors.push_back({"address:" + to_string(device_), address_});
    const auto why = "the controller has another address since " + base::to_iso(tools_.clock.wall()) + ", and was not read there";
    if (moved) {
        doubt_all(batch, why);
        batch.cursors.push_back({"contact:" + to_string(device_), {}}); // what stands there is not known to be nobody's
    }
    if (moved) batch.cursors.push_back({"clock:" + to_string(device_), {}});
    tools_.ledger.note(std::move(batch));
    if (!moved) return;

    spdlog::warn("controller_has_another_address controller={} entries={}", device->row.key,
                 tools_.directory.placements().of(device_).size());
    ++unit_;
    gone_.clear();
    second_writer_ = {};
    ++breaks_.restarts;
    slots_known_ = false;
    status_.first_contact = true;
    unproven_.reset();
    status_.read_at.reset();
    status_.number = 0;
    trouble_of_reading(why);
    tools_.fleet.never_heard(device_);
    concern(nullptr, true);
    touch(true);
    look();
}

void Lane::doubt_all(ledger::PlacementBatch& batch, const std::string& why) const
{
    for (const auto& [key, placement] : tools_.directory.placements().of(device_)) {
        auto& doubted = batch.put.emplace_back(placement);
        if (doubted.truth == Truth::verified) doubted.since = tools_.clock.wall(); // the others have waited for longer
        doubted.truth = Truth::unknown;
        doubted.reason = why;
    }
}

} // namespace gatehouse::reconcile
