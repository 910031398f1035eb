#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace {

/// Thousands of files that nobody needs to find again: where the system keeps files in memory, these tests do as well.
class InMemory : public testing::Environment {
    void SetUp() override
    {
        if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
    }
};

[[maybe_unused]] const auto* const registered = testing::AddGlobalTestEnvironment(new InMemory);

} // namespace
