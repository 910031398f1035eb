#pragma once

#include "base/hash.hpp"
#include "store/batch.hpp"

namespace gatehouse::store {

/// An event as it stands in the journal. It names people by id only.
struct StoredEvent {
    EventNumber number = 0;
    model::ChangeNumber change = 0; ///< the change it belongs to, or the last one before it when nothing changed
    model::EventId id;
    model::WorkspaceId workspace; ///< nil: the site's own
    std::string type;
    base::Instant occurred_at{};
    std::string who, source;
    std::string body; ///< JSON object
    std::vector<base::Uuid> refs;
    base::Digest chain{}; ///< SHA-256 of the chain before it and of everything above
    friend bool operator==(const StoredEvent&, const StoredEvent&) = default;
};

/// Events that match everything that is set.
struct HistoryFilter {
    std::optional<model::WorkspaceId> workspace;
    std::optional<base::Uuid> object; ///< events about it
    std::optional<model::EventId> id; ///< this one alone: looked for among all that match otherwise
    std::vector<std::string> types;   ///< any of them; none: all
    std::optional<base::Instant> since, before;
    bool newest_first = false;
};

/// One page never holds more.
inline constexpr std::size_t history_limit = 1'000;

} // namespace gatehouse::store
