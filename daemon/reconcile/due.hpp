#pragma once

#include "model/concerned.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::reconcile {

/// Which entries of a device are to be looked at again: everybody's, or those of some people. Core thread.
class Due {
public:
    static constexpr std::size_t at_most = 1'000; ///< named; beyond, a look at everybody costs no more

    explicit Due(bool everybody) : everybody_{everybody} {}

    bool empty() const { return !everybody_ && concerned_.empty() && keys_.empty(); }
    bool everybody() const { return everybody_; }

    void all() { *this = Due{true}; }
    void add(std::string key)
    {
        if (everybody_) return;
        keys_.insert(std::move(key));
        if (size() > at_most) all();
    }
    /// Null: everybody.
    void add(std::shared_ptr<const model::Concerned> who)
    {
        if (who == nullptr) return all();
        if (everybody_ || who->empty()) return;
        people_ += who->size();
        concerned_.push_back(std::move(who));
        if (size() > at_most) all();
    }
    void add(const Due& other)
    {
        if (other.everybody_) return all();
        for (const auto& key : other.keys_) add(key);
        for (const auto& who : other.concerned_) add(who);
    }

    /// Every key and credential named, each once or more. For one that is not everybody's.
    model::Concerned named() const
    {
        model::Concerned named;
        named.keys.assign(keys_.begin(), keys_.end());
        for (const auto& who : concerned_) {
            named.keys.insert(named.keys.end(), who->keys.begin(), who->keys.end());
            named.credentials.insert(named.credentials.end(), who->credentials.begin(), who->credentials.end());
        }
        return named;
    }

private:
    std::size_t size() const { return people_ + keys_.size(); }

    bool everybody_;
    std::vector<std::shared_ptr<const model::Concerned>> concerned_; ///< shared by all devices a change touches
    std::set<std::string> keys_;                                     ///< the lane's own
    std::size_t people_ = 0;
};

} // namespace gatehouse::reconcile
