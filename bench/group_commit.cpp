#include "group_commit.hpp"

#include "must.hpp"
#include "store/files.hpp"
#include "store/settings.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>

namespace gatehouse::bench {

namespace asio = boost::asio;

namespace {

/// Where a request names its user: {"acs_user_id":"..."
constexpr std::size_t id_begins = 16, id_size = 36;

store::Connection begin_file(const std::string& file)
{
    must(store::make_empty(file));
    auto connection = must(store::Connection::open(file, store::Connection::Mode::write));
    must(store::configure(connection, store::Role::writer, false));
    must(connection.execute("CREATE TABLE kept (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID"));
    return connection;
}

} // namespace

GroupCommit::GroupCommit(asio::any_io_executor core, const std::string& file, bool one_by_one)
    : core_{std::move(core)}, one_by_one_{one_by_one}, connection_{begin_file(file)}, begin_{must(connection_.prepare("BEGIN IMMEDIATE"))},
      put_{must(connection_.prepare("INSERT OR REPLACE INTO kept VALUES (?,?)"))}, commit_{must(connection_.prepare("COMMIT"))}
{
}

void GroupCommit::add(std::string body, std::function<void()> done)
{
    waiting_.push_back({std::move(body), std::move(done)});
    if (!busy_) start();
}

std::vector<GroupCommit::Item> GroupCommit::take()
{
    const auto count = one_by_one_ ? 1 : static_cast<std::ptrdiff_t>(waiting_.size());
    std::vector<Item> items{std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.begin() + count)};
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    return items;
}

void GroupCommit::start()
{
    busy_ = true;
    asio::post(thread_, [this, items = take()]() mutable {
        write(items);
        asio::post(core_, [this, written = std::move(items)] {
            busy_ = false;
            if (!waiting_.empty()) start();
            for (const auto& item : written) item.done();
        });
    });
}

void GroupCommit::write(const std::vector<Item>& items)
{
    must(begin_.run());
    for (const auto& item : items) put(item.body);
    must(commit_.run());
}

void GroupCommit::put(std::string_view body)
{
    put_.text(body.substr(std::min(body.size(), id_begins), id_size));
    put_.text(body);
    must(put_.run());
}

} // namespace gatehouse::bench
