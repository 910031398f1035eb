#include "sdk/outbox.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace gatehouse::sdk {

namespace {

constexpr std::size_t most_answers = 1024;
constexpr std::size_t most_errors = 64;
constexpr std::size_t piled_up = 256; // notifications; from here on a newer one replaces an older one of its topic
constexpr std::size_t most_notifications = 1024;
constexpr std::size_t batch_bytes = 64 * 1024;

bool write_all(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

void Outbox::answer(std::string line)
{
    push({Kind::answer, "answer", {}, std::move(line)});
}

void Outbox::error(std::string line)
{
    push({Kind::error, "error", {}, std::move(line)});
}

void Outbox::notify(std::string_view type, std::string topic, std::string line)
{
    const auto kind = topic.empty() ? Kind::fleeting : Kind::lasting;
    push({kind, std::string{type}, std::move(topic), std::move(line)});
}

void Outbox::push(Item item)
{
    const std::lock_guard lock{mutex_};
    if (closed_ || (item.kind == Kind::error && counts_[static_cast<std::size_t>(Kind::error)] >= most_errors)) return;
    if (write_at_once(item)) return;
    if (item.kind == Kind::lasting || item.kind == Kind::fleeting) make_room(item);
    ++counts_[static_cast<std::size_t>(item.kind)];
    waiting_.push_back(std::move(item));
    changed_.notify_all();
}

bool Outbox::write_at_once(const Item& item)
{
    if (pipe_ < 0 || item.kind != Kind::answer || writing_ || !waiting_.empty() || item.line.size() > PIPE_BUF) return false;
    pollfd room{pipe_, POLLOUT, 0};
    if (::poll(&room, 1, 0) != 1 || room.revents != POLLOUT) return false; // so much room a write of this size does not wait
    if (!write_all(pipe_, item.line)) {
        closed_ = true;
        changed_.notify_all();
    }
    return true;
}

void Outbox::make_room(const Item& coming)
{
    const auto notifications = counts_[static_cast<std::size_t>(Kind::lasting)] + counts_[static_cast<std::size_t>(Kind::fleeting)];
    if (notifications < piled_up) return;
    if (coming.kind == Kind::lasting) {
        const auto older = std::find_if(waiting_.begin(), waiting_.end(), [&coming](const Item& i) { return i.topic == coming.topic; });
        if (older != waiting_.end()) return drop(older);
    }
    if (notifications < most_notifications) return;
    const auto of_kind = [this](Kind kind) {
        return std::find_if(waiting_.begin(), waiting_.end(), [kind](const Item& i) { return i.kind == kind; });
    };
    const auto fleeting = of_kind(Kind::fleeting);
    drop(fleeting != waiting_.end() ? fleeting : of_kind(Kind::lasting));
}

void Outbox::drop(std::deque<Item>::iterator item)
{
    ++dropped_[item->type];
    --counts_[static_cast<std::size_t>(item->kind)];
    waiting_.erase(item);
}

std::string Outbox::next_batch()
{
    std::string batch;
    while (!waiting_.empty() && batch.size() < batch_bytes) {
        batch += waiting_.front().line;
        --counts_[static_cast<std::size_t>(waiting_.front().kind)];
        waiting_.pop_front();
    }
    return batch;
}

void Outbox::write_to(int descriptor)
{
    std::unique_lock lock{mutex_};
    struct stat output {};
    if (::fstat(descriptor, &output) == 0 && S_ISFIFO(output.st_mode)) pipe_ = descriptor;
    while (!closed_) {
        changed_.wait(lock, [this] { return stopped_ || closed_ || !waiting_.empty(); });
        if (waiting_.empty()) break;
        const auto batch = next_batch();
        writing_ = true;
        lock.unlock();
        const bool written = write_all(descriptor, batch);
        lock.lock();
        writing_ = false;
        if (!written) closed_ = true;
        changed_.notify_all();
    }
    pipe_ = -1; // whoever opened it may close it now
}

void Outbox::stop()
{
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    changed_.notify_all();
}

bool Outbox::drained(Deadline deadline)
{
    std::unique_lock lock{mutex_};
    return changed_.wait_until(lock, deadline.at(), [this] { return closed_ || (waiting_.empty() && !writing_); });
}

bool Outbox::closed() const
{
    const std::lock_guard lock{mutex_};
    return closed_;
}

bool Outbox::crowded() const
{
    const std::lock_guard lock{mutex_};
    return counts_[static_cast<std::size_t>(Kind::answer)] >= most_answers;
}

std::map<std::string, std::uint64_t> Outbox::dropped() const
{
    const std::lock_guard lock{mutex_};
    return dropped_;
}

} // namespace gatehouse::sdk
