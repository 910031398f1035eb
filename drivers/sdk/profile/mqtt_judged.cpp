#include "sdk/profile/mqtt_judged.hpp"

namespace gatehouse::profile {

std::vector<std::pair<const char*, const Operation*>> Judged::operations() const
{
    std::vector<std::pair<const char*, const Operation*>> all;
    for (const auto& [name, op] :
         {std::pair{"put", &profile_.put}, std::pair{"erase", &profile_.erase}, std::pair{"probe", &profile_.probe},
          std::pair{"unlock", &profile_.unlock}, std::pair{"lock", &profile_.lock}})
        if (*op) all.emplace_back(name, &**op);
    return all;
}

std::vector<const Sending*> Judged::sendings() const
{
    std::vector<const Sending*> all;
    for (const auto& [name, op] : operations()) all.push_back(&op->send);
    if (profile_.list) all.push_back(&profile_.list->send);
    if (profile_.one) all.push_back(&profile_.one->send);
    if (profile_.state) all.push_back(&*profile_.state);
    for (const auto& rule : profile_.setup) {
        all.push_back(&rule.ask);
        if (rule.set) all.push_back(&*rule.set);
    }
    return all;
}

void Judged::at(const char* block, const char* key, std::string text)
{
    auto found = top_.child(block);
    if (!found) return top_.problem(std::move(text));
    const auto inner = found->child(key);
    (inner ? *inner : *found).problem(std::move(text));
}

} // namespace gatehouse::profile
