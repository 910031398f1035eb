#pragma once

#include "base/result.hpp"
#include "settings/mark.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::settings {

/// Where a secret lies; the file itself never holds one.
struct SecretRef {
    enum class Kind : std::uint8_t { credential, file };
    Kind kind = Kind::credential;
    std::string name; ///< of a file in CREDENTIALS_DIRECTORY, or an absolute path
    std::string path; ///< where in the configuration: "lines.broker.password"
    Mark mark;
};

/// The bytes of a secret: cannot be printed, compared or copied by accident, and are wiped at the end.
class Secret {
public:
    explicit Secret(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
    ~Secret();
    Secret(Secret&& other) noexcept = default; // a vector hands over its memory, nothing stays behind
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    std::string_view reveal() const { return {bytes_.data(), bytes_.size()}; }

private:
    std::vector<char> bytes_;
};

/// Reads the secret `ref` points at; one line end at its end is cut off.
///
/// Units:   at most 1 MiB; `credentials` is CREDENTIALS_DIRECTORY, empty when the environment names none.
/// Errors:  invalid  the file is missing, empty, too large, not a regular file, open to group or other, or
///                   owned by somebody other than root and this process; the detail is `file:line: path: message`.
/// Threads: any; reads a file.
base::Result<Secret> resolve(const SecretRef& ref, const std::filesystem::path& credentials);

/// CREDENTIALS_DIRECTORY of the environment, or empty.
std::filesystem::path credentials_directory();

} // namespace gatehouse::settings
