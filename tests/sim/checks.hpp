#pragma once

#include "sim/codes.hpp"
#include "sim/field.hpp"
#include "unit/model/books.hpp"

#include <span>

namespace gatehouse::sim {

class World;

/// What must hold at every step, and at the end. Names in violations are those of docs: never wider, R3 to R9, S2, S4, B1.
class Checks {
public:
    explicit Checks(World& world);

    void daemon_started();
    void daemon_killed();
    /// A change is in memory; books and rights are those after it.
    void applied(const model::Change& change);
    void durable(std::span<const model::Change> changes);
    /// A table request leaves the daemon.
    void sent(Controller& controller, const json::object& request);
    /// Any other request.
    void other(const json::object& request);
    /// The daemon hears what a lock showed of one slot, asked for it alone.
    void shown_alone(Controller& controller, const std::string& name, const std::optional<Row>& row, base::Monotonic asked);
    void placed(const model::DeviceId& device, std::string_view key);
    void after_step();

    /// What keeps the controllers from being as the policy wants them now; empty when all is settled, proven and quiet.
    std::string unsettled();
    void fail(std::string_view rule, std::string what);
    const std::vector<std::string>& violations() const { return violations_; }

private:
    struct Owed { ///< something the daemon has yet to take away
        model::ChangeNumber number = 0;
        std::uint64_t mark = 0; ///< counts what was sent to take away
        base::Monotonic since{};
        bool attempted = false;
        std::string right;                  ///< what it opens by
        std::size_t among = 0;              ///< so many at most, with it, since it was owed
        std::optional<base::Monotonic> due; ///< the lane had nothing else to do, so that it left at once
    };
    struct Watch { ///< of one controller
        bool settled = false;
        base::Monotonic settled_at{};
        std::uint64_t table = 0, placements = 0, seen_table = 0, seen_placements = 0, changes = 0;
        std::optional<base::Monotonic> clean_since;
        std::optional<base::Monotonic> answers_since; ///< the same, whatever the disk of the gateway does
        std::optional<base::Monotonic> reached_since; ///< its driver answers, and nothing is wrong with it
        std::optional<base::Instant> read_at;
        std::optional<base::Monotonic> shown_from;
        std::map<std::string, Owed> owed;             ///< by placement key
        std::map<std::string, base::Monotonic> opens; ///< rows that open what they should not, since when
        std::map<std::string, base::Monotonic> gone;  ///< those of them that nobody has a right to any more
        std::uint64_t revokes_sent = 0;
        std::map<std::string, model::Placement> records, before; ///< what each key's record says, and what it said before
    };

    void put_sent(Controller& controller, const Row& row, const model::Placement* placement);
    void drop_sent(Controller& controller, const std::string& key, const model::Placement* placement);
    void order_sent(Controller& controller, const std::vector<Row>& puts, const std::set<std::string>& drops);
    bool narrows(const Controller& controller, const Row& row);
    void never_wider(Controller& controller, const Row& row);
    void nothing_by_doubtful_time(Controller& controller, const Row& row);
    void lease_written(Controller& controller, const Row& row);
    void start_left_to_it(Controller& controller, const Row& row);
    std::optional<base::milliseconds> known_ahead(const Controller& controller) const;
    void record_durable(Controller& controller, const Row& row);
    void sent_for_nothing(Controller& controller, const Row& row, const model::Placement* placement);
    void remember(const std::string& controller, const std::string& key, const model::Placement* placement);
    void decisions(const model::Change& change);
    base::Instant another_moment(base::Instant now, std::uint64_t number) const;
    void note_owed(model::ChangeNumber number);
    void note_owed(const Controller& controller, model::ChangeNumber number);
    void restart_noticed(Controller& controller);
    bool idle(const Controller& controller);
    void revokes_at_once(const Controller& controller);
    void watch_settled(Controller& controller);
    bool wider(const Row& row, const model::Placement& placement) const;
    void rows_recorded(Controller& controller);
    void revokes_in_effect(Controller& controller);
    void residuals_told();
    std::uint64_t beyond(const Controller& controller, const Row& row) const;
    std::string difference(const Controller& controller, const Table& rows) const;
    std::string row_difference(const Controller& controller, const Table& rows, const std::string& key) const;
    std::string end_difference(const Controller& controller, const Row& row) const;
    bool strangers_stay(const Controller& controller) const;
    bool refused(const Controller& controller, const std::string& key) const;
    model::DeviceId id_of(const Controller& controller) const;
    std::optional<base::milliseconds> lease_of(const Controller& controller) const;

    void codes_shown(const Controller& controller);
    void codes_passed_on(const Controller& controller);
    void slot_sent(Controller& controller, const Row& row);
    void slot_dropped(const Controller& controller, const Row& row, const model::Placement* placement);
    void slot_verified(const Controller& controller, const model::Placement& placement);
    void slots_read(const Controller& controller);
    bool ours_in_slot(const Controller& controller, const Row& row) const;
    bool not_to_be_known(const Controller& controller, const Row& row) const;
    bool no_slot_left(const Controller& controller, const model::CredentialId& whose) const;
    std::string slot_difference(const Controller& controller, const Table& rows) const;
    std::string in_slot_difference(const Controller& controller, const Row& row, std::set<model::CredentialId>& held) const;
    const model::Placement* record_of(const Controller& controller, const Row& row) const;
    std::string right_of(const Controller& controller, const model::Placement& placement, bool& in_place) const;

    struct Slots { ///< of one lock, by what was sent to it and what it showed
        struct Code {
            model::CredentialId whose;
            std::string code; ///< sent last
            base::Monotonic sent{};
            std::set<std::string> before; ///< sent earlier, and not shown to be written over
        };
        std::map<std::int64_t, Code> ours; ///< until a complete read shows the slot empty
        std::set<std::int64_t> others;     ///< somebody else's code stood there when it was read last
    };
    std::map<std::string, Slots> slots_; ///< by controller

    World& world_;
    Codes codes_;
    std::map<std::string, Watch> watches_;
    model::ChangeNumber durable_ = 0;
    std::map<std::pair<model::DeviceId, std::string>, model::Placement> stored_; ///< placements on the disk
    std::uint64_t stored_at_ = ~std::uint64_t{0};                                ///< after so many commits
    std::uint64_t changes_ = 0;
    std::vector<std::string> violations_;
};

/// The name the row of a record has in its controller's table.
std::string row_name(const model::Placement& placement);
/// Whether the code in the slot is another than its record speaks of.
bool another_code(const Row& row, const model::Placement& placement);
/// An instant of the protocol's seconds; `open` where there is none.
base::Instant instant_of(const std::optional<std::int64_t>& epoch, base::Instant open);
Row row_of_step(const json::object& step);

} // namespace gatehouse::sim
