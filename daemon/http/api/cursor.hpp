#pragma once

#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::http::api {

/// Seals a position in a list into an opaque cursor and opens it again. A cursor is bound to its endpoint and to the other parameters of
/// the request; a forged or damaged one is refused.
class Cursors {
public:
    using Key = std::array<std::byte, 32>;
    explicit Cursors(const Key& key) : key_{key} {}

    /// base64url, no padding. `bound_to` is a hash of endpoint and parameters.
    std::string seal(std::string_view position, std::uint64_t bound_to) const;
    /// Errors: invalid; code mismatched_page_parameters when the cursor is ours but was made for other parameters.
    base::Result<std::string> open(std::string_view cursor, std::uint64_t bound_to) const;

private:
    using Mac = std::array<std::byte, 16>;
    Mac mac(std::string_view sealed) const;
    Key key_;
};

} // namespace gatehouse::http::api
