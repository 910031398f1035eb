#pragma once

#include "sdk/profile/mqtt.hpp"

namespace gatehouse::profile {

/// Judges a profile that was read: do its capabilities fit its blocks, and is it safe (docs/profiles.md, "What the loader refuses")?
/// `top` is the whole file; problems go to its report.
void check_mqtt(Cursor& top, const MqttProfile& profile);

/// The part of it that asks how many slots a table has that is read slot by slot, and which are free.
void check_slots(Cursor& top, const MqttProfile& profile);

/// The part of it that asks what the profile would believe, open or tell.
void check_safety(Cursor& top, const MqttProfile& profile);

/// The part of it that asks whether anything but `unlock` opens the door.
void check_openings(Cursor& top, const MqttProfile& profile);

} // namespace gatehouse::profile
