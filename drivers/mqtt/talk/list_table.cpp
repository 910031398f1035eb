#include "talk/list_table.hpp"

#include <algorithm>

namespace gatehouse::mqtt {

using sdk::Verdict;

ListTable::ListTable(const Desk& desk, sdk::Time now)
    : desk_{desk}, window_{desk.profile(), desk.self.params}, quiet_at_{now + sdk::Milliseconds{desk.profile().limits.late_ack_grace_ms}}
{
}

void ListTable::apply(std::vector<sdk::Step> steps, sdk::Deadline deadline, sdk::Reply<sdk::Applied> reply, sdk::Time now)
{
    if (apply_) return reply(Verdict::busy(sdk::Milliseconds{500}));
    if (!desk_.wire.connected()) return reply(Verdict::offline("the broker is not connected"));
    finish_read("yielded");
    window_.give_up("yielded", now); // a probe of that read
    apply_.emplace(Apply{std::move(steps), deadline.at(), std::move(reply), {}});
    advance(now);
}

void ListTable::read(sdk::Deadline deadline, sdk::Reply<sdk::Table> reply, sdk::Time now)
{
    if (!desk_.profile().list) return reply(Verdict::unsupported());
    if (apply_ || read_) return reply(Verdict::busy(sdk::Milliseconds{500}));
    if (!desk_.wire.connected()) return reply(Verdict::offline("the broker is not connected"));
    proven_.reset();
    auto noted = std::make_shared<sdk::Reply<sdk::Table>>(std::move(reply));
    unreadable_told_ = false;
    read_.emplace(*desk_.profile().list, deadline.at(), sdk::Reply<sdk::Table>{[this, noted](sdk::Table table) {
        if (table.complete) {
            proven_ = Proven{sdk::Time{}, {}};
            for (const auto& entry : table.entries) proven_->keys.insert(entry.key);
        }
        (*noted)(std::move(table));
    }});
    advance(now);
}

void ListTable::advance(sdk::Time now)
{
    advance_apply(now);
    advance_read(now);
}

void ListTable::advance_apply(sdk::Time now)
{
    if (!apply_) return;
    while (!window_.busy() && apply_->verdicts.size() < apply_->steps.size()) {
        if (apply_->deadline <= now)
            apply_->verdicts.push_back(Verdict::late());
        else if (!desk_.wire.paced(now))
            return;
        else
            start_step(apply_->steps[apply_->verdicts.size()], now);
    }
    if (window_.busy()) return;
    sdk::Applied applied;
    applied.steps = std::move(apply_->verdicts);
    auto reply = std::move(apply_->reply);
    apply_.reset();
    reply(std::move(applied));
}

void ListTable::start_step(const sdk::Step& step, sdk::Time now)
{
    const auto& op = step.op == sdk::Op::put ? desk_.profile().put : desk_.profile().erase;
    auto verdict = judge_step(desk_.rules, step);
    std::string corr;
    if (verdict.ok()) {
        auto sent = desk_.wire.send(op->send, entry_fields(desk_.rules, step.entry), Wire::Manner::table, now);
        verdict = std::move(sent.verdict);
        corr = std::move(sent.corr);
    }
    if (!verdict.ok()) return apply_->verdicts.push_back(std::move(verdict));
    window_.start({&*op, std::move(corr), now, timeout_at(now, apply_->deadline), [this](Verdict answer) {
                       if (apply_) apply_->verdicts.push_back(std::move(answer));
                   }});
}

void ListTable::advance_read(sdk::Time now)
{
    if (!read_ || window_.busy()) return;
    if (read_->done()) {
        finish_read({});
        if (proven_) proven_->at = now;
        return;
    }
    if (read_->next() == TableRead::Next::nothing || !desk_.wire.paced(now)) return;
    if (read_->next() == TableRead::Next::probe) {
        if (now >= quiet_at_) start_probe(now);
        return;
    }
    const auto sent = desk_.wire.send(desk_.profile().list->send, {}, Wire::Manner::table, now);
    if (!sent.verdict.ok()) return finish_read(sent.verdict.kind == sdk::VerdictKind::offline ? "offline" : "damaged");
    read_->sent(now, sdk::Milliseconds{desk_.profile().limits.op_timeout_ms});
}

void ListTable::start_probe(sdk::Time now)
{
    const auto& probe = *desk_.profile().probe;
    auto sent = desk_.wire.send(probe.send, {}, Wire::Manner::table, now);
    if (!sent.verdict.ok()) return finish_read(sent.verdict.kind == sdk::VerdictKind::offline ? "offline" : "damaged");
    read_->probe_sent();
    window_.start({&probe, std::move(sent.corr), now, timeout_at(now, read_->due()), [this](const Verdict& verdict) {
                       if (!read_) return;
                       if (verdict.ok() || verdict.reason == "late_ack")
                           read_->probe_answered(verdict.ok());
                       else
                           finish_read(verdict.reason == "timeout" ? "late" : "restarted");
                   }});
}

sdk::Time ListTable::timeout_at(sdk::Time now, sdk::Time deadline) const
{
    return std::min(deadline, now + sdk::Milliseconds{desk_.profile().limits.op_timeout_ms});
}

void ListTable::finish_read(std::string reason)
{
    if (!read_) return;
    auto read = std::move(*read_);
    read_.reset();
    read.finish(std::move(reason));
}

bool ListTable::hear(const profile::Message& message, sdk::Time now)
{
    const bool of_probe = read_ && window_.busy();
    const bool taken = window_.take(message, now);
    if (is_acknowledgement(message)) {
        if (!taken) stray(now);
        if (!of_probe) quiet_at_ = std::max(quiet_at_, now + grace()); // it may be said twice
    }
    if (taken || take_row(message, now)) return true;
    if (read_) read_->other(message, desk_.self.params);
    return false;
}

bool ListTable::is_acknowledgement(const profile::Message& message) const
{
    const auto fits = [this, &message](const std::optional<profile::Operation>& op) {
        return op && op->ack && profile::matches(*op->ack, message, desk_.self.params);
    };
    return fits(desk_.profile().put) || fits(desk_.profile().erase) || fits(desk_.profile().probe);
}

/// Something nobody waits for, so that what was taken for an answer a moment ago may have been none: what rests on it is to be read again.
void ListTable::stray(sdk::Time now)
{
    quiet_at_ = now + grace();
    if (read_) read_->doubt();
    if (!proven_ || proven_->at + grace() <= now) return;
    proven_.reset();
    desk_.outside.event({.kind = sdk::EventKind::table_changed, .detail = "an answer that nobody waits for"});
}

/// A row that came behind its read, or of a read before this driver's: what the last one did not show was not absent.
void ListTable::stray_row(const std::optional<sdk::Entry>& entry, sdk::Time now)
{
    quiet_at_ = std::max(quiet_at_, now + grace());
    if (!proven_ || (entry && proven_->keys.contains(entry->key))) return;
    proven_.reset();
    desk_.outside.event({.kind = sdk::EventKind::table_changed, .detail = "a row behind the end of its list"});
}

bool ListTable::take_row(const profile::Message& message, sdk::Time now)
{
    const auto& list = desk_.profile().list;
    if (!list || !profile::matches(list->entry, message, desk_.self.params)) return false;
    auto entry = read_entry(desk_.rules, list->map, message);
    if (!read_) {
        stray_row(entry, now);
        return true;
    }
    if (entry) {
        read_->entry(std::move(*entry), now);
    } else {
        if (!std::exchange(unreadable_told_, true))
            desk_.outside.log(sdk::Level::warning, "entries whose key cannot be read stand in the table; remove them at the controller");
        read_->damaged();
    }
    return true;
}

void ListTable::gap()
{
    if (read_) read_->damaged();
}

void ListTable::sign_of_life(sdk::Time now)
{
    window_.life_seen(now);
    if (window_.expire(now) != Window::Expired::nothing) desk_.life.doubt();
}

void ListTable::lost(std::string_view command, std::string_view read, sdk::Time now)
{
    if (window_.give_up(command, now)) desk_.life.doubt();
    finish_read(std::string{read});
}

void ListTable::connected(sdk::Time now)
{
    quiet_at_ = std::max(quiet_at_, now + grace());
}

void ListTable::end(sdk::Time now)
{
    finish_read("offline");
    window_.give_up("detached", now);
    if (!apply_) return;
    apply_->verdicts.resize(apply_->steps.size(), Verdict::late());
    advance_apply(now);
}

void ListTable::expire(sdk::Time now)
{
    const auto expired = window_.expire(now);
    if (expired == Window::Expired::unanswered) desk_.life.doubt();
    if (expired == Window::Expired::lost) desk_.outside.online(sdk::SignOfLife::answer);
    if (read_ && !read_->expire(now, desk_.profile().probe.has_value())) finish_read("late");
}

std::optional<sdk::Time> ListTable::due(sdk::Time now) const
{
    auto next = window_.due();
    const auto sooner = [&next](sdk::Time at) { next = next ? std::min(*next, at) : at; };
    if (read_) sooner(read_->due());
    if (read_ && quiet_at_ > now) sooner(quiet_at_);
    return next;
}

} // namespace gatehouse::mqtt
