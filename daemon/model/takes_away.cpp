#include "model/takes_away.hpp"

#include "model/interval.hpp"

namespace gatehouse::model {

namespace {

enum class Effect : std::uint8_t { none, narrows, may_widen };

Interval window_of(const std::optional<Instant>& starts_at, const std::optional<Instant>& ends_at)
{
    return {starts_at.value_or(base::no_start), ends_at.value_or(base::no_end)};
}

/// Gathers what the fields of one row do.
class Comparison {
public:
    void same(bool is) { widens_ = widens_ || !is; }
    /// From `before` to `now`, of which only the step from false to true narrows.
    void only_sets(bool before, bool now) { widens_ = widens_ || (before && !now), narrows_ = narrows_ || (!before && now); }
    template <class T>
    void only_clears(const std::optional<T>& before, const std::optional<T>& now)
    {
        if (before == now) return;
        (now ? widens_ : narrows_) = true;
    }
    void only_shrinks(Interval before, Interval now)
    {
        if (before == now) return;
        const bool within = before.from <= now.from && now.until <= before.until;
        (within ? narrows_ : widens_) = true;
    }
    Effect effect() const { return widens_ ? Effect::may_widen : narrows_ ? Effect::narrows : Effect::none; }

private:
    bool widens_ = false, narrows_ = false;
};

struct EffectOfPut {
    const Directory& directory;

    Effect operator()(const User& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->users.find(row.id);
        if (node == nullptr) return Effect::may_widen;
        const auto& before = node->row;
        Comparison compared;
        compared.same(before.system == row.system);
        compared.only_clears(before.identity, row.identity);
        const auto* person = before.identity ? workspace->identities.find(*before.identity) : nullptr;
        compared.same(person == nullptr || !person->row.frozen || row.identity == before.identity || row.suspended); // it would open again
        compared.only_sets(before.suspended, row.suspended);
        compared.only_shrinks(window_of(before.starts_at, before.ends_at), window_of(row.starts_at, row.ends_at));
        return compared.effect();
    }

    Effect operator()(const Credential& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->credentials.find(row.id);
        if (node == nullptr) return Effect::may_widen;
        const auto& before = node->row;
        Comparison compared;
        auto rest = row; // whatever else a credential has is what opens
        rest.user = before.user, rest.starts_at = before.starts_at, rest.ends_at = before.ends_at, rest.list = before.list;
        rest.touched = before.touched;
        compared.same(rest == before);
        compared.only_clears(before.user, row.user);
        compared.only_shrinks(window_of(before.starts_at, before.ends_at), window_of(row.starts_at, row.ends_at));
        compared.only_sets(before.list == ListState::emptied, row.list == ListState::emptied);
        compared.same(before.list == row.list || row.list == ListState::emptied);
        return compared.effect();
    }

    /// What stops a person, and no more.
    Effect operator()(const Identity& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->identities.find(row.id);
        if (node == nullptr) return Effect::may_widen;
        auto rest = row;
        rest.frozen = node->row.frozen, rest.frozen_at = node->row.frozen_at, rest.touched = node->row.touched;
        Comparison compared;
        compared.same(rest == node->row);
        compared.only_sets(node->row.frozen, row.frozen);
        return compared.effect();
    }

    Effect operator()(const AccessGrant& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->grants.find(row.id);
        return node == nullptr ? Effect::may_widen : only_deletes(row, node->row);
    }

    Effect operator()(const GrantMethod& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->methods.find(row.id);
        return node == nullptr ? Effect::may_widen : only_deletes(row, node->row);
    }

    template <class Row>
    static Effect only_deletes(Row row, const Row& before)
    {
        Comparison compared;
        compared.only_sets(before.deleting, row.deleting);
        row.deleting = before.deleting, row.touched = before.touched;
        compared.same(row == before);
        return compared.effect();
    }

    /// A new one is an unlock.
    Effect operator()(const ActionAttempt& row) const
    {
        const auto* workspace = directory.workspace(row.workspace);
        const auto* node = workspace == nullptr ? nullptr : workspace->attempts.find(row.id);
        const bool ends = node != nullptr && row.status != AttemptStatus::pending;
        return ends ? Effect::narrows : Effect::may_widen;
    }

    template <class Row>
    Effect operator()(const Row&) const
    {
        return Effect::may_widen;
    }
};

} // namespace

bool only_takes_away(const Directory& directory, const std::vector<Mutation>& rows)
{
    bool narrows = rows.empty(); // a record of something is none of it
    for (const auto& [row, erase] : rows) {
        const auto effect = erase ? Effect::narrows : std::visit(EffectOfPut{directory}, row);
        if (effect == Effect::may_widen) return false;
        narrows = narrows || effect == Effect::narrows;
    }
    return narrows;
}

} // namespace gatehouse::model
