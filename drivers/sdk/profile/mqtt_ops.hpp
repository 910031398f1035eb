#pragma once

#include "sdk/profile/mqtt.hpp"
#include "sdk/profile/scope.hpp"

namespace gatehouse::profile {

/// Readers of the blocks of an MQTT profile, one each. Problems go to the cursor's report.
Topics read_topics(Cursor at, const Scope& scope);
void read_ops(Cursor at, const Scope& scope, MqttProfile& into);
/// `publish`, `send_to`, `send`, `text`: keys of `at` itself.
Sending read_sending(Cursor& at, const Scope& scope);
std::optional<Template> read_correlate(Cursor at, const Scope& scope);
std::vector<SetupRule> read_setup(const Cursor& at, const Scope& scope);
std::vector<DoorRule> read_door(const Cursor& at, const Scope& scope);
std::vector<EventRule> read_events(const Cursor& at, const Scope& scope);
std::vector<Hint> read_hints(const Cursor& at, const Scope& scope);
std::vector<FailureRule> read_failures(const Cursor& at, const Scope& scope);
Liveness read_liveness(Cursor at, const Scope& scope);

} // namespace gatehouse::profile
