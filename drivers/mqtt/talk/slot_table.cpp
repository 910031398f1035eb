#include "talk/slot_table.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace gatehouse::mqtt {

using sdk::Verdict;

namespace {

constexpr int answers_a_sending = 2; ///< that show something else, until what is written is sent once more
constexpr sdk::Milliseconds breath{300};

} // namespace

SlotTable::SlotTable(const Desk& desk)
    : desk_{desk}, first_{desk.rules.caps.slot_first}, last_{desk.rules.caps.slot_first + desk.rules.caps.capacity}
{
}

void SlotTable::apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now)
{
    if (apply_) return reply(Verdict::busy(sdk::Milliseconds{500}));
    if (!desk_.wire.connected()) return reply(Verdict::offline("the broker is not connected"));
    finish_read("yielded");
    apply_.emplace(Apply{std::move(steps), deadline.at(), std::move(reply), {}});
    advance(now);
}

void SlotTable::read(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now)
{
    if (apply_ || reading_) return reply(Verdict::busy(sdk::Milliseconds{500}));
    if (!desk_.wire.connected()) return reply(Verdict::offline("the broker is not connected"));
    proven_.clear();
    reading_.emplace(Reading{deadline.at(), std::move(reply), first_, {}, false, std::nullopt});
    advance(now);
}

void SlotTable::advance(sdk::Time now)
{
    advance_apply(now);
    advance_read(now);
    advance_question(now);
}

void SlotTable::advance_apply(sdk::Time now)
{
    if (!apply_) return;
    while (!writing_ && apply_->verdicts.size() < apply_->steps.size()) {
        if (apply_->deadline <= now)
            apply_->verdicts.push_back(Verdict::late());
        else if (!desk_.wire.paced(now))
            return;
        else
            start_step(now);
    }
    if (writing_) {
        if (!writing_->sent && desk_.wire.paced(now) && question_ && question_->again <= now) start_step(now); // once more
        return;
    }
    sdk::Applied applied;
    applied.steps = std::move(apply_->verdicts);
    auto reply = std::move(apply_->reply);
    apply_.reset();
    reply(std::move(applied));
}

/// Sends the step in hand, and asks for its slot. A put waits for a drop of the same slot that went wrong before it.
void SlotTable::start_step(sdk::Time now)
{
    const auto& [op, entry] = step();
    auto verdict = judge_step(desk_.rules, step());
    for (std::size_t i = 0; i < apply_->verdicts.size() && op == sdk::Op::put; ++i)
        if (apply_->steps[i].op == sdk::Op::drop && apply_->steps[i].entry.slot == entry.slot && !apply_->verdicts[i].ok())
            verdict = Verdict::refused("slot_not_free");
    if (verdict.ok()) {
        proven_.erase(*entry.slot);
        written_[*entry.slot] = now + sdk::Milliseconds{desk_.profile().limits.op_timeout_ms};
        const auto& how = op == sdk::Op::put ? *desk_.profile().put : *desk_.profile().erase;
        verdict = desk_.wire.send(how.send, entry_fields(desk_.rules, entry), Wire::Manner::table, now).verdict;
    }
    if (!verdict.ok()) {
        if (writing_) return finish_step(Verdict::unknown("connection_lost")); // it went out once
        return apply_->verdicts.push_back(std::move(verdict));
    }
    if (!writing_) {
        writing_.emplace(Writing{.due = timeout_at(now, apply_->deadline)});
        writing_->before = last_shown(*entry.slot);
    }
    writing_->sent = true;
    ask(*entry.slot, writing_->due, now);
}

bool SlotTable::shows_what_was_written(const SlotSeen& seen) const
{
    const auto& [op, entry] = step();
    if (op == sdk::Op::drop) return seen.free;
    return !seen.free && seen.entry.state == sdk::EntryState::active && (seen.entry.key.empty() || seen.entry.key == entry.key);
}

/// It was shown otherwise before: else it may be what was last heard of, told once more. And where codes are shown, it is this one.
bool SlotTable::proves(const SlotSeen& seen) const
{
    if (!writing_->before || *writing_->before == seen) return false;
    const auto& [op, entry] = step();
    return op == sdk::Op::drop || !desk_.rules.caps.readback_shows_secret || seen.entry.key == entry.key;
}

void SlotTable::answered(const SlotSeen& seen, sdk::Time now)
{
    const auto slot = question_->slot;
    question_.reset();
    if (reading_) {
        reading_->seen[slot] = seen;
        return;
    }
    if (!writing_) return;
    if (shows_what_was_written(seen)) {
        proven_[slot] = seen;
        failing_until_ = now + sdk::Milliseconds{desk_.profile().limits.op_timeout_ms};
        return finish_step(proves(seen) ? Verdict::proven() : Verdict::acknowledged());
    }
    writing_->before = seen;
    const bool stays = ++writing_->otherwise % answers_a_sending == 0;
    if (stays && now < writing_->due) writing_->sent = false;
    ask(slot, writing_->due, now);
    question_->again = now + breath * (1 << std::min(writing_->otherwise, 3));
}

void SlotTable::finish_step(sdk::Verdict verdict)
{
    question_.reset();
    writing_.reset();
    apply_->verdicts.push_back(std::move(verdict));
}

void SlotTable::advance_read(sdk::Time now)
{
    if (!reading_ || question_) return;
    while (reading_->next < last_ && reading_->seen.contains(reading_->next)) ++reading_->next;
    if (reading_->next < last_) return ask(reading_->next, timeout_at(now, reading_->deadline), now);
    if (!reading_->settled_at) reading_->settled_at = now + sdk::Milliseconds{desk_.profile().limits.late_ack_grace_ms};
    if (now < *reading_->settled_at) return;
    failing_until_ = now + sdk::Milliseconds{desk_.profile().limits.op_timeout_ms};
    finish_read({});
}

void SlotTable::finish_read(std::string reason, std::string detail)
{
    if (!reading_) return;
    auto reading = std::move(*reading_);
    reading_.reset();
    question_.reset();
    if (reason.empty() && reading.damaged) reason = "damaged";
    if (!reason.empty() && reading.seen.empty())
        return reading.reply(reason == "offline" ? Verdict::offline("the broker is not connected") : Verdict::unknown(reason));
    sdk::Table table;
    for (const auto& [slot, seen] : reading.seen)
        if (!seen.free) table.entries.push_back(seen.entry);
    table.complete = reason.empty();
    table.reason = std::move(reason);
    table.detail = std::move(detail);
    if (table.complete) proven_ = std::move(reading.seen);
    reading.reply(std::move(table));
}

void SlotTable::ask(std::uint32_t slot, sdk::Time due, sdk::Time now)
{
    question_ = Question{.slot = slot, .again = now, .due = due};
}

void SlotTable::advance_question(sdk::Time now)
{
    if (!question_ || question_->again > now || (writing_ && !writing_->sent) || !desk_.wire.paced(now)) return;
    const profile::Fields fields{{"slot", static_cast<std::int64_t>(question_->slot)}};
    const auto sent = desk_.wire.send(desk_.profile().one->send, fields, Wire::Manner::table, now);
    if (sent.verdict.ok() && !question_->asked) question_->asked = now;
    question_->again = now + patience();
}

std::optional<SlotSeen> SlotTable::slot_in(const profile::Message& message, std::uint32_t slot) const
{
    return read_slot(desk_.rules, desk_.profile().one->map, message, slot);
}

bool SlotTable::hear(const profile::Message& message, sdk::Time now)
{
    if (reading_) // each message has them all: a later word about one that was told already counts for more
        for (auto& [slot, seen] : reading_->seen)
            if (auto later = slot_in(message, slot)) seen = std::move(*later);
    if (!reading_) hold_against_proof(message);
    if (question_ && question_->asked && message.heard >= *question_->asked)
        if (const auto seen = slot_in(message, question_->slot)) answered(*seen, now);
    if (message.body) last_said_ = message.text;
    take_hints(message, now);
    return false;
}

/// The device itself says that a slot was written: by us, then it can be asked at once; or by somebody else.
void SlotTable::take_hints(const profile::Message& message, sdk::Time now)
{
    for (const auto& hint : desk_.profile().hints) {
        if (!message.body || !profile::all_match(hint.when, message, desk_.self.params)) continue;
        const auto* found = profile::find(*message.body, hint.slot, desk_.self.params);
        const auto slot = found ? profile::scalar_text(*found) : std::nullopt;
        std::erase_if(written_, [now](const auto& one) { return one.second <= now; });
        const auto told = [&slot](const auto& one) { return slot == std::to_string(one.first); };
        if (hint.means == "changed" || std::none_of(written_.begin(), written_.end(), told)) return doubt("a code was changed at the lock");
        const bool put = hint.means == "put_done";
        if (writing_ && question_ && slot == std::to_string(question_->slot) && (step().op == sdk::Op::put) == put) question_->again = now;
        return;
    }
}

/// What the device says now and a proof says otherwise: so the proof was none, or is none any more.
void SlotTable::hold_against_proof(const profile::Message& message)
{
    for (const auto& [slot, proven] : proven_)
        if (const auto seen = slot_in(message, slot); seen && *seen != proven) return doubt("a slot is not as it was read");
}

void SlotTable::doubt(std::string_view why)
{
    if (reading_) reading_->damaged = true;
    if (proven_.empty()) return;
    proven_.clear();
    desk_.outside.event({.kind = sdk::EventKind::table_changed, .detail = std::string{why}});
}

/// What was sent may all the same have arrived: its slot is asked for once more, and when that fails as well there is nothing to be known.
void SlotTable::failed(sdk::Time now)
{
    if (!question_) {
        if (reading_ || now < failing_until_) doubt("a question was not answered"); // it only seemed to be
        return;
    }
    desk_.life.doubt();
    if (reading_) return stops_at_slot("device_failure", "could not be asked for");
    if (writing_ && std::exchange(writing_->failed, true)) return finish_step(Verdict::unknown("device_failure"));
    question_->again = now;
}

/// A read that cannot come to its end: which slot it was is what whoever mends it has to know.
void SlotTable::stops_at_slot(const std::string& reason, const std::string& what)
{
    auto slot = "slot " + std::to_string(question_->slot) + " " + what;
    if (!last_shown(question_->slot)) slot += "; has the lock fewer than it is said to have?"; // nobody ever heard of it
    finish_read(reason, std::move(slot));
}

/// What was said before is no ground to compare with any more.
void SlotTable::forget_what_was_said()
{
    last_said_.clear();
    if (writing_) writing_->before.reset();
}

std::optional<SlotSeen> SlotTable::last_shown(std::uint32_t slot) const
{
    boost::system::error_code error;
    const auto body = boost::json::parse(last_said_, error);
    return error ? std::nullopt : slot_in({&body, last_said_}, slot);
}

/// A bridge that begins anew tells what it had on its disk, which is older than what was heard of since.
void SlotTable::came_or_went(sdk::Time)
{
    forget_what_was_said();
    proven_.clear(); // who comes is read anew
    finish_read("restarted");
}

void SlotTable::gap()
{
    forget_what_was_said();
    if (reading_) reading_->damaged = true;
}

void SlotTable::lost(std::string_view command, std::string_view read, sdk::Time)
{
    forget_what_was_said();
    if (writing_) {
        finish_step(Verdict::unknown(std::string{command}));
        desk_.life.doubt();
    }
    finish_read(std::string{read});
}

void SlotTable::end(sdk::Time now)
{
    finish_read("offline");
    if (!apply_) return;
    if (writing_) finish_step(Verdict::unknown("detached"));
    apply_->verdicts.resize(apply_->steps.size(), Verdict::late());
    advance_apply(now);
}

void SlotTable::expire(sdk::Time now)
{
    if (reading_ && reading_->deadline <= now) return finish_read("late");
    if (!question_ || question_->due > now) return;
    desk_.life.doubt();
    if (reading_) return stops_at_slot("late", "does not answer");
    if (!writing_) return question_.reset();
    const auto stored = step().op == sdk::Op::put ? "not_stored" : "not_removed";
    finish_step(Verdict::unknown(writing_->otherwise > 0 ? stored : writing_->failed ? "device_failure" : "timeout"));
}

std::optional<sdk::Time> SlotTable::due(sdk::Time now) const
{
    std::optional<sdk::Time> next;
    const auto sooner = [&next](sdk::Time at) { next = next ? std::min(*next, at) : at; };
    if (question_) sooner(question_->due), sooner(std::max(question_->again, desk_.wire.ready_at()));
    if (reading_) sooner(reading_->deadline);
    if (reading_ && reading_->settled_at) sooner(*reading_->settled_at);
    if (apply_ && !writing_) sooner(std::max(now, desk_.wire.ready_at()));
    return next;
}

sdk::Time SlotTable::timeout_at(sdk::Time now, sdk::Time deadline) const
{
    return std::min(deadline, now + sdk::Milliseconds{desk_.profile().limits.op_timeout_ms});
}

} // namespace gatehouse::mqtt
