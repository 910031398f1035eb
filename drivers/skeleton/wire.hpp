#pragma once

#include "sdk/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::skeleton {

using Words = std::vector<std::string>;

/// One TCP connection to a plain controller (docs/protocols/plain.md): a telegram is a line, its answer one line or more with its number.
///
/// Errors:  an `Answer` says how far it came; the connection is closed then, so that nothing late is taken for the next answer.
/// Threads: one.
class Wire {
public:
    struct Answer {
        enum class End { answered, unclear, offline, late } end = End::offline;
        Words words;
        std::vector<Words> rows;
    };

    Wire(std::string host, std::uint16_t port) : host_{std::move(host)}, port_{port} {}
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    ~Wire() { hang_up(); }

    Answer ask(const std::string& telegram, sdk::Deadline deadline);
    /// What the controller said of its own accord, since this was asked last.
    std::vector<Words> news() { return std::exchange(news_, {}); }

private:
    bool connect(sdk::Deadline deadline);
    std::optional<Words> receive(sdk::Deadline deadline);
    void hang_up();

    std::string host_, buffer_;
    std::uint16_t port_;
    int socket_ = -1;
    std::uint64_t number_ = 0;
    std::vector<Words> news_;
};

} // namespace gatehouse::skeleton
