#pragma once

#include "sdk/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace gatehouse::mqtt {

/// The one thread on which a line and all its devices live. Everything else hands it jobs.
///
/// Threads: `post` from any; jobs and `tick` on the loop's own.
class Loop {
public:
    /// `now` is the moment at which it is run.
    using Job = std::function<void(sdk::Time now)>;
    /// Called when nothing waits, between jobs at least each 64, and when the moment it answered has come.
    using Tick = std::function<sdk::Time(sdk::Time now)>;

    Loop() = default;
    ~Loop() { stop(); }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void start(Tick tick);
    /// Runs what waits, then ends. Later jobs are dropped.
    void stop();
    void post(Job job);
    /// Before all that waits and is not urgent: of a door.
    void post_urgent(Job job);
    /// For what the network brings, with its size in bytes: false when too much waits already and the job was dropped.
    bool offer(Job job, std::size_t bytes);

private:
    struct Waiting {
        Job job;
        std::size_t bytes = 0;
    };
    void run(const Tick& tick);
    void add(std::deque<Waiting>& to, Job job);
    /// The next, if one comes until then.
    std::optional<Job> next(sdk::Time until);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> urgent_, jobs_;
    std::size_t bytes_ = 0; ///< of what waits
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace gatehouse::mqtt
