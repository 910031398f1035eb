#pragma once

#include "store/sqlite.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::bench {

/// The least that makes a write durable: one table in SQLite, WAL, synchronous=FULL, one row a user, written for each request. A thread
/// takes all that waits, commits once, and has all of it answered.
class GroupCommit {
public:
    /// Begins a new file. `one_by_one`: a transaction for each request instead.
    GroupCommit(boost::asio::any_io_executor core, const std::string& file, bool one_by_one);
    ~GroupCommit() { thread_.join(); }

    /// Core thread; `done` is called there.
    void add(std::string body, std::function<void()> done);

private:
    struct Item {
        std::string body;
        std::function<void()> done;
    };
    void start();
    std::vector<Item> take();
    void write(const std::vector<Item>& items);
    void put(std::string_view body);

    boost::asio::any_io_executor core_;
    bool one_by_one_, busy_ = false;
    std::deque<Item> waiting_;
    store::Connection connection_;
    store::Statement begin_, put_, commit_;
    boost::asio::thread_pool thread_{1};
};

} // namespace gatehouse::bench
