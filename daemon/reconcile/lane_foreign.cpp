#include "base/turn.hpp"
#include "reconcile/lane.hpp"

#include "reconcile/slots.hpp"

#include <spdlog/spdlog.h>

namespace gatehouse::reconcile {

namespace asio = boost::asio;
using model::Truth;

constexpr std::size_t back_at_most = 4'096;  // of one read; who forges tags is held by the brake like anybody
constexpr base::seconds intruders_every{60}; // a read takes seconds, and shows all there are

/// The operator's word was carried out; settle writes that down, with what it led to.
void Lane::heed_word()
{
    heeded_ = heeded_ || adopt_;
    adopt_.reset();
    count_named();
}

/// So many entries of the word are not proven gone, or not yet seen to be kept: as the last read has it.
void Lane::count_named()
{
    status_.word = adopt_ ? std::optional{adopt_->what} : std::nullopt;
    status_.word_left = adopt_ ? strangers_.named_in(*adopt_) : 0;
}

void Lane::count_strangers()
{
    status_.foreign = strangers_.all().size();
    if (strangers_.all().empty())
        with_strangers_.erase(device_);
    else
        with_strangers_.insert(device_);
}

/// What is granted now is the gateway's own, whoever wrote it first; it stays on the list until a record of our own says what it opens.
void Lane::release_own(const Lowered& lowered)
{
    if (strangers_.all().empty() && strangers_.kept().empty()) return;
    for (const auto& [key, desired] : lowered.entries) {
        kept_changed_ = strangers_.granted(key) || kept_changed_;
        if (tools_.directory.placements().find(device_, key) != nullptr) strangers_.became_own(key);
    }
    count_strangers();
}

/// What stands under a key that is about to be taken over, as if we had written it; nothing when nobody's entry was seen there.
std::optional<model::Placement> Lane::taken_over(const std::string& key) const
{
    const auto stranger = strangers_.all().find(key);
    const auto* device = tools_.directory.device(device_);
    if (stranger == strangers_.all().end() || device == nullptr) return std::nullopt;
    auto claimed = as_placement(tools_.directory, *device, stranger->second.entry);
    if (claimed) claimed->since = stranger->second.since;
    return claimed;
}

/// Whoever is let in by an entry the gateway does not know of shows that the table is not what was read last.
void Lane::let_in(devices::Entry entry)
{
    std::deque<devices::Entry> shown;
    shown.push_back(std::move(entry));
    const auto* status = tools_.fleet.status(device_);
    name_entries(shown, tools_.directory.placements().of(device_), status == nullptr ? devices::Capabilities{} : status->capabilities,
                 policy_);
    if (shown.empty()) return; // a reserved slot is nobody's business
    const auto key = key_of(shown.front());
    opens_still(key);
    const bool known = tools_.directory.placements().find(device_, key) != nullptr || strangers_.all().contains(key);
    if (known || look_ || tools_.clock.now() < next_intruder_) return;
    next_intruder_ = tools_.clock.now() + intruders_every;
    spdlog::warn("unknown_card_let_in device={}", to_string(device_));
    look();
}

/// Somebody's card opens whose entry a read had shown to be gone: so the read was wrong, and it is on record again as what is to go.
void Lane::opens_still(const std::string& key)
{
    const auto* gone = gone_.find(key);
    if (gone == nullptr || tools_.directory.device(device_) == nullptr) return;
    const auto* known = tools_.directory.placements().find(device_, key);
    if (known != nullptr && !known->leaving) return; // granted again
    if (known == nullptr) {
        auto placement = *gone;
        placement.leaving = true;
        placement.truth = Truth::unknown;
        placement.reason = "it let somebody in after a read had shown it to be gone";
        placement.since = tools_.clock.wall();
        ledger::PlacementBatch batch;
        batch.put.push_back(std::move(placement));
        tools_.ledger.note(std::move(batch));
        leaving_.insert(key);
        status_.leaving = leaving_.size();
        spdlog::error("opened_after_proof device={}", to_string(device_));
        report("gatehouse.opened_after_proof", {});
    }
    gone_.let_in(key, tools_.clock.now());
    due_.add(key);
    touch(true);
    look();
}

/// Carries out the operator's word on what it names: that is kept, or comes back to be removed. The word holds until everything there was
/// has been seen.
std::vector<devices::Entry> Lane::take_named(std::vector<devices::Entry>& foreign, bool complete)
{
    std::vector<devices::Entry> removed;
    if (!adopt_) return removed;
    const auto other = [this](const devices::Entry& entry) { return !adopt_->marks.contains(mark_of(entry)); };
    const auto named = std::stable_partition(foreign.begin(), foreign.end(), other);
    if (adopt_->what == Foreign::keep)
        for (auto entry = named; entry != foreign.end(); ++entry) kept_changed_ = strangers_.keep(mark_of(*entry)) || kept_changed_;
    else
        removed.assign(named, foreign.end());
    foreign.erase(named, foreign.end());
    count_named();
    if (complete && removed.empty()) heed_word();
    return removed;
}

/// What we wrote ourselves and proved gone stands there again, with an older table: it is on record from here on as what is to go, and
/// nobody has to say so. At first contact it is an earlier gateway's. What stands in a slot is told apart by nothing. False when there is
/// none.
asio::awaitable<bool> Lane::take_back(std::vector<devices::Entry>& foreign, devices::Capabilities capabilities)
{
    std::vector<devices::Entry> others;
    std::vector<std::string> back;
    for (std::size_t at = 0; at < foreign.size();) {
        const auto* device = tools_.directory.device(device_);
        if (status_.first_contact || device == nullptr) co_return false;
        devices::Doors outputs = 0;
        for (const auto& id : device->doors) outputs |= devices::Doors{1} << tools_.directory.door(id)->row.output;
        ledger::PlacementBatch again;
        for (const auto end = std::min(foreign.size(), at + tools_.slice); at < end; ++at) {
            auto& entry = foreign[at];
            if (entry.slot || back.size() >= back_at_most || !bears_our_tag(entry, outputs, capabilities)) {
                others.push_back(std::move(entry));
                continue;
            }
            auto placement = came_back(tools_.directory, *device, entry, tools_.clock.wall());
            if (tools_.directory.placements().find(device_, placement.key) != nullptr) continue; // written meanwhile
            again.put.push_back(std::move(placement));
            back.push_back(again.put.back().key);
            due_.add(back.back());
            strangers_.became_own(back.back());
            leaving_.insert(back.back());
        }
        if (!again.put.empty()) tools_.ledger.note(std::move(again));
        if (at < foreign.size()) co_await base::next_turn();
    }
    foreign = std::move(others);
    if (back.empty()) co_return false;
    status_.leaving = leaving_.size();
    revoking_ = look_ = true;
    trouble(std::to_string(back.size()) + " entries that were removed came back; they are removed again");
    spdlog::error("removed_entries_came_back device={} entries={}", to_string(device_), back.size());
    report("gatehouse.removed_entries_came_back", {{"entries", static_cast<std::int64_t>(back.size())}});
    repaired(back);
    co_return true;
}

/// Entries of nobody. At first contact they wait for the operator's word; on a device that was settled they are tampering.
asio::awaitable<Lane::Treated> Lane::treat_foreign(std::vector<devices::Entry> foreign, std::size_t shown, bool complete,
                                                   devices::Capabilities capabilities)
{
    if (status_.first_contact && strangers_.waiting() && status_.foreign != strangers_.all().size())
        spdlog::warn("foreign_entries_wait device={} entries={}", to_string(device_), strangers_.all().size());
    status_.braked = false;
    std::erase_if(foreign, [this](const auto& entry) { return strangers_.kept(entry); });
    const auto unit = unit_;
    const bool back = co_await take_back(foreign, capabilities);
    if (unit != unit_ || tools_.directory.device(device_) == nullptr) co_return Treated::stay; // another unit's table is not this one's
    count_strangers();
    const auto fresh = status_.first_contact ? std::set<std::string>{} : report_strangers(foreign, complete);
    if (back) co_return Treated::removed; // revokes of people's access go before; the next read shows the others again
    auto removed = take_named(foreign, complete);
    const auto usual = status_.first_contact ? policy_.first_contact : policy_.foreign;
    if (usual == Foreign::keep)
        for (const auto& entry : foreign) kept_changed_ = strangers_.keep(mark_of(entry)) || kept_changed_;
    if (usual == Foreign::remove) {
        const bool many = foreign.size() > policy_.brake_entries && foreign.size() * 100 > shown * policy_.brake_share;
        status_.braked = many && !status_.first_contact;
        std::vector<std::string> keys; // a new one is put right; and a new one again, when a read had shown it gone
        for (const auto& entry : foreign)
            if (!status_.braked && fresh.contains(key_of(entry))) keys.push_back(key_of(entry));
        repaired(keys);
        if (!status_.braked) removed.insert(removed.end(), foreign.begin(), foreign.end());
    }
    if (!removed.empty()) co_return co_await remove_strangers(std::move(removed), capabilities);
    if (complete) strangers_.none_to_remove();
    co_return Treated::stay;
}

asio::awaitable<Lane::Treated> Lane::remove_strangers(std::vector<devices::Entry> strangers, devices::Capabilities capabilities)
{
    look_ = true;
    bool well = true, refused = false;
    const bool stay = strangers_.stay(strangers);
    if (stay) trouble("the device acknowledged the removal of foreign entries and still holds them");
    spdlog::warn("foreign_entries_removed device={} entries={}", to_string(device_), strangers.size());
    const auto urgent = urgent_;
    for (std::size_t at = 0; at < strangers.size() && well && !has_moved_on(urgent);) {
        std::vector<devices::Step> steps;
        load_policy();
        for (const auto end = std::min(strangers.size(), at + chunk()); at < end; ++at)
            if (!strangers[at].slot || !policy_.reserved.contains(*strangers[at].slot)) steps.push_back({true, strangers[at]});
        if (steps.empty()) continue;
        const auto outcomes = co_await write(std::move(steps), capabilities);
        for (const auto& outcome : outcomes) {
            well = well && goes_on(outcome);
            refused = refused || (goes_on(outcome) && outcome.verdict != devices::Verdict::acknowledged);
        }
    }
    if (refused) trouble("the device refuses to remove foreign entries");
    co_return well && !refused && !stay ? Treated::removed : Treated::failed; // what stays is tried again after a pause
}

/// Once for every new one; answers these.
std::set<std::string> Lane::report_strangers(const std::vector<devices::Entry>& strangers, bool complete)
{
    auto fresh = strangers_.news(strangers, complete);
    const auto is_new = [&fresh](const devices::Entry& entry) { return fresh.contains(key_of(entry)); };
    if (std::none_of(strangers.begin(), strangers.end(), is_new)) return fresh;
    spdlog::error("foreign_entries device={} entries={}", to_string(device_), strangers.size());
    report("gatehouse.foreign_entries_found", {{"entries", static_cast<std::int64_t>(strangers.size())}});
    return fresh;
}

} // namespace gatehouse::reconcile
