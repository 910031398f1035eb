/// A small complete driver: plain controllers (docs/protocols/plain.md), one a line. Start a new driver from here; docs/driver-guide.md
/// walks through it.
#include "telegrams.hpp"

#include "sdk/run.hpp"

#include <cstdlib>
#include <map>

namespace gatehouse::skeleton {

using namespace sdk;
using End = Wire::Answer::End;

class PlainLine final : public Line {
public:
    using Line::Line;

    Verdict open(const Endpoint& endpoint, Deadline) override
    {
        const auto tcp = text_of(endpoint.settings, "tcp").value_or("");
        const auto colon = tcp.rfind(':');
        const auto port = colon == std::string::npos ? 0 : std::atoi(tcp.c_str() + colon + 1);
        if (port < 1 || port > 65'535) return Verdict::refused("endpoint", "tcp: HOST:PORT is wanted");
        wire_.emplace(tcp.substr(0, colon), static_cast<std::uint16_t>(port));
        report().line_online();
        return Verdict::acknowledged();
    }

    Attached attach(const Attachment& attachment, Deadline deadline) override
    {
        if (!device_.empty()) return Verdict::refused("endpoint_in_use", "one controller a line");
        device_ = attachment.at.device;
        for (const auto& door : attachment.doors) modes_[door.door] = door.mode;
        meet(deadline); // it need not answer yet
        Attached attached;
        attached.capabilities = capabilities();
        for (const auto& door : attachment.doors)
            attached.doors.push_back({door.door, asserted_[door.door] ? Verdict::acknowledged() : Verdict::offline()});
        return attached;
    }

    void detach(const Address&) override
    {
        device_.clear();
        modes_.clear(), asserted_.clear(), heard_.reset();
    }

    Table read_table(const Address&, Turn& turn) override
    {
        Table table;
        for (std::string stood_still; !table.complete;) {
            turn.serve_doors();
            if (turn.yield_requested()) return partial(std::move(table), "yielded");
            const auto page = ask("LIST " + std::to_string(table.entries.size()), turn.deadline());
            if (page.end != End::answered && table.entries.empty()) return verdict_of(page); // nothing was read: that is never empty
            if (page.end != End::answered) return partial(std::move(table), page.end == End::late ? "late" : "damaged");
            if (!take_page(table, page, stood_still)) return partial(std::move(table), "damaged");
        }
        return table;
    }

    Applied apply(const Address&, std::span<const Step> steps, Turn& turn) override
    {
        Applied applied;
        for (const auto& step : steps) {
            turn.serve_doors();
            const auto telegram = telegram_of(step);
            applied.steps.push_back(telegram.empty() ? Verdict::refused("not_expressible") : verdict_of(ask(telegram, turn.deadline())));
        }
        return applied;
    }

    Verdict strike(const Address& door, Milliseconds pulse, Deadline deadline) override
    {
        return verdict_of(ask("OPEN " + std::to_string(door.door) + " " + std::to_string(pulse.count()), deadline));
    }

    Verdict set_door(const Address& door, DoorMode mode, Deadline deadline) override
    {
        modes_[door.door] = mode, asserted_[door.door] = false; // with the next sign of life, if not now
        return assert_mode(door.door, deadline);
    }

    void lock_all_outputs(std::span<const Address> doors, Deadline deadline) override
    {
        for (const auto& door : doors) wire_->ask(telegram_of(door.door, DoorMode::locked), deadline.within(a_telegram));
    }

    Milliseconds idle() override
    {
        if (!device_.empty()) meet(Deadline::in(a_telegram));
        return a_poll;
    }

private:
    static constexpr Milliseconds a_telegram{700}, a_poll{1'000};

    Wire::Answer ask(const std::string& telegram, Deadline deadline)
    {
        if (!met_ && !deadline.passed() && !meet(deadline)) return {.end = deadline.passed() ? End::late : End::offline};
        if (deadline.passed()) return {.end = End::late}; // a door must not open minutes later
        auto answer = wire_->ask(telegram, deadline.within(a_telegram));
        met_ = answer.end == End::answered;
        for (const auto& event : events_of(wire_->news())) report().event(device_, event);
        return answer;
    }

    /// A sign of life. Behind a silence, what the doors are to be goes before everything else.
    bool meet(Deadline deadline)
    {
        const auto answer = wire_->ask("HELLO", deadline.within(a_telegram)); // OK plain boots=N ...
        const bool was_met = std::exchange(met_, answer.end == End::answered && answer.words.size() > 2);
        const bool restarted = met_ && !boots_.empty() && boots_ != answer.words[2];
        if (met_) boots_ = answer.words[2];
        if (restarted) asserted_.clear();
        for (const auto& [door, mode] : modes_) met_ = met_ && (asserted_[door] || assert_mode(door, deadline).ok());
        for (const auto& event : events_of(wire_->news())) report().event(device_, event);
        if (!met_ && heard_ != false) report().offline(device_, "no_answer");
        if (met_ && restarted) report().restarted(device_, boots_);
        if (met_ && (restarted || !was_met)) report().online(device_, heard_ ? SignOfLife::answer : SignOfLife::attached);
        heard_ = met_;
        return met_;
    }

    Verdict assert_mode(std::uint8_t door, Deadline deadline)
    {
        const auto mode = modes_[door];
        auto verdict = Verdict::acknowledged();
        if (mode != DoorMode::leave) verdict = verdict_of(wire_->ask(telegram_of(door, mode), deadline.within(a_telegram)));
        asserted_[door] = verdict.ok();
        return verdict;
    }

    std::optional<Wire> wire_;
    std::string device_, boots_;
    std::map<std::uint8_t, DoorMode> modes_;
    std::map<std::uint8_t, bool> asserted_;
    bool met_ = false;          ///< since the last silence
    std::optional<bool> heard_; ///< what the daemon was told of it
};

} // namespace gatehouse::skeleton

int main(int argc, char** argv)
{
    return gatehouse::sdk::run<gatehouse::skeleton::PlainLine>(argc, argv, {.name = "skeleton", .lines_per_process = 64});
}
