#pragma once

#include "sdk/time.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace gatehouse::mqtt {

/// The one thread on which a line and all its devices live. Everything else hands it jobs.
///
/// Threads: `post` from any; jobs and `tick` on the loop's own.
class Loop {
public:
    using Job = std::function<void(sdk::Time now)>;
    /// Called after each batch of jobs and when the moment it answered has come.
    using Tick = std::function<sdk::Time(sdk::Time now)>;

    Loop() = default;
    ~Loop() { stop(); }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void start(Tick tick);
    /// Runs what waits, then ends. Later jobs are dropped.
    void stop();
    void post(Job job);
    /// For what the network brings: false when too much waits already and the job was dropped.
    bool offer(Job job);

private:
    void run(const Tick& tick);
    std::deque<Job> wait_for_jobs(sdk::Time until);

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace gatehouse::mqtt
