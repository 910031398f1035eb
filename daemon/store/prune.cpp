#include "store/writer.hpp"

namespace gatehouse::store {

Result<void> Writer::prune(const Pruning& pruning)
{
    if (auto pruned = prune_events(pruning); !pruned) return pruned;
    return prune_changes(pruning);
}

Result<void> Writer::prune_events(const Pruning& pruning)
{
    auto oldest = connection_.prepare("SELECT " + std::string{event_columns} + " FROM event e ORDER BY e.number LIMIT ?");
    if (!oldest) return oldest.error();
    write_value(*oldest, pruning.at_most);
    std::vector<StoredEvent> gone;
    while (true) {
        const auto more = oldest->step();
        if (!more) return more.error();
        if (!*more) break;
        auto event = read_event(oldest->row());
        if (!event) return event.error();
        const bool beyond = next_.events.number - event->number >= pruning.keep_events;
        if (!beyond && event->occurred_at >= pruning.before) break;
        gone.push_back(std::move(*event));
    }
    oldest->reset();
    if (gone.empty()) return {};
    for (const auto& event : gone)
        if (auto forgotten = forget_event(event.number, event.refs); !forgotten) return forgotten;
    write_value(chain_base_, gone.back().number);
    write_value(chain_base_, gone.back().chain);
    return chain_base_.run();
}

Result<void> Writer::forget_event(EventNumber number, const std::vector<base::Uuid>& refs)
{
    for (const auto& ref : refs) {
        write_value(erase_ref_, ref);
        write_value(erase_ref_, number);
        if (auto erased = erase_ref_.run(); !erased) return erased;
    }
    write_value(erase_event_, number);
    return erase_event_.run();
}

Result<void> Writer::prune_changes(const Pruning& pruning)
{
    // The newest stays: it is the head. So does everything an event still belongs to, unless it is too old itself; and a change that
    // never had one, until events younger than it have gone.
    auto statement = connection_.prepare("DELETE FROM change WHERE number IN (SELECT number FROM change ORDER BY number LIMIT ?)"
                                         " AND number < (SELECT max(number) FROM change)"
                                         " AND (at < ? OR ((SELECT number FROM chain_base) > 0"
                                         " AND number < (SELECT change FROM event ORDER BY number LIMIT 1)))");
    if (!statement) return statement.error();
    write_value(*statement, pruning.at_most);
    write_value(*statement, pruning.before);
    return statement->run();
}

} // namespace gatehouse::store
