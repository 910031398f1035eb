#pragma once

#include "sdk/line.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace gatehouse::sdk {

/// Runs one blocking `Line` on a thread of its own: due re-locks first, then door requests, then everything else in order.
///
/// What waits longer than its deadline is answered by a second thread, whatever the line is doing then.
///
/// Threads: the AsyncLine side is called from the reader thread; `Turn` calls back from within the line's thread.
class Lane final : public AsyncLine {
public:
    explicit Lane(std::unique_ptr<Line> line);
    ~Lane() override;

    void open(const Endpoint& endpoint, Deadline deadline, Reply<Verdict> reply) override;
    void close(std::vector<Address> doors, Deadline deadline, Reply<Verdict> reply) override;
    void attach(Attachment attachment, Deadline deadline, Reply<Attached> reply) override;
    void detach(const Address& device, std::vector<Address> doors, Deadline deadline, Reply<Verdict> reply) override;
    void read_table(const Address& device, Deadline deadline, Reply<Table> reply) override;
    void digest(const Address& device, Deadline deadline, Reply<Digest> reply) override;
    void apply(const Address& device, std::vector<Step> steps, Deadline deadline, Reply<Applied> reply) override;
    void strike(const Address& door, Milliseconds pulse, Deadline deadline, Reply<Verdict> reply) override;
    void set_door(const Address& door, DoorMode mode, Deadline deadline, Reply<Verdict> reply) override;
    void feedback(const Address& device, std::uint8_t reader, Signal signal, Deadline deadline, Reply<Verdict> reply) override;
    void set_time(const Address& device, std::chrono::seconds time, std::chrono::seconds utc_offset, Deadline deadline,
                  Reply<Verdict> reply) override;

private:
    friend class Turn;

    struct Job {
        std::string device;
        Deadline deadline;
        bool reads = false; ///< a read_table, which yields
        std::function<void()> run;
        std::function<void(Verdict)> decline;
    };
    using Queue = std::deque<Job>;

    template <class Answer, class Work>
    Job job(std::string device, Deadline deadline, Reply<Answer> reply, Work work);
    void queue(Queue& queue, Job job);
    void request_yield();
    void end_reads(const std::string& device, bool of_others);
    template <class Which>
    Queue take(Which which);
    void watch_deadlines();
    Time first_deadline() const;
    void follow_mode(const Address& door, DoorMode mode, const Verdict& verdict);

    void run();
    std::optional<Job> next(Time idle_due);
    void run_job(Job job);
    Milliseconds idle();
    void run_due_relocks();
    void serve_doors();
    void wait_until(Time when);
    Time wake_at(Time idle_due) const;

    std::unique_ptr<Line> line_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Queue doors_;
    Queue work_;
    std::string reading_; ///< the device whose table is being read
    bool stop_ = false;
    std::atomic<bool> yield_ = false;   ///< the running read should end
    std::atomic<bool> closing_ = false; ///< everything should end
    std::thread thread_;
    std::thread watch_;
};

} // namespace gatehouse::sdk
