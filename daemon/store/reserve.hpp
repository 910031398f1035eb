#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>

namespace gatehouse::store {

/// Disk space kept back for revokes: a file whose blocks are really allocated, given up when a commit finds no room. Store thread.
class Reserve {
public:
    /// 0 bytes: there is none.
    Reserve(std::filesystem::path file, std::uint64_t bytes) : file_{std::move(file)}, bytes_{bytes} {}

    /// Whether it is there, whole.
    bool held() const;
    /// Makes it. One that is missing is made only where as much again stays free, so that it is not taken from what is being written.
    /// Errors: full  there is not that much room; internal.
    base::Result<void> take();
    /// Gives the space back to the disk. False: there was none to give.
    bool release();

private:
    std::filesystem::path file_;
    std::uint64_t bytes_;
};

} // namespace gatehouse::store
