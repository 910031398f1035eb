#pragma once

#include "talk/table_talk.hpp"
#include "talk/turn.hpp"
#include "talk/window.hpp"

#include <vector>

namespace gatehouse::mqtt {

/// The door at rest, where the device can be told to lock: it is told so when it is met, when it restarted, and when a setting was wrong
/// that ends an opening; and again until the device has said that it did.
///
/// Source: docs/driver-protocol.md, section 5, "Door modes".
class Rest {
public:
    explicit Rest(const Desk& desk) : desk_{desk}, window_{desk.profile(), desk.self.params} {}

    /// The door has to be locked, as soon as it can be; `reply` says how that went, by then.
    void owe(sdk::Time now);
    void owe(sdk::Deadline deadline, sdk::Reply<sdk::Verdict> reply, sdk::Time now);
    /// It is locked by construction, or given over.
    void forgive();
    bool owed() const { return owed_; }

    void advance(sdk::Time now);
    /// True: it was the answer, and nothing else.
    bool hear(const profile::Message& message, sdk::Time now);
    /// Somebody on the way says that a door command did not get through.
    void failed(sdk::Time now);
    void forget_what_was_said() { turn_.forget(); }
    void lost(std::string_view reason, sdk::Time now);
    void end(sdk::Time now);
    void expire(sdk::Time now);
    std::optional<sdk::Time> due() const;

private:
    struct Asked {
        sdk::Time deadline;
        sdk::Reply<sdk::Verdict> reply;
    };
    void tried(sdk::Verdict verdict);
    void answer(const sdk::Verdict& verdict);

    Desk desk_;
    Window window_;
    Turn turn_;
    bool owed_ = false;
    bool failed_ = false;       ///< the command in hand
    sdk::Time failing_until_{}; ///< the last command may be reported as failed until then
    sdk::Time again_{};         ///< when it is told (once more)
    int tries_ = 0;
    std::vector<Asked> asked_;
};

} // namespace gatehouse::mqtt
