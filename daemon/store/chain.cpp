#include "store/chain.hpp"

#include "store/columns.hpp"

#include <boost/json.hpp>

namespace gatehouse::store {

namespace {

base::Error damaged(std::string_view column)
{
    return fail(Fault::internal, "event." + std::string{column} + " holds what it cannot hold", "database_damaged");
}

base::Error broken(EventNumber number)
{
    return fail(Fault::conflict, "event " + std::to_string(number) + " is not the one that was written", "chain_broken");
}

bool unpack(std::span<const std::byte> bytes, std::vector<base::Uuid>& refs)
{
    if (bytes.size() % 16 != 0) return false;
    refs.resize(bytes.size() / 16);
    for (std::size_t at = 0; at < refs.size(); ++at) std::memcpy(refs[at].data, bytes.data() + at * 16, 16);
    return true;
}

Result<ChainHead> chain_base(Connection& connection)
{
    auto statement = connection.prepare("SELECT number, chain FROM chain_base");
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    ChainHead base;
    auto columns = statement->row();
    if (!*row || !read_value(columns, base.number) || !read_value(columns, base.chain)) return damaged("chain_base");
    return base;
}

} // namespace

base::Digest chained(const base::Digest& previous, const StoredEvent& event, ByteWriter& scratch)
{
    scratch.clear();
    write_value(scratch, event.number);
    write_value(scratch, event.change);
    write_value(scratch, event.id);
    write_value(scratch, event.workspace);
    write_value(scratch, event.type);
    write_value(scratch, event.occurred_at);
    write_value(scratch, event.who);
    write_value(scratch, event.source);
    write_value(scratch, event.body);
    scratch.blob(packed(event.refs));
    return base::sha256(previous, scratch.bytes());
}

std::string body_text(const model::Event& event)
{
    boost::json::object body;
    for (const auto& [name, value] : event.body) std::visit([&body, &key = name](const auto& plain) { body[key] = plain; }, value);
    return boost::json::serialize(body);
}

std::vector<std::byte> packed(const std::vector<base::Uuid>& refs)
{
    std::vector<std::byte> bytes(refs.size() * 16);
    for (std::size_t at = 0; at < refs.size(); ++at) std::memcpy(bytes.data() + at * 16, refs[at].data, 16);
    return bytes;
}

Result<StoredEvent> read_event(Columns columns)
{
    StoredEvent event;
    if (!read_value(columns, event.number)) return damaged("number");
    if (!read_value(columns, event.change)) return damaged("change");
    if (!read_value(columns, event.id)) return damaged("id");
    if (!read_value(columns, event.workspace)) return damaged("workspace");
    if (!read_value(columns, event.type)) return damaged("type");
    if (!read_value(columns, event.occurred_at)) return damaged("occurred_at");
    if (!read_value(columns, event.who) || !read_value(columns, event.source)) return damaged("who");
    if (!read_value(columns, event.body)) return damaged("body");
    std::span<const std::byte> refs;
    if (!columns.blob(refs) || !unpack(refs, event.refs)) return damaged("refs");
    if (!read_value(columns, event.chain)) return damaged("chain");
    return event;
}

Result<ChainHead> read_chain_head(Connection& connection)
{
    auto statement = connection.prepare("SELECT number, chain FROM event UNION ALL SELECT number, chain FROM chain_base"
                                        " ORDER BY number DESC LIMIT 1");
    if (!statement) return statement.error();
    const auto found = statement->step();
    if (!found) return found.error();
    ChainHead head;
    auto columns = statement->row();
    if (!*found || !read_value(columns, head.number) || !read_value(columns, head.chain)) return damaged("chain");
    return head;
}

Result<model::ChangeNumber> read_head(Connection& connection)
{
    auto statement = connection.prepare("SELECT number FROM change ORDER BY number DESC LIMIT 1");
    if (!statement) return statement.error();
    const auto found = statement->step();
    if (!found) return found.error();
    model::ChangeNumber number = 0;
    auto columns = statement->row();
    if (*found && !read_value(columns, number)) return fail(Fault::internal, "change.number holds what it cannot hold", "database_damaged");
    return number;
}

Result<std::uint64_t> verify_chain(Connection& connection)
{
    auto head = chain_base(connection);
    if (!head) return head.error();
    auto statement = connection.prepare("SELECT " + std::string{event_columns} + " FROM event e ORDER BY e.number");
    if (!statement) return statement.error();
    ByteWriter scratch;
    std::uint64_t seen = 0;
    while (true) {
        const auto more = statement->step();
        if (!more) return more.error();
        if (!*more) return seen;
        const auto event = read_event(statement->row());
        if (!event) return event.error();
        if (event->number != head->number + 1) return broken(head->number + 1);
        if (chained(head->chain, *event, scratch) != event->chain) return broken(event->number);
        head->number = event->number;
        head->chain = event->chain;
        ++seen;
    }
}

} // namespace gatehouse::store
