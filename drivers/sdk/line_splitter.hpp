#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

/// Cuts a stream of bytes into lines of at most 64 KiB; a longer one is skipped up to its end and told once.
///
/// Errors:  none; holds at most one line.
/// Threads: one.
class LineSplitter {
public:
    static constexpr std::size_t most_bytes = 65'536; ///< with the line's end

    /// Calls `line(std::string_view)` for each whole line, `oversize()` for each one too long. `line` returns false to stop there.
    template <class OnLine, class OnOversize>
    void feed(std::string_view bytes, OnLine&& line, OnOversize&& oversize)
    {
        while (!bytes.empty()) {
            const auto end = bytes.find('\n');
            const auto piece = bytes.substr(0, end);
            if (!skipping_ && held_.size() + piece.size() + 1 > most_bytes) {
                skipping_ = true;
                held_.clear();
                held_.shrink_to_fit();
                oversize();
            }
            if (!skipping_) held_ += piece;
            if (end == std::string_view::npos) return;
            bytes.remove_prefix(end + 1);
            if (!skipping_ && !held_.empty() && !line(std::string_view{held_})) return;
            skipping_ = false;
            held_.clear();
        }
    }

private:
    std::string held_;
    bool skipping_ = false;
};

} // namespace gatehouse::sdk
