#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "devices/fleet.hpp"
#include "ledger/ledger.hpp"
#include "model/candidates.hpp"
#include "reconcile/backoff.hpp"
#include "reconcile/due.hpp"
#include "reconcile/plan.hpp"
#include "reconcile/proven_gone.hpp"
#include "reconcile/second_writer.hpp"
#include "reconcile/slots.hpp"
#include "reconcile/strangers.hpp"
#include "reconcile/unproven.hpp"

#include <set>

namespace gatehouse::reconcile {

/// What everybody needs to work on devices.
struct Tools {
    const model::Directory& directory;
    ledger::Ledger& ledger;
    devices::Fleet& fleet;
    base::Clock& clock;
    base::Random& random;
    std::size_t slice = 32; ///< entries that are looked at in one turn

    /// A start can be left to the device.
    bool honours_start(const model::DeviceId& device) const
    {
        const auto* status = fleet.status(device);
        return status == nullptr || status->clock.keeps_starts();
    }
};

/// What is known of one device's table, for status and the API.
struct LaneStatus {
    bool settled = false;                 ///< the last read-back equalled what was lowered, and nothing came since
    model::ChangeNumber number = 0;       ///< synced up to this change
    std::optional<base::Instant> read_at; ///< last complete read-back
    bool first_contact = true;            ///< never settled: foreign entries wait for the operator's word
    std::size_t foreign = 0;              ///< entries of nobody, as last read
    std::optional<Foreign> word;          ///< the operator's on such entries, while it is carried out
    std::size_t word_left = 0;            ///< entries it names that are not yet proven gone, or not yet seen again to be kept
    std::size_t leaving = 0;              ///< residual entries
    std::multimap<model::CredentialId, Refusal> refusals; ///< credentials the device cannot serve
    /// Why the device cannot serve the credential at the door; empty when it can.
    std::string refusal(const model::CredentialId& credential, const model::DoorId& door) const
    {
        for (auto [at, end] = refusals.equal_range(credential); at != end; ++at)
            if (at->second.door == door) return at->second.reason;
        return {};
    }
    std::string trouble; ///< why the last pass did not end well; empty when it did
    base::Instant trouble_since{};
    bool braked = false; ///< too many foreign entries to remove without the operator's word
};

/// One device's lane: one pass at a time, told only that something changed, never what. Core thread.
class Lane {
public:
    /// Keeps itself among `with_strangers` while its device holds entries of nobody.
    /// `contact` and `address` are its marks of an earlier life.
    Lane(Tools tools, model::DeviceId device, std::string contact, std::string address, std::set<model::DeviceId>& with_strangers,
         const Unproven& unproven);

    /// Runs until the device is gone from the directory. Spawned once by the reconciler.
    boost::asio::awaitable<void> run();

    /// A change bears on these people's entries, or on everybody's (null). They are looked at when something makes the lane look.
    void concern(const std::shared_ptr<const model::Concerned>& who, bool narrowed);
    /// Something that bears on the device changed; an urgent touch (something was taken away) ends a running pass after its current write,
    /// and what takes away goes out beside a running read.
    void touch(bool urgent);
    /// A sign of life after silence: waiting for a retry makes no sense any more.
    void alive();
    /// The device may have lost its table, or an operator asks: read as soon as possible.
    void look();
    /// The device restarted: what it lost by that is no work of somebody else's.
    void began_anew();
    /// It was out of reach, or its driver was: it may have restarted unseen.
    void was_away();
    /// What is no longer granted stands on the residual list soon, whatever the device is doing.
    void mark_leaving();
    /// An entry that is to be there has not been proven for too long: the status says so until the lane settles, the journal once.
    void tell_of_late(const model::Placement& placement);
    /// Something that is no longer granted may not be marked yet.
    bool marking() const { return marking_; }
    /// When a right to an entry ends or begins by time alone, and mark_leaving is due again.
    base::Instant claims_edge() const { return claims_edge_; }
    /// What is known of the device's own clock changed: what begins later goes from it, or may stand there again.
    void clock_judged(const devices::ClockJudged& judged);
    /// Settings of the device that its profile relies on turned out to differ, or to be right again.
    void settings_told(const devices::SetupTold& told);
    /// The device let a card in.
    void let_in(devices::Entry entry);
    /// The operator's word on foreign entries.
    void adopt(Word word);
    /// The device was exchanged for another unit: nothing is known of what this one holds, and it is at first contact. What was on record
    /// of the old one is the caller's to end, in the same turn.
    void replaced();
    /// Looks whether the device is met somewhere else than before: then nothing is believed of it that was not read there. Whether it is
    /// another unit as well the operator knows, and says so.
    void mind_address();
    /// Its device is gone, it ran to its end and nothing of it goes on.
    bool at_rest() const { return ended_ && !beside_ && !watching_ && !marking_; }

    const LaneStatus& status() const { return status_; }
    const Strangers& strangers() const { return strangers_; }
    const DevicePolicy& policy() const { return policy_; }
    /// Since when somebody else seems to write the device.
    std::optional<base::Instant> second_writer() const { return second_writer_.since(tools_.clock.now()); }

private:
    enum class Next : std::uint8_t { again, retry, rest };
    enum class Treated : std::uint8_t { stay, removed, failed }; ///< what became of foreign entries

    /// What one look at a device, or at a part of what it is to hold, came to.
    struct Survey {
        base::Now now{};
        bool whole = false;
        std::map<std::string, model::Placement> drops;
        std::map<std::string, Desired> narrowing, widening;
        std::set<std::string> leaving; ///< recorded and no longer desired
        std::set<std::string> anew;    ///< among the drops: desired, and not rewritten narrower
        std::multimap<model::CredentialId, Refusal> refusals;
        base::Instant policy_edge = base::no_end, next_edge = base::no_end;
        model::ChangeNumber number = 0; ///< the directory's at the end
        std::optional<SlotGiver> giver;
        std::size_t studied = 0; ///< in this turn
    };

    boost::asio::awaitable<Next> pass();
    boost::asio::awaitable<bool> survey(Survey& survey, const devices::Capabilities& capabilities);
    boost::asio::awaitable<bool> study_placed(Survey& survey, const devices::Capabilities& capabilities);
    boost::asio::awaitable<bool> study_others(Survey& survey, const devices::Capabilities& capabilities);
    boost::asio::awaitable<bool> study_named(Survey& survey, const devices::Capabilities& capabilities, model::Concerned named);
    boost::asio::awaitable<Writes> take_writes(Survey& survey);
    boost::asio::awaitable<Judgement> judge_slowly(devices::TableRead& read, const devices::Capabilities& capabilities);
    boost::asio::awaitable<bool> drop(std::vector<model::Placement> drops, const devices::Capabilities& capabilities);
    boost::asio::awaitable<bool> put(Writes writes, const devices::Capabilities& capabilities, model::ChangeNumber number);
    boost::asio::awaitable<Next> after_failure(const devices::Capabilities& capabilities);
    boost::asio::awaitable<Next> read_back(const devices::Capabilities& capabilities);
    boost::asio::awaitable<Treated> treat_foreign(std::vector<devices::Entry> foreign, std::size_t shown, bool complete,
                                                  devices::Capabilities capabilities);
    boost::asio::awaitable<Treated> remove_strangers(std::vector<devices::Entry> strangers, devices::Capabilities capabilities);
    boost::asio::awaitable<std::vector<devices::Outcome>> write(std::vector<devices::Step> steps,
                                                                const devices::Capabilities& capabilities);
    boost::asio::awaitable<void> settle(model::ChangeNumber number);
    boost::asio::awaitable<void> wait_for_next(Next next);
    boost::asio::awaitable<void> write_beside_read();
    boost::asio::awaitable<void> watch_edge();

    void trouble(std::string what);
    void trouble_of_reading(std::string what);
    void read_in_part(const std::string& why);
    void start_beside_read(bool grants);
    void look_out_for_edge();
    bool forget_overtaken(devices::TableRead& read);
    Task task(const model::DeviceNode& device, const devices::Capabilities& capabilities, base::Now at) const;
    Slots slots(const model::DeviceNode& device) const;
    bool time_moved_on();
    void study(Survey& survey, const model::DeviceNode& device, const devices::Capabilities& capabilities,
               const model::Concerned& concerned);
    void take_status(Survey& survey, const Part& part);
    void mark_soon();
    void mark_some();
    void mark(const model::DeviceNode& device, const model::Placement& placement, ledger::PlacementBatch& marks);
    static void hold(const Survey& survey, Due& due);
    bool unsettled() const { return touched_ || !due_.empty(); }
    void doubt_all();
    void doubt_all(ledger::PlacementBatch& batch, const std::string& why) const;
    void name_holders(const Part& part);
    bool keep_allowed(std::vector<devices::Step>& steps, std::vector<model::Placement>& placed,
                      std::span<const std::optional<model::Placement>> olds, const devices::Capabilities& capabilities);
    void note_put(const std::vector<devices::Outcome>& outcomes, std::vector<model::Placement> placed,
                  const devices::Capabilities& capabilities, bool narrowing);
    void prove(std::span<const devices::Step> sent, std::span<const devices::Outcome> outcomes, const devices::Capabilities& capabilities);
    void take_edges(const Survey& found);
    void renew_in_time(const std::string& key);
    bool gives_way(bool narrowing);
    ledger::Patience patience(unsigned urgent);
    void defer(std::span<const Desired> puts, const base::Error& error);
    void keep_lease(Desired& put) const;
    bool only_narrows(const Desired& put, const devices::Capabilities& capabilities) const;
    void begin_behind_last(Writes& writes) const;
    void heed_word();
    void count_named();
    std::vector<devices::Entry> take_named(std::vector<devices::Entry>& foreign, bool complete);
    void count_strangers();
    void release_own(const Lowered& lowered);
    std::optional<model::Placement> taken_over(const std::string& key) const;
    boost::asio::awaitable<bool> take_back(std::vector<devices::Entry>& foreign, devices::Capabilities capabilities);
    std::set<std::string> report_strangers(const std::vector<devices::Entry>& strangers, bool complete);
    void repaired(std::span<const std::string> keys);
    bool explains(bool nothing_shown, const Judgement& judgement) const;
    boost::asio::awaitable<bool> misses(const Shown& shown);
    void opens_still(const std::string& key);
    void judge_some(std::span<const std::string> keys, const Shown& shown, Looked looked, const model::DeviceNode& device,
                    const devices::Capabilities& capabilities, Survey& found, Judgement& whole);
    void record(Judgement& judgement);
    void report_lost(const Judgement& judgement, bool complete);
    void report(std::string type, std::vector<std::pair<std::string, model::EventValue>> body);
    void load_policy();
    bool read_is_due(const devices::Capabilities& capabilities) const;
    bool proof_is_overdue() const;
    /// Something was taken away since, by a change or by the time.
    bool has_moved_on(unsigned urgent) const { return urgent_ != urgent || tools_.clock.wall() >= policy_edge_; }
    std::size_t chunk() const { return chunk_; }
    base::Monotonic retry_at();
    base::Monotonic rest_until() const;
    base::Monotonic at(base::Instant edge) const;
    base::Now now() const { return tools_.clock.site(); }

    Tools tools_;
    std::set<model::DeviceId>& with_strangers_;
    const Unproven& unproven_marks_;
    model::DeviceId device_;
    Due due_{true};                 ///< to be looked at by the next pass
    Due in_hand_{false};            ///< writes that are not all done
    std::set<std::string> full_;    ///< keys the device had no room for: every pass tries again
    std::set<std::string> leaving_; ///< keys of records that are no longer desired
    std::set<std::string> waiting_; ///< keys of entries that stood, and are written again only when the clock is trusted
    Due deferred_{false};           ///< puts of this pass that the gateway's disk did not take
    Due owed_{false};               ///< revokes of this pass that were not acknowledged
    Due unmarked_{false};           ///< for mark_leaving
    model::Concerned to_mark_;
    std::optional<std::string> mark_behind_; ///< how far a look at everybody came
    bool beside_due_ = false;
    base::milliseconds clock_offset_{0}; ///< of the wall clock, when everybody was looked at
    bool clock_trusted_ = true;
    DevicePolicy policy_;
    std::string policy_text_;     ///< what it was read from
    std::string address_;         ///< of what is on record; empty: of nothing yet
    std::string address_written_; ///< as the configuration has it
    LaneStatus status_;
    base::Wakeup wakeup_;
    Backoff backoff_;
    bool touched_ = true;
    unsigned urgent_ = 0;              ///< how often something was taken away
    bool stirred_ = false;             ///< no use in waiting for a retry any longer
    bool revoking_ = false;            ///< something is still to be taken away
    bool unclear_ = false;             ///< a write of this pass ended without a clear answer
    bool busy_ = false;                ///< or with the answer that nothing was done
    unsigned failed_ = 0;              ///< passes since one whose writes all went well
    bool trouble_of_reading_ = false;  ///< the trouble is that the table was not read
    bool told_of_late_ = false;        ///< that an entry is not proven, since the lane was settled
    std::string drop_last_, put_last_; ///< keys; a device that fails is not asked for the same ones for ever
    std::set<std::string> covered_;    ///< being narrowed; what the disk has of them covers what they may hold
    bool gave_way_ = false;            ///< a grant waited for a revoke, and is to be written before the next
    bool marking_ = false;             ///< mark_leaving is queued
    bool ended_ = false;
    unsigned unit_ = 0;    ///< how often the device was exchanged or got another address; what was asked of before says nothing of it now
    bool reading_ = false; ///< a read_table is under way
    bool beside_ = false;  ///< writes go out beside it
    bool beside_again_ = false, beside_grants_ = false;
    bool slots_known_ = false;        ///< the whole table was read: what stands in no slot is known
    bool grant_cut_ = false;          ///< a plain grant ended a read since the last complete one
    std::set<std::string> overtaken_; ///< keys written beside the read: it says nothing about them
    base::Wakeup beside_done_;
    base::Wakeup beside_retry_;                                           ///< ends the wait after a write beside the read that failed
    std::optional<base::Monotonic> unproven_;                             ///< first write since the last complete read
    bool look_ = true;                                                    ///< every device is due for one read after a start
    std::optional<Word> adopt_;                                           ///< the operator's word, until it is carried out
    bool heeded_ = false;                                                 ///< it was, and that is not yet written down
    Strangers strangers_;                                                 ///< foreign entries
    bool kept_changed_ = false;                                           ///< which of them are kept, and that is not yet written down
    base::Instant policy_edge_ = base::no_end, next_edge_ = base::no_end; ///< of what was lowered; the same, or a renewal before it
    base::Instant claims_edge_ = base::no_end;                            ///< of the rights to what stands on the device
    base::Wakeup edge_;                                                   ///< ends the watch for it while a table is read
    bool watching_ = false;
    base::Monotonic sweep_at_{};
    base::Monotonic next_intruder_{}; ///< one who is let in before this starts no read
    ProvenGone gone_;
    SecondWriter second_writer_;
    /// How often the device restarted, and was out of reach.
    struct Breaks {
        unsigned restarts = 0, absences = 0;
    };
    Breaks breaks_{1, 0};    ///< what was before the gateway began nobody knows
    Breaks proven_behind_;   ///< those before the last complete read began
    bool explained_ = false; ///< what the read that is judged shows to be lost or back is no work of somebody else's
    base::milliseconds retry_after_{0};
    std::size_t chunk_ = 8; ///< steps that take the device about a second
};

} // namespace gatehouse::reconcile
