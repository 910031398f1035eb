#include "loop.hpp"

#include <utility>

namespace gatehouse::mqtt {

namespace {

constexpr std::size_t most_waiting = 10'000, most_bytes = 8 * 1024 * 1024;
constexpr int at_once = 64; ///< jobs, until what is due is looked at

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

void Loop::add(std::deque<Waiting>& to, Job job)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) return;
        to.push_back({std::move(job)});
    }
    wake_.notify_one();
}

void Loop::post(Job job)
{
    add(jobs_, std::move(job));
}

void Loop::post_urgent(Job job)
{
    add(urgent_, std::move(job));
}

bool Loop::offer(Job job, std::size_t bytes)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_) return true;
        if (jobs_.size() >= most_waiting || bytes_ + bytes > most_bytes) return false;
        jobs_.push_back({std::move(job), bytes});
        bytes_ += bytes;
    }
    wake_.notify_one();
    return true;
}

std::optional<Loop::Job> Loop::next(sdk::Time until)
{
    std::unique_lock lock{mutex_};
    wake_.wait_until(lock, until, [this] { return stopping_ || !urgent_.empty() || !jobs_.empty(); });
    auto& from = urgent_.empty() ? jobs_ : urgent_;
    if (from.empty()) return std::nullopt;
    auto one = std::move(from.front());
    from.pop_front();
    bytes_ -= one.bytes;
    return std::move(one.job);
}

void Loop::run(const Tick& tick)
{
    for (auto due = sdk::now();;) {
        auto job = next(due);
        for (int done = 0; job; job = ++done < at_once ? next({}) : std::nullopt) (*job)(sdk::now());
        due = tick(sdk::now());
        const std::lock_guard lock{mutex_};
        if (stopping_ && urgent_.empty() && jobs_.empty()) return;
    }
}

} // namespace gatehouse::mqtt
