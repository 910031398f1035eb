#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gatehouse::base {

/// Lets everything else that is ready run first: work that is long does a slice of it a turn.
inline boost::asio::awaitable<void> next_turn()
{
    co_await boost::asio::post(boost::asio::use_awaitable);
}

} // namespace gatehouse::base
