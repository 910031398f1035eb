#include "eventually.hpp"

#include <exception>
#include <thread>

namespace gatehouse::walks {
namespace {

constexpr milliseconds between_looks{10};

bool holds(const std::function<bool()>& probe)
{
    try {
        return probe();
    } catch (const std::exception&) {
        return false;
    }
}

milliseconds since(std::chrono::steady_clock::time_point begun)
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun);
}

} // namespace

std::optional<milliseconds> eventually(milliseconds budget, const std::function<bool()>& probe)
{
    const auto begun = std::chrono::steady_clock::now();
    for (;;) {
        const auto late = since(begun) > budget; // one more look after the budget: the machine may have slept through it
        if (holds(probe)) return since(begun);
        if (late) return std::nullopt;
        std::this_thread::sleep_for(between_looks);
    }
}

bool throughout(milliseconds span, const std::function<bool()>& probe)
{
    const auto begun = std::chrono::steady_clock::now();
    while (since(begun) < span) {
        if (!probe()) return false;
        std::this_thread::sleep_for(between_looks);
    }
    return true;
}

} // namespace gatehouse::walks
