#pragma once

#include "store/bytes.hpp"
#include "store/history.hpp"
#include "store/sqlite.hpp"

namespace gatehouse::store {

/// Where the chain of events stands.
struct ChainHead {
    EventNumber number = 0;
    base::Digest chain{};
    friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

/// The chain behind `event`: SHA-256 of `previous` and the event's canonical bytes. `scratch` is overwritten.
base::Digest chained(const base::Digest& previous, const StoredEvent& event, ByteWriter& scratch);

/// The body of an event as JSON text, members in their order.
std::string body_text(const model::Event& event);

std::vector<std::byte> packed(const std::vector<base::Uuid>& refs);

/// The columns read_event expects.
inline constexpr std::string_view event_columns =
    "e.number,e.change,e.id,e.workspace,e.type,e.occurred_at,e.who,e.source,e.body,e.refs,e.chain";

/// Errors: internal  a column holds what it cannot hold.
Result<StoredEvent> read_event(Columns columns);

/// Errors: internal  the newest event cannot be read.
Result<ChainHead> read_chain_head(Connection& connection);
/// The number of the newest change; 0 when there is none.
Result<model::ChangeNumber> read_head(Connection& connection);

/// Walks the whole chain. Answers how many events it saw.
/// Errors: conflict  an event is not the one that was written, or one is missing; the detail names its number;
///         internal  the database cannot be read.
Result<std::uint64_t> verify_chain(Connection& connection);

} // namespace gatehouse::store
