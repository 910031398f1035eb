#pragma once

#include "wire.hpp"

#include "sdk/capabilities.hpp"
#include "sdk/device.hpp"
#include "sdk/entry.hpp"
#include "sdk/reporter.hpp"

namespace gatehouse::skeleton {

/// What a plain controller can do.
sdk::Capabilities capabilities();

/// Empty where the controller cannot express the entry exactly: never shortened, never wider.
std::string telegram_of(const sdk::Step& step);
std::string telegram_of(std::uint8_t door, sdk::DoorMode mode);

/// Appends a page of the table. False: it is damaged, or the table changed since `stood_still` was told (empty: this is the first page).
/// Complete is a claim about what is absent: it takes every row the controller counts, of a table that stood still meanwhile.
bool take_page(sdk::Table& table, const Wire::Answer& page, std::string& stood_still);

/// What lines like `* CARD kind key door granted|denied` say; others are passed over.
std::vector<sdk::DeviceEvent> events_of(const std::vector<Words>& news);

sdk::Table partial(sdk::Table table, std::string reason);

/// What the driver says of an answer. It never guesses: sent and not clearly answered is unknown.
sdk::Verdict verdict_of(const Wire::Answer& answer);

} // namespace gatehouse::skeleton
