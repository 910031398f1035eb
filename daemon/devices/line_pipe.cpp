#include "devices/line_pipe.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace gatehouse::devices {

namespace asio = boost::asio;

namespace {

constexpr int lines_a_turn = 64;
constexpr std::size_t bytes_a_turn = 4 * 1024; // and the line in which they end

} // namespace

LinePipe::LinePipe(const asio::any_io_executor& core, int descriptor, std::size_t longest, PipeEvents events)
    : pipe_{core, descriptor}, longest_{longest}, events_{std::move(events)}
{
}

void LinePipe::read()
{
    if (!open_ || resting_ || std::exchange(reading_, true)) return;
    pipe_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](auto error, std::size_t size) {
        self->reading_ = false;
        if (!self->open_) return;
        if (error) {
            self->close();
            self->events_.ended();
            return;
        }
        self->pending_.append(self->chunk_.data(), size);
        self->take();
    });
}

void LinePipe::take()
{
    std::size_t begin = 0;
    int taken = 0;
    for (auto end = pending_.find('\n'); end != std::string::npos && open_ && !resting_; end = pending_.find('\n', begin)) {
        if (++taken > lines_a_turn || begin >= bytes_a_turn) {
            pending_.erase(0, begin);
            asio::post(pipe_.get_executor(), [self = shared_from_this()] {
                if (self->open_ && !self->reading_) self->take();
            });
            return;
        }
        const std::string_view line{pending_.data() + begin, end - begin};
        begin = end + 1;
        if (std::exchange(skipping_, false)) continue;
        events_.line(line.size() < longest_ ? line : std::string_view{});
    }
    if (!open_) return;
    pending_.erase(0, begin);
    if (resting_) return;
    if (pending_.size() >= longest_) { // a line without an end: forget it up to its newline
        const auto size = pending_.size();
        pending_.clear();
        if (!std::exchange(skipping_, true)) events_.line({});
        if (open_) events_.thrown_away(size);
    }
    read();
}

void LinePipe::read_on()
{
    if (!std::exchange(resting_, false) || !open_ || reading_) return;
    take();
}

void LinePipe::close()
{
    open_ = false;
    boost::system::error_code ignored;
    pipe_.close(ignored);
}

} // namespace gatehouse::devices
