#pragma once

#include "devices/types.hpp"
#include "settings/settings.hpp"

namespace gatehouse {

/// What the file asks of a device that its driver says it cannot do: slots it does not have, cards or codes it does not take. Remarks: the
/// file can be applied, and the rest of it holds.
///
/// Errors:  none.
/// Threads: any.
settings::Problems beyond(const settings::Settings& settings, const settings::Device& device, const devices::Capabilities& can);

} // namespace gatehouse
