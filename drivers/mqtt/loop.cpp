#include "loop.hpp"

#include <utility>

namespace gatehouse::mqtt {

namespace {

constexpr std::size_t most_waiting = 10'000;

} // namespace

void Loop::start(Tick tick)
{
    thread_ = std::thread{[this, tick = std::move(tick)] { run(tick); }};
}

void Loop::stop()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Loop::post(Job job)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) return;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
}

bool Loop::offer(Job job)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) return true;
        if (jobs_.size() >= most_waiting) return false;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

std::deque<Loop::Job> Loop::wait_for_jobs(sdk::Time until)
{
    std::unique_lock lock{mutex_};
    wake_.wait_until(lock, until, [this] { return stopping_ || !jobs_.empty(); });
    return std::exchange(jobs_, {});
}

void Loop::run(const Tick& tick)
{
    for (auto due = sdk::now();;) {
        const auto jobs = wait_for_jobs(due);
        const auto now = sdk::now();
        for (const auto& job : jobs) job(now);
        due = tick(now);
        const std::lock_guard lock{mutex_};
        if (stopping_ && jobs_.empty()) return;
    }
}

} // namespace gatehouse::mqtt
