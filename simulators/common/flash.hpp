#pragma once

#include "common/dice.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace gatehouse::simulators::common {

/// The memory of a controller that outlives a power cut: records by name, each the bytes that were written.
class Flash {
public:
    using Records = std::map<std::string, std::string, std::less<>>;

    Flash() = default;
    explicit Flash(Records records) : records_{std::move(records)} {}

    const Records& records() const { return records_; }
    const std::string* find(std::string_view name) const;

    void put(std::string name, std::string text);
    bool erase(std::string_view name); ///< false when there was no such record
    void clear();

    /// Power failed during a rewrite: about half of the records are gone and one of those left is cut short.
    void tear(Dice& dice);

    /// Rises with every change.
    std::uint64_t revision() const { return revision_; }

private:
    Records records_;
    std::uint64_t revision_ = 0;
};

} // namespace gatehouse::simulators::common
