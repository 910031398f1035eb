#include "base/heap.hpp"

#include <cstddef>
#include <malloc.h>

extern "C" int mallctl(const char* name, void* old_value, std::size_t* old_length, void* new_value, std::size_t new_length)
    __attribute__((weak)); // jemalloc's, where it is the allocator

namespace gatehouse::base {

void give_back_memory()
{
    if (mallctl != nullptr)
        mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0); // 4096: every arena
    else
        ::malloc_trim(0);
}

} // namespace gatehouse::base
