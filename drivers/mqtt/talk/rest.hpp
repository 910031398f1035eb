#pragma once

#include "talk/table_talk.hpp"
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
    void lost(std::string_view reason, sdk::Time now);
    void end(sdk::Time now);
    void expire(sdk::Time now);
    std::optional<sdk::Time> due() const;

private:
    struct Asked {
        sdk::Time deadline;
        sdk::Reply<sdk::Verdict> reply;
    };
    void tried(const sdk::Verdict& verdict);
    void answer(const sdk::Verdict& verdict);

    Desk desk_;
    Window window_;
    bool owed_ = false;
    sdk::Time again_{}; ///< when it is told (once more)
    int tries_ = 0;
    std::vector<Asked> asked_;
};

} // namespace gatehouse::mqtt
