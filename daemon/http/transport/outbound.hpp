#pragma once

#include "http/transport/message.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <string>
#include <string_view>

namespace gatehouse::http::transport {

enum class After : std::uint8_t { keep, keep_1_0, close };

/// The bytes of one answer, ready for one write. Its memory is used again from answer to answer.
class Outbound {
public:
    /// `id` is the request's id. A header with CR or LF in it is left out.
    void set(Response response, std::string_view id, After after, bool head_only);
    std::array<asio::const_buffer, 2> buffers() const;

private:
    std::string head_;
    std::string body_;
};

/// The envelope of an error the transport itself finds.
Response refusal(unsigned status);

} // namespace gatehouse::http::transport
