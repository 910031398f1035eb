#include "sdk/lane.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace gatehouse::sdk {

namespace {

constexpr Milliseconds relock_budget{1000};
constexpr Milliseconds relock_again{250};
constexpr Milliseconds longest_pause = std::chrono::hours{1};
constexpr std::size_t most_waiting = 4096;

} // namespace

bool Turn::yield_requested() const
{
    return lane_.yield_ || lane_.closing_;
}

void Turn::serve_doors()
{
    lane_.serve_doors();
}

bool Turn::wait(Milliseconds time)
{
    const auto until = deadline_.within(time).at();
    do {
        lane_.serve_doors();
        if (yield_requested()) return false;
        lane_.wait_until(until);
    } while (now() < until);
    return !deadline_.passed();
}

void Line::relock_at(const Address& door, Time when)
{
    if (left_.contains(door)) return;
    auto& due = relocks_[door];
    due = std::max(due, when);
}

template <class Answer, class Work>
Lane::Job Lane::job(std::string device, Deadline deadline, Reply<Answer> reply, Work work)
{
    auto owed = std::make_shared<Reply<Answer>>(std::move(reply));
    return {.device = std::move(device),
            .deadline = deadline,
            .run = [this, owed, work = std::move(work)] { (*owed)(work(*line_)); },
            .decline = [owed](Verdict verdict) { (*owed)(std::move(verdict)); }};
}

Lane::Lane(std::unique_ptr<Line> line) : line_{std::move(line)}, thread_{[this] { run(); }}, watch_{[this] { watch_deadlines(); }} {}

Lane::~Lane()
{
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
        changed_.notify_all();
    }
    thread_.join();
    watch_.join();
}

void Lane::queue(Queue& queue, Job job)
{
    {
        const std::lock_guard lock{mutex_};
        if (!closing_ && queue.size() < most_waiting) {
            queue.push_back(std::move(job));
            changed_.notify_all();
            return;
        }
    }
    job.decline(closing_ ? Verdict::refused("stopping") : Verdict::busy(Milliseconds{1000}));
}

/// With the mutex held.
template <class Which>
Lane::Queue Lane::take(Which which)
{
    Queue taken;
    for (auto* from : {&doors_, &work_}) {
        const auto rest = std::stable_partition(from->begin(), from->end(), [&which](const Job& job) { return !which(job); });
        std::move(rest, from->end(), std::back_inserter(taken));
        from->erase(rest, from->end());
    }
    return taken;
}

/// Somebody waits for an answer, and a busy line gives none.
void Lane::watch_deadlines()
{
    std::unique_lock lock{mutex_};
    while (!stop_) {
        auto late = closing_ ? Queue{} : take([](const Job& job) { return job.deadline.passed(); });
        if (late.empty()) {
            changed_.wait_until(lock, first_deadline());
            continue;
        }
        lock.unlock();
        for (auto& job : late) job.decline(Verdict::late());
        late.clear();
        lock.lock();
    }
}

Time Lane::first_deadline() const
{
    auto first = now() + longest_pause;
    for (const auto* queue : {&doors_, &work_})
        for (const auto& job : *queue) first = std::min(first, job.deadline.at());
    return first;
}

void Lane::open(const Endpoint& endpoint, Deadline deadline, Reply<Verdict> reply)
{
    queue(work_, job({}, deadline, std::move(reply), [endpoint, deadline](Line& line) { return line.open(endpoint, deadline); }));
}

void Lane::close(std::vector<Address> doors, Deadline deadline, Reply<Verdict> reply)
{
    auto last = job({}, deadline, std::move(reply), [this, doors = std::move(doors), deadline](Line& line) {
        line.lock_all_outputs(doors, deadline);
        line.close();
        const std::lock_guard lock{mutex_};
        stop_ = true;
        return Verdict::acknowledged();
    });
    Queue unstarted;
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
        unstarted.swap(doors_);
        std::move(work_.begin(), work_.end(), std::back_inserter(unstarted));
        work_.clear();
        doors_.push_front(std::move(last));
        changed_.notify_all();
    }
    for (auto& job : unstarted) job.decline(Verdict::refused("stopping"));
}

void Lane::attach(Attachment attachment, Deadline deadline, Reply<Attached> reply)
{
    const auto device = attachment.at.device;
    queue(work_, job(device, deadline, std::move(reply), [attachment = std::move(attachment), deadline](Line& line) {
              for (const auto& door : attachment.doors)
                  if (door.mode == DoorMode::leave) line.left_.insert({attachment.at.device, attachment.at.unit, door.door});
              return line.attach(attachment, deadline);
          }));
}

void Lane::detach(const Address& device, std::vector<Address> doors, Deadline deadline, Reply<Verdict> reply)
{
    Queue unstarted;
    {
        const std::lock_guard lock{mutex_};
        unstarted = take([&device](const Job& job) { return job.device == device.device; });
        if (reading_ == device.device) request_yield();
    }
    for (auto& job : unstarted) job.decline(Verdict::refused("not_attached"));
    queue(work_, job(device.device, deadline, std::move(reply), [device, doors = std::move(doors), deadline](Line& line) {
              line.lock_all_outputs(doors, deadline);
              const auto mine = [&device](const Address& door) { return door.device == device.device; };
              std::erase_if(line.relocks_, [&mine](const auto& relock) { return mine(relock.first); });
              std::erase_if(line.left_, mine);
              line.detach(device);
              return Verdict::acknowledged();
          }));
}

void Lane::read_table(const Address& device, Deadline deadline, Reply<Table> reply)
{
    auto read = job(device.device, deadline, std::move(reply), [this, device, deadline](Line& line) {
        Turn turn{deadline, *this};
        return line.read_table(device, turn);
    });
    read.reads = true;
    queue(work_, std::move(read));
}

void Lane::digest(const Address& device, Deadline deadline, Reply<Digest> reply)
{
    queue(work_, job(device.device, deadline, std::move(reply), [device, deadline](Line& line) { return line.digest(device, deadline); }));
}

void Lane::apply(const Address& device, std::vector<Step> steps, Deadline deadline, Reply<Applied> reply)
{
    const bool revokes = std::any_of(steps.begin(), steps.end(), [](const Step& step) { return step.op == Op::drop; });
    end_reads(device.device, revokes);
    queue(work_, job(device.device, deadline, std::move(reply), [this, device, steps = std::move(steps), deadline](Line& line) {
              Turn turn{deadline, *this};
              return line.apply(device, steps, turn);
          }));
}

/// A revoke does not wait for the end of a read, not of another device on the line either.
void Lane::end_reads(const std::string& device, bool of_others)
{
    Queue ended;
    {
        const std::lock_guard lock{mutex_};
        if (reading_ == device || (of_others && !reading_.empty())) request_yield();
        ended = take([&](const Job& job) { return job.reads && (of_others || job.device == device); });
    }
    for (auto& job : ended) job.decline(Verdict::unknown("yielded"));
}

void Lane::strike(const Address& door, Milliseconds pulse, Deadline deadline, Reply<Verdict> reply)
{
    queue(doors_,
          job(door.device, deadline, std::move(reply), [door, pulse, deadline](Line& line) { return line.strike(door, pulse, deadline); }));
}

void Lane::set_door(const Address& door, DoorMode mode, Deadline deadline, Reply<Verdict> reply)
{
    queue(doors_, job(door.device, deadline, std::move(reply), [this, door, mode, deadline](Line& line) {
              if (mode == DoorMode::leave) follow_mode(door, mode, Verdict::acknowledged());
              auto verdict = line.set_door(door, mode, deadline);
              follow_mode(door, mode, verdict);
              return verdict;
          }));
}

void Lane::follow_mode(const Address& door, DoorMode mode, const Verdict& verdict)
{
    if (mode == DoorMode::leave)
        line_->left_.insert(door);
    else
        line_->left_.erase(door);
    if (mode == DoorMode::leave || verdict.ok()) line_->relocks_.erase(door);
}

void Lane::feedback(const Address& device, std::uint8_t reader, Signal signal, Deadline deadline, Reply<Verdict> reply)
{
    queue(doors_, job(device.device, deadline, std::move(reply),
                      [device, reader, signal, deadline](Line& line) { return line.feedback(device, reader, signal, deadline); }));
}

void Lane::set_time(const Address& device, std::chrono::seconds time, std::chrono::seconds utc_offset, Deadline deadline,
                    Reply<Verdict> reply)
{
    queue(work_, job(device.device, deadline, std::move(reply),
                     [device, time, utc_offset, deadline](Line& line) { return line.set_time(device, time, utc_offset, deadline); }));
}

Time Lane::wake_at(Time idle_due) const
{
    auto due = idle_due;
    for (const auto& relock : line_->relocks_) due = std::min(due, relock.second);
    return due;
}

std::optional<Lane::Job> Lane::next(Time idle_due)
{
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, wake_at(idle_due), [this] { return stop_ || !doors_.empty() || !work_.empty(); });
    for (auto* queue : {&doors_, &work_}) {
        if (stop_ || queue->empty()) continue;
        auto job = std::move(queue->front());
        queue->pop_front();
        yield_ = false;
        reading_ = job.reads ? job.device : std::string{};
        return job;
    }
    return std::nullopt;
}

void Lane::run()
{
    auto idle_due = now();
    for (;;) {
        auto job = next(idle_due);
        {
            const std::lock_guard lock{mutex_};
            if (stop_) return;
        }
        run_due_relocks();
        if (job) {
            run_job(*std::move(job));
            const std::lock_guard lock{mutex_};
            reading_.clear();
        }
        if (now() >= idle_due) idle_due = now() + idle();
    }
}

Milliseconds Lane::idle()
{
    try {
        return std::clamp(line_->idle(), Milliseconds{0}, longest_pause);
    } catch (const std::exception& failure) {
        spdlog::error("driver_exception what=\"{}\"", failure.what());
        return Milliseconds{1000};
    }
}

void Lane::run_job(Job job)
{
    if (job.deadline.passed() && !closing_) return job.decline(Verdict::late());
    try {
        job.run();
    } catch (const std::exception& failure) {
        spdlog::error("driver_exception what=\"{}\"", failure.what());
        job.decline(Verdict::unknown("driver_error"));
    }
}

void Lane::run_due_relocks()
{
    for (auto& [door, due] : line_->relocks_) {
        if (due > now()) continue;
        const auto verdict = line_->relock(door, Deadline::in(relock_budget));
        due = verdict.ok() ? Time::max() : now() + relock_again;
    }
    std::erase_if(line_->relocks_, [](const auto& relock) { return relock.second == Time::max(); });
}

/// With the mutex held.
void Lane::request_yield()
{
    yield_ = true;
    changed_.notify_all();
}

void Lane::wait_until(Time when)
{
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, wake_at(when), [this] { return yield_ || closing_ || !doors_.empty(); });
}

void Lane::serve_doors()
{
    run_due_relocks();
    for (;;) {
        std::unique_lock lock{mutex_};
        if (doors_.empty() || closing_) return;
        auto job = std::move(doors_.front());
        doors_.pop_front();
        lock.unlock();
        run_job(std::move(job));
    }
}

} // namespace gatehouse::sdk
