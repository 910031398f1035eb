#include "common/flash.hpp"

#include <iterator>
#include <utility>

namespace gatehouse::simulators::common {

const std::string* Flash::find(std::string_view name) const
{
    const auto found = records_.find(name);
    return found == records_.end() ? nullptr : &found->second;
}

void Flash::put(std::string name, std::string text)
{
    records_.insert_or_assign(std::move(name), std::move(text));
    ++revision_;
}

bool Flash::erase(std::string_view name)
{
    const auto found = records_.find(name);
    if (found == records_.end()) return false;
    records_.erase(found);
    ++revision_;
    return true;
}

void Flash::clear()
{
    records_.clear();
    ++revision_;
}

void Flash::tear(Dice& dice)
{
    for (auto drop = records_.size() - records_.size() / 2; drop > 0; --drop) {
        records_.erase(std::next(records_.begin(), static_cast<std::ptrdiff_t>(dice.below(records_.size()))));
    }
    if (!records_.empty()) {
        const auto torn = std::next(records_.begin(), static_cast<std::ptrdiff_t>(dice.below(records_.size())));
        torn->second.resize(torn->second.size() / 2);
    }
    ++revision_;
}

} // namespace gatehouse::simulators::common
