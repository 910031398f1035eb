#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <utility>

namespace gatehouse::store {

/// Holds a state directory for one process, for as long as it lives. The kernel drops the lock when the process ends, however it ends.
class LockFile {
public:
    LockFile() = default;
    LockFile(LockFile&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
    LockFile& operator=(LockFile&& other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~LockFile();

    /// On a disk that takes no writes the file that is there is locked; where there is none, nobody can hold it and nothing is locked.
    /// Errors: conflict  another process has it (code state_locked; the detail names the process);
    ///         internal  the file cannot be made.
    static base::Result<LockFile> take(const std::filesystem::path& path);

private:
    explicit LockFile(int descriptor) : descriptor_{descriptor} {}
    int descriptor_ = -1;
};

} // namespace gatehouse::store
