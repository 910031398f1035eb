#pragma once

#include "sdk/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace gatehouse::sdk {

/// The driver's bounded output: answers are kept; of notifications that pile up the oldest fleeting ones go, and those a newer one of the
/// same `topic` supersedes.
///
/// Errors:  a closed output is noticed by `closed()`; what is posted after it vanishes.
/// Threads: any thread posts and never waits; one thread runs `write_to`. An answer that finds nothing before it and room in the pipe is
///          written by the thread that has it: waking another costs more than the rest of the way.
class Outbox {
public:
    void answer(std::string line);
    /// An `error` message: at most 64 wait at once, further ones vanish.
    void error(std::string line);
    /// `topic` names what is superseded ("door/relays/0"); empty: a fleeting record, dropped oldest first.
    void notify(std::string_view type, std::string topic, std::string line);

    /// Writes until `stop()` or the other side is gone.
    void write_to(int descriptor);
    void stop();
    /// Waits until everything is written, the output is gone or the deadline has passed. False: something is left.
    bool drained(Deadline deadline);

    bool closed() const;
    /// The daemon does not take its answers: stop reading its requests.
    bool crowded() const;
    std::map<std::string, std::uint64_t> dropped() const;

private:
    enum class Kind : std::uint8_t { answer, error, lasting, fleeting };
    struct Item {
        Kind kind;
        std::string type;
        std::string topic;
        std::string line;
    };

    void push(Item item);
    bool write_at_once(const Item& item);
    void make_room(const Item& coming);
    void drop(std::deque<Item>::iterator item);
    std::string next_batch();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Item> waiting_;
    std::size_t counts_[4] = {};
    std::map<std::string, std::uint64_t> dropped_;
    int pipe_ = -1; ///< where `write_to` writes to, if that is a pipe
    bool writing_ = false;
    bool stopped_ = false;
    bool closed_ = false;
};

} // namespace gatehouse::sdk
