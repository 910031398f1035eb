#pragma once

#include "talk/table_talk.hpp"

#include <map>
#include <string>

namespace gatehouse::mqtt {

/// A table of numbered slots that are asked for one by one. Nothing is acknowledged: after each write its slot is asked for, until it shows
/// what was written.
///
/// Whatever the device says tells all its slots as they were last heard of, asked for or not. So only a message behind a question counts as
/// its answer, and what a later one says otherwise ends what was believed. A step is proven by a slot that was shown otherwise before:
/// while the bridge runs, what it tells of a slot turns by an answer of the device alone.
///
/// Source: docs/protocols/mqtt.md, "Slots".
class SlotTable final : public TableTalk {
public:
    explicit SlotTable(const Desk& desk);

    void apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now) override;
    void read(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now) override;
    bool hear(const profile::Message& message, sdk::Time now) override;
    void failed(sdk::Time now) override;
    void gap() override;
    void sign_of_life(sdk::Time) override {}
    void came_or_went(sdk::Time now) override;
    void lost(std::string_view command, std::string_view read, sdk::Time now) override;
    void end(sdk::Time now) override;
    void advance(sdk::Time now) override;
    void expire(sdk::Time now) override;
    std::optional<sdk::Time> due(sdk::Time now) const override;

private:
    /// A slot that is asked for, now and again, until it is told.
    struct Question {
        std::uint32_t slot = 0;
        sdk::Time again;                ///< when it is asked (once more)
        sdk::Time due;                  ///< when it is over
        std::optional<sdk::Time> asked; ///< when it first went out
    };
    struct Apply {
        std::vector<sdk::Step> steps;
        sdk::Time deadline;
        sdk::Reply<sdk::Applied> reply;
        std::vector<sdk::Verdict> verdicts;
    };
    /// The step in hand.
    struct Writing {
        sdk::Time due;
        bool sent = false;
        int otherwise = 0;              ///< answers that showed something else
        bool failed = false;            ///< a command did not get through
        std::optional<SlotSeen> before; ///< what was last shown of the slot
    };
    struct Reading {
        sdk::Time deadline;
        sdk::Reply<sdk::Table> reply;
        std::uint32_t next = 0;
        std::map<std::uint32_t, SlotSeen> seen;
        bool damaged = false;
        std::optional<sdk::Time> settled_at; ///< every slot was told; what comes until then still counts
    };

    const sdk::Step& step() const { return apply_->steps[apply_->verdicts.size()]; }
    void advance_apply(sdk::Time now);
    void start_step(sdk::Time now);
    void answered(const SlotSeen& seen, sdk::Time now);
    void finish_step(sdk::Verdict verdict);
    bool proves(const SlotSeen& seen) const;
    void forget_what_was_said();
    std::optional<SlotSeen> last_shown(std::uint32_t slot) const;
    bool shows_what_was_written(const SlotSeen& seen) const;
    void advance_read(sdk::Time now);
    void finish_read(std::string reason, std::string detail = {});
    void stops_at_slot(const std::string& reason, const std::string& what);
    void ask(std::uint32_t slot, sdk::Time due, sdk::Time now);
    void advance_question(sdk::Time now);
    void take_hints(const profile::Message& message, sdk::Time now);
    void hold_against_proof(const profile::Message& message);
    void doubt(std::string_view why);
    std::optional<SlotSeen> slot_in(const profile::Message& message, std::uint32_t slot) const;
    /// How long a question stays unanswered until it is put once more.
    sdk::Milliseconds patience() const { return std::max(desk_.profile().one->takes * 3, sdk::Milliseconds{500}); }
    sdk::Time timeout_at(sdk::Time now, sdk::Time deadline) const;

    Desk desk_;
    std::uint32_t first_, last_; ///< slots that are read; `last_` is one behind
    std::optional<Question> question_;
    std::optional<Apply> apply_;
    std::optional<Writing> writing_;
    std::optional<Reading> reading_;
    std::map<std::uint32_t, sdk::Time> written_; ///< by us, and until when the device may still say so
    std::string last_said_;                      ///< the last message, unless there was a gap behind it
    sdk::Time failing_until_{};                  ///< a question of the last read may be reported as failed until then
    std::map<std::uint32_t, SlotSeen> proven_;   ///< as the last complete read had it, and what was written since
};

} // namespace gatehouse::mqtt
