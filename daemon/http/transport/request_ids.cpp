#include "http/transport/request_ids.hpp"

#include "base/uuid.hpp"

namespace gatehouse::http::transport {

void RequestIds::Drawn::fill(std::span<std::byte> into)
{
    for (auto& byte : into) {
        if (used_ == bytes_.size()) {
            source_.fill(bytes_);
            used_ = 0;
        }
        byte = bytes_[used_++];
    }
}

std::string RequestIds::next()
{
    return base::to_string(base::random_uuid(drawn_));
}

} // namespace gatehouse::http::transport
