#pragma once

#include "devices/channel.hpp"

#include <boost/asio/any_io_executor.hpp>

namespace gatehouse::devices {

/// Starts a program with an empty environment, closed descriptors and pipes on stdin, stdout and stderr, in a group of its own: with it
/// ends what it has started. Errors: internal, with the system's word for it.
base::Result<std::unique_ptr<Channel>> start_process(const boost::asio::any_io_executor& core, const std::string& program,
                                                     ChannelEvents events);

} // namespace gatehouse::devices
