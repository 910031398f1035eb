#pragma once

#include "talk/table_read.hpp"
#include "talk/table_talk.hpp"
#include "talk/window.hpp"

#include <set>
#include <string>

namespace gatehouse::mqtt {

/// A table whose entries are known by their keys and told as a list: acknowledgements, reads in rounds, probes.
///
/// Source: docs/protocols/mqtt.md, "Reading a table".
class ListTable final : public TableTalk {
public:
    ListTable(const Desk& desk, sdk::Time now);

    void apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now) override;
    void read(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now) override;
    bool hear(const profile::Message& message, sdk::Time now) override;
    void gap() override;
    void sign_of_life(sdk::Time now) override;
    void lost(std::string_view command, std::string_view read, sdk::Time now) override;
    void connected(sdk::Time now) override;
    void end(sdk::Time now) override;
    void advance(sdk::Time now) override;
    void expire(sdk::Time now) override;
    std::optional<sdk::Time> due(sdk::Time now) const override;

private:
    struct Apply {
        std::vector<sdk::Step> steps;
        sdk::Time deadline;
        sdk::Reply<sdk::Applied> reply;
        std::vector<sdk::Verdict> verdicts;
    };

    void advance_apply(sdk::Time now);
    void start_step(const sdk::Step& step, sdk::Time now);
    void advance_read(sdk::Time now);
    void start_probe(sdk::Time now);
    bool is_acknowledgement(const profile::Message& message) const;
    void stray(sdk::Time now);
    void stray_row(const std::optional<sdk::Entry>& entry, sdk::Time now);
    bool take_row(const profile::Message& message, sdk::Time now);
    void finish_read(std::string reason);
    sdk::Milliseconds grace() const { return sdk::Milliseconds{desk_.profile().limits.late_ack_grace_ms}; }
    sdk::Time timeout_at(sdk::Time now, sdk::Time deadline) const;

    Desk desk_;
    Window window_;
    bool unreadable_told_ = false; ///< of this read
    /// Until then an acknowledgement may be another command's: one of a driver before this one, or said twice. No probe is sent before.
    sdk::Time quiet_at_;
    /// The last read, when it was complete: what comes behind it may show that it was not.
    struct Proven {
        sdk::Time at;
        std::set<std::string> keys;
    };
    std::optional<Proven> proven_;
    std::optional<Apply> apply_;
    std::optional<TableRead> read_;
};

} // namespace gatehouse::mqtt
