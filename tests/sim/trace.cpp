#include "sim/trace.hpp"

#include "base/hash.hpp"

#include <cstdio>

namespace gatehouse::sim {

void Trace::add(std::string_view kind, std::string_view text)
{
    const auto at = clock_.now().time_since_epoch().count();
    const std::string_view time{reinterpret_cast<const char*>(&at), sizeof at};
    hash_ = base::xxhash(text, base::xxhash(kind, base::xxhash(time, hash_)));
    ++lines_;
    if (!shown_) return;
    std::printf("%11.6f %-9.*s %.*s\n", static_cast<double>(at) / 1e6, static_cast<int>(kind.size()), kind.data(),
                static_cast<int>(text.size()), text.data());
}

} // namespace gatehouse::sim
